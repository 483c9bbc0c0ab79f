// Who began a flow, and how that is known.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "capture/base/flow_facts.hpp"

namespace portproof {

// The side of a flow that is the responder as far as somebody can tell; nothing where it is both or neither.
using ServiceOracle = std::function<std::optional<Side>(const FlowKey&)>;

// An oracle that knows nothing.
std::optional<Side> no_oracle(const FlowKey& key);

// From here up a port is one that systems give to clients by themselves: Linux begins here, RFC 6335 and
// Windows at 49152. Where both ports lie above, or are equal, their order says nothing.
inline constexpr std::uint16_t kFirstEphemeralPort = 32768;

struct Orientation {
  Side initiator{Side::low};
  DirectionBasis basis{DirectionBasis::first_packet};
  // Neither an oracle nor another part of the flow's capture could tell better.
  bool final{false};
};

// The best basis that applies decides. For TCP: syn, syn_ack, payload, catalog, listener, port_order,
// first_packet. For all others: icmp, request, first_packet_after_run, payload, catalog, first_packet,
// port_order. A basis that would make a broadcast or multicast address the initiator, or an unspecified one
// that never sent anything, does not apply; but who sent a SYN began, whatever its address.
//
// Contested is:
//  - TCP where both sides claim alike to have opened it (opening_of in flow/flow.hpp);
//  - TCP of which one side claims it, nothing confirms that although both sides have sent, and the next basis
//    says the opposite;
//  - a handshake over datagrams (DTLS, QUIC) that begins with the answer.
// The initiator is then the likelier one. `capture_had_run` says whether the capture had run for a flow
// timeout before the flow's first packet. `documented` knows the roles of the two hosts, `listening` who was
// seen to accept connections.
Orientation orient(const FlowKey& key, const FlowFacts& facts, bool capture_had_run,
                   const ServiceOracle& documented, const ServiceOracle& listening = no_oracle);

}  // namespace portproof
