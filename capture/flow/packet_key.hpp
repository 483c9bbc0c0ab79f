// The key of the flow that a packet belongs to.
#pragma once

#include "capture/base/flow_key.hpp"
#include "capture/decode/packet.hpp"

namespace portproof {

// The kind of the flow that a packet belongs to.
constexpr FlowKind kind_of(const Packet& packet) {
  const bool icmp = packet.protocol == kProtocolIcmp || packet.protocol == kProtocolIcmpV6;
  const bool echo = packet.icmp == IcmpClass::echo_request || packet.icmp == IcmpClass::echo_reply;
  return icmp && !echo ? FlowKind::icmp_other : FlowKind::plain;
}

// The key of a packet and the side that sent it.
struct KeyedSide {
  FlowKey key;
  Side sender{Side::low};
};

// Where both endpoints are the same, the sender is `low`. Ports count only where the protocol has them.
KeyedSide key_of(const Packet& packet);

}  // namespace portproof
