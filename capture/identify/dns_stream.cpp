#include "capture/identify/dns_stream.hpp"

#include <algorithm>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/dns_message.hpp"

// Nearly every segment holds complete messages, which are read in place: no slot, no copy. Only what is left
// at the end of a segment takes a slot:
//
//   segment 1   |len|message 1|len|message 2|len|mess|   two read in place, a slot for the third
//   segment 2   |age 3|len|message 4|                   joined with the slot: both are read
//
// In the middle of a connection it is not known where a message begins. A slot is therefore taken only for
// bytes that could be a header (a possible length, one question). If they are not, the slot is dropped as
// soon as the header shows it, or when it is the oldest.
//
// A message that is too long is given up, but its slot keeps the sequence number behind it, so that the next
// message, which may carry a name, is found.
//
// Finding a slot means searching 64 of them; `used_` avoids that when no message is incomplete, which is
// nearly always the case.

namespace portproof {
namespace {

std::uint32_t ports_of(const Packet& packet) {
  return (std::uint32_t{packet.source_port} << 16U) | packet.destination_port;
}

// Can these bytes be the beginning of a message whose rest is still to come? Decided by the header.
bool may_begin_message(std::span<const std::uint8_t> bytes) {
  ByteCursor at(bytes);
  if (!at.has(kDnsLengthSize)) return true;
  if (at.be16() <= kDnsHeaderSize) return false;
  if (!at.has(kDnsHeaderSize)) return true;
  at.skip(4);
  return at.be16() == 1;  // one question
}

}  // namespace

DnsStreams::DnsStreams()
    : slots_(kSlots), memory_(std::make_unique_for_overwrite<std::uint8_t[]>(kSlots * kLongestMessage)) {}

std::size_t DnsStreams::message_size(std::span<const std::uint8_t> stream) {
  if (stream.size() < kDnsLengthSize) return 0;
  const std::size_t size = load_be16(stream.data());
  if (size < kDnsHeaderSize || stream.size() - kDnsLengthSize < size) return 0;
  return kDnsLengthSize + size;
}

std::span<std::uint8_t> DnsStreams::message_of(const Slot& slot) const {
  const auto index = static_cast<std::size_t>(&slot - slots_.data());
  return {memory_.get() + index * kLongestMessage, kLongestMessage};
}

DnsStreams::Slot* DnsStreams::find(const Packet& packet) {
  if (used_ == 0) return nullptr;
  const auto found = std::find_if(slots_.begin(), slots_.end(), [&packet](const Slot& slot) {
    return slot.used && slot.ports == ports_of(packet) && slot.source == packet.source &&
           slot.destination == packet.destination;
  });
  return found == slots_.end() ? nullptr : &*found;
}

void DnsStreams::begin(const Packet& packet, std::size_t from) {
  const auto rest = packet.payload.subspan(from);
  const bool cut = packet.payload.size() < packet.payload_length;
  if (cut || !may_begin_message(rest)) return;
  const auto oldest = std::min_element(slots_.begin(), slots_.end(), [](const Slot& left, const Slot& right) {
    return left.used != right.used ? !left.used : left.began < right.began;
  });
  Slot& slot = *oldest;
  if (slot.used) {
    if (!slot.given_up) ++unread_;
  } else {
    ++used_;
  }
  slot = Slot{};
  slot.used = true;
  slot.packets = 1;
  slot.began = ++begun_;
  slot.source = packet.source;
  slot.destination = packet.destination;
  slot.ports = ports_of(packet);
  slot.sequence = packet.tcp_sequence + static_cast<std::uint32_t>(from);
  slot.pieces.add(message_of(slot), 0, rest);
}

std::span<const std::uint8_t> DnsStreams::join(Slot& slot, const Packet& packet) {
  std::uint32_t offset = packet.tcp_sequence - slot.sequence;  // modulo 2^32
  std::span<const std::uint8_t> bytes = packet.payload;
  const std::uint32_t before = 0U - offset;
  if (before < 0x80000000U) {
    bytes = bytes.subspan(std::min<std::size_t>(before, bytes.size()));
    offset = 0;
  }
  slot.pieces.add(message_of(slot), offset, bytes);
  if (!packet.payload.empty()) ++slot.packets;
  return message_of(slot).first(slot.pieces.whole());
}

void DnsStreams::release(Slot& slot) {
  slot.used = false;
  --used_;
}

std::size_t DnsStreams::pass(Slot& slot, const Packet& packet) {
  const std::uint32_t left = slot.sequence - packet.tcp_sequence;  // modulo 2^32
  const std::size_t inside = left < 0x80000000U ? left : 0;
  const bool over = (packet.tcp_flags & (kTcpFin | kTcpRst)) != 0;
  if (inside < packet.payload.size() || over) release(slot);
  return std::min(inside, packet.payload.size());
}

// What is left behind the complete messages is the beginning of another one.
void DnsStreams::go_on(Slot& slot, std::size_t taken, const Packet& packet) {
  const std::span<std::uint8_t> message = message_of(slot);
  const std::span<const std::uint8_t> left = message.first(slot.pieces.whole()).subspan(taken);
  const bool over = (packet.tcp_flags & (kTcpFin | kTcpRst)) != 0;
  const bool finished = left.empty() ? taken > 0 : !may_begin_message(left);
  if (over || finished) {
    if (!finished) ++unread_;
    release(slot);
    return;
  }
  slot.sequence += static_cast<std::uint32_t>(taken);
  const std::size_t length = left.size() < kDnsLengthSize ? 0 : kDnsLengthSize + load_be16(left.data());
  // Whether this is a message at all is known only when its header is complete.
  const bool too_long = left.size() >= kDnsLengthSize + kDnsHeaderSize && length > kLongestMessage;
  const bool too_many = taken == 0 && slot.packets >= kMostPackets;
  if (too_long || too_many) {
    ++unread_;
    slot.given_up = true;
    slot.sequence += static_cast<std::uint32_t>(length);
    return;
  }
  if (taken == 0) return;
  std::copy(left.begin(), left.end(), message.begin());
  slot.packets = 1;
  slot.pieces.clear();
  slot.pieces.add(message, 0, message.first(left.size()));
}

}  // namespace portproof
