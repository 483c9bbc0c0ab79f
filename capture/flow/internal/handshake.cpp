#include "capture/flow/internal/handshake.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kOpening = bit_syn | bit_syn_ack;

bool has(const FlowMore& more, HandshakeMark mark, Side side) {
  return (more.handshake & handshake_bit(mark, side)) != 0;
}

void set(FlowMore& more, HandshakeMark mark, Side side) {
  more.handshake |= handshake_bit(mark, side);
}

bool is_known(const FlowEntry& entry, Side side) {
  return (entry.marks & stream_mark(side)) != 0;
}

// All SYNs and SYN-ACKs of this side were forged. Where its stream stands is not known any more.
void retract(FlowEntry& entry, FlowMore& more, Side side) {
  entry.bits[index(side)] &= static_cast<std::uint8_t>(~kOpening);
  entry.marks &= static_cast<std::uint8_t>(~stream_mark(side));
  more.is_heard[index(side)] = false;
  entry.openings = 0;
  std::uint8_t gone = handshake_bit(HandshakeMark::doubted, side);
  for (const Side claimant : {Side::low, Side::high}) {
    gone |= handshake_bit(HandshakeMark::answered, claimant);
    gone |= handshake_bit(HandshakeMark::completed, claimant);
  }
  more.handshake &= static_cast<std::uint8_t>(~gone);
}

void note_right_checksum(FlowEntry& entry, FlowMore& more, Side sender) {
  if (has(more, HandshakeMark::doubted, sender)) retract(entry, more, sender);
  set(more, HandshakeMark::trusted, sender);
}

// Does this SYN-ACK acknowledge the SYN of the other side?
bool answers(const FlowEntry& entry, const FlowMore& more, Side sender, const Packet& packet) {
  const Side asking = other(sender);
  return (entry.bits[index(asking)] & bit_syn) != 0 && is_known(entry, asking) &&
         packet.tcp_acknowledgement == more.stream_first[index(asking)] + 1;
}

// Does this SYN-ACK, which answers a SYN, begin where a SYN of the same side began? Then both sides sent a
// SYN for one connection (RFC 9293, 3.5): this side had opened it, too, and got a SYN instead of an answer.
bool repeats_own_syn(const FlowEntry& entry, const FlowMore& more, Side sender, const Packet& packet) {
  return (entry.bits[index(sender)] & bit_syn) != 0 && is_known(entry, sender) &&
         packet.tcp_sequence == more.stream_first[index(sender)];
}

}  // namespace

bool is_late_syn(const FlowEntry& entry, const FlowMore& more, Side sender, const Packet& packet) {
  if (!is_known(entry, sender) || (entry.bits[index(sender)] & (kOpening | bit_rst)) != 0) return false;
  const std::uint32_t first = more.stream_first[index(sender)];
  // A SYN-ACK has acknowledged it; or what was seen first came right behind it.
  const bool was_answered = (entry.bits[index(other(sender))] & bit_syn_ack) != 0;
  return (was_answered && packet.tcp_sequence == first) || packet.tcp_sequence + 1 == first;
}

std::uint8_t take_handshake(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet,
                            std::uint8_t bits) {
  switch (checksum_of(packet)) {
    case Checksum::right:
      note_right_checksum(entry, more, sender);
      break;
    case Checksum::wrong:
      if (has(more, HandshakeMark::trusted, sender)) return bit_seen;
      set(more, HandshakeMark::doubted, sender);
      break;
    case Checksum::unknown:
      break;
  }
  if ((bits & bit_syn) != 0) {
    const bool was_answered = (entry.bits[index(other(sender))] & bit_syn_ack) != 0;
    if (was_answered && is_late_syn(entry, more, sender, packet)) set(more, HandshakeMark::answered, sender);
  } else if (answers(entry, more, sender, packet)) {
    set(more, HandshakeMark::answered, other(sender));
    if (repeats_own_syn(entry, more, sender, packet)) {
      set(more, HandshakeMark::answered, sender);
      set(more, HandshakeMark::completed, sender);
    }
  }
  return bits;
}

bool is_forged_data(FlowEntry& entry, FlowMore& more, Side sender, Checksum checksum) {
  if (checksum == Checksum::right) note_right_checksum(entry, more, sender);
  return checksum == Checksum::wrong && has(more, HandshakeMark::trusted, sender);
}

void settle_doubt(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet) {
  if (!has(more, HandshakeMark::doubted, sender)) return;
  if (checksum_of(packet) == Checksum::right) note_right_checksum(entry, more, sender);
}

void take_first_segment(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet) {
  const Side receiver = other(sender);
  const bool was_answered = (entry.bits[index(receiver)] & bit_syn_ack) != 0;
  if (!was_answered || !is_known(entry, sender) || !is_known(entry, receiver)) return;
  const bool fits = packet.tcp_sequence == more.stream_first[index(sender)] + 1 &&
                    packet.tcp_acknowledgement == more.stream_first[index(receiver)] + 1;
  if (fits) set(more, HandshakeMark::completed, sender);
}

}  // namespace portproof
