#include "capture/flow/internal/flow_entry.hpp"

#include "capture/flow/flow.hpp"
#include "capture/flow/internal/handshake.hpp"

namespace portproof {
namespace {

SideFacts side_of(const FlowEntry& entry, const FlowMore& more, Side which) {
  const std::uint8_t bits = entry.bits[index(which)];
  SideFacts side;
  side.packets = entry.packets[index(which)] + (std::uint64_t{more.packets_above[index(which)]} << 32U);
  side.bytes = entry.bytes[index(which)];
  side.syn = (bits & bit_syn) != 0;
  side.syn_ack = (bits & bit_syn_ack) != 0;
  side.ack = (bits & bit_ack) != 0;
  side.data = (bits & bit_data) != 0;
  side.fin = (bits & bit_fin) != 0;
  side.rst = (bits & bit_rst) != 0;
  side.icmp_refused = (bits & bit_icmp_refused) != 0;
  side.announced = more.announced == index(which);
  side.examined = more.examined[index(which)];
  side.answered = (more.handshake & handshake_bit(HandshakeMark::answered, which)) != 0;
  side.completed = (more.handshake & handshake_bit(HandshakeMark::completed, which)) != 0;
  return side;
}

bool began_with_handshake(const FlowEntry& entry, const FlowFacts& facts) {
  if (facts.basis == DirectionBasis::syn_ack) return true;
  const auto [low, high] = entry.bits;
  const bool answered = ((low & bit_syn) != 0 && (high & bit_syn_ack) != 0) ||
                        ((high & bit_syn) != 0 && (low & bit_syn_ack) != 0);
  return entry.openings > 0 && answered;
}

}  // namespace

TimeoutClass timeout_class(std::uint8_t protocol) {
  if (protocol == kProtocolTcp) return TimeoutClass::tcp;
  return protocol == kProtocolUdp ? TimeoutClass::udp : TimeoutClass::others;
}

void note_opening(FlowEntry& entry, Side sender, const Packet& packet, std::uint8_t bits) {
  const auto began = [&entry](Side who, DirectionBasis basis) {
    entry.initiator = static_cast<std::uint8_t>(who);
    entry.basis = basis;
  };
  entry.initiator = kNobody;
  entry.basis = DirectionBasis::first_packet;
  if ((bits & bit_syn) != 0) {
    entry.openings = 1;
  } else if (packet.icmp == IcmpClass::echo_request) {
    began(sender, DirectionBasis::icmp);
  } else if (packet.icmp == IcmpClass::echo_reply) {
    began(other(sender), DirectionBasis::icmp);
  }
}

bool has_ended(const FlowEntry& entry) {
  const std::uint8_t low = entry.bits[0];
  const std::uint8_t high = entry.bits[1];
  const unsigned either = static_cast<unsigned>(low) | high;
  const unsigned both = static_cast<unsigned>(low) & high;
  if ((either & bit_rst) != 0 || (both & bit_fin) != 0) return true;
  if ((either & bit_fin) == 0) return false;
  const bool opening_seen = (either & (bit_syn | bit_syn_ack)) != 0;
  return (both & bit_seen) == 0 || !opening_seen;
}

FlowFacts facts_of(const FlowEntry& entry, const FlowMore& more) {
  FlowFacts facts;
  for (const Side side : {Side::low, Side::high}) facts.side(side) = side_of(entry, more, side);
  facts.first = entry.first;
  facts.last = entry.last;
  facts.first_frame = entry.first_frame;
  facts.first_sender = more.first_sender;
  if (protocol_of(entry.key) == kProtocolTcp) {
    const Opening opening = opening_of(facts);
    facts.initiator = opening.initiator;
    facts.basis = opening.basis;
  } else {
    if (entry.initiator != kNobody) facts.initiator = static_cast<Side>(entry.initiator);
    facts.basis = entry.basis;
  }
  if (more.asker != kNobody) facts.asker = static_cast<Side>(more.asker);
  facts.openings = entry.openings;
  if ((entry.marks & mark_broadcast) != 0) {
    const bool all = !more.not_only_broadcasts && is_one_sided(facts);
    facts.broadcasts = all ? Broadcasts::all : Broadcasts::some;
  }
  facts.application = entry.application;
  facts.banners = ApplicationSet(more.banners);
  if (is_identified(entry.application) && began_with_handshake(entry, facts)) {
    facts.banners.set(static_cast<std::size_t>(entry.application));
  }
  facts.name_state = more.name_state;
  facts.kinds = HttpKinds(more.kinds);
  facts.asked_port = more.asked_port;
  return facts;
}

}  // namespace portproof
