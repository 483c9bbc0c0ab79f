// The key of the flow that a packet belongs to.
#pragma once

#include "capture/base/flow_key.hpp"
#include "capture/decode/packet.hpp"

namespace portproof {

// The kind of the flow that an ICMP message belongs to. Of echoes, the end that sends the requests decides:
// two hosts that ping each other have two flows.
constexpr FlowKind kind_of(IcmpClass icmp, Side sender) {
  switch (icmp) {
    case IcmpClass::none:
      return FlowKind::plain;
    case IcmpClass::echo_request:
      return sender == Side::low ? FlowKind::echo_of_low : FlowKind::echo_of_high;
    case IcmpClass::echo_reply:
      return sender == Side::low ? FlowKind::echo_of_high : FlowKind::echo_of_low;
    case IcmpClass::error:
      return FlowKind::icmp_error;
    case IcmpClass::other:
      return FlowKind::icmp_other;
  }
  return FlowKind::plain;
}

// The kind of the flow that a packet belongs to. `sender` is its side of that flow.
constexpr FlowKind kind_of(const Packet& packet, Side sender) {
  if (packet.is_ordinary()) [[likely]]
    return FlowKind::plain;
  if (packet.carrier) return FlowKind::carrier;
  if (packet.control != LinkControl::none) return FlowKind::link_control;
  return kind_of(packet.icmp, sender);
}

// Does the packet's flow become a conversation?
constexpr bool is_judged(const Packet& packet) {
  return packet.icmp != IcmpClass::error && packet.control == LinkControl::none;
}

// The kind of the flow of the packet that an ICMP error quotes. A quote that ends before the type is taken
// for an echo request, which is what most errors about ICMP are about.
constexpr FlowKind kind_of(const QuotedPacket& quoted, Side sender) {
  const bool unknown = is_icmp(quoted.protocol) && quoted.icmp == IcmpClass::none;
  return kind_of(unknown ? IcmpClass::echo_request : quoted.icmp, sender);
}

// The key of a packet and the side that sent it.
struct KeyedSide {
  FlowKey key;
  Side sender{Side::low};
};

// Where both endpoints are the same, the sender is `low`. Ports count only where the protocol has them.
KeyedSide key_of(const Packet& packet);

}  // namespace portproof
