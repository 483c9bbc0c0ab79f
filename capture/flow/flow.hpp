// What follows from the facts of a flow. Facts of two parts of one flow join into the facts of both, in
// any order: that is what makes evidence mergeable.
#pragma once

#include <cstdint>
#include <optional>

#include "capture/base/flow_facts.hpp"

namespace portproof {

// What the handshake of a TCP flow says about who opened it. A side claims to have opened the flow by a SYN
// of its own, or by a SYN-ACK of the other side. A claim that was answered outweighs one that was not, and
// one that was answered and completed outweighs both, whichever came first. A SYN-ACK that only a RST answers
// is nobody's claim: its receiver had opened nothing.
struct Opening {
  std::optional<Side> initiator;  // whose claim outweighs that of the other
  // With `initiator` syn or syn_ack. Without: contested if both claim alike, first_packet if nobody claims.
  DirectionBasis basis{DirectionBasis::first_packet};
  bool confirmed{false};  // both sides' packets support the claim, so no single packet made it up
};
Opening opening_of(const FlowFacts& facts);

// Is the TCP flow over, so that a SYN on it opens a new one? After any RST, after a FIN from either side, or
// after a single FIN where the other side's may have gone unseen: that side never showed, or the flow was
// under way when it was first seen.
bool has_ended(const FlowFacts& facts);

// The silence after which the flow is over: shorter once both sides have sent FIN, or any has sent RST.
Duration timeout_of(const FlowTimeouts& timeouts, std::uint8_t protocol, const FlowFacts& facts);

// Would a packet at `time` still belong to this flow? False after its timeout, and for a SYN that opens a
// new session on a flow that has ended with FIN or RST.
bool continues(const FlowTimeouts& timeouts, std::uint8_t protocol, const FlowFacts& facts, Timestamp time,
               bool opening_syn);

// Does a flow that answers what was asked at this port (FlowFacts::asked_port) end as soon as who asked talks
// to the port that the answer came from? False for TFTP, and for 0: no such flow.
bool ends_at_answer(std::uint16_t asked_port);

// Was only one direction of a TCP connection captured? One side acknowledges or sends data, or answers a SYN,
// and of the other nothing was seen, not even an ICMP error in its place.
bool is_one_way(std::uint8_t protocol, const FlowFacts& facts);

// The state, with `initiator` taken as who began. TCP where one side acknowledges what the other was never
// seen to send is `one_way`; a lone SYN is `attempted`; RST or ICMP in answer to it is `refused`. Of any
// protocol, a flow whose initiator was never seen is `one_way`. A SYN-ACK and a RST alone are `refused`.
FlowState state_of(std::uint8_t protocol, const FlowFacts& facts, Side initiator);

// The application of a flow: that of its first data or, if those show none, the first (by value) whose
// beginning was seen later.
Application first_application(const FlowFacts& facts);

// What else the flow spoke. Left out is what belongs to the first application (may_belong_to), and what a
// client says to the host behind a proxy.
ApplicationSet later_applications(const FlowFacts& facts);

// Adds the facts of a later or earlier part of the same flow. The part that began first decides what the
// first frame is, and whether a SYN opened the flow. Handshakes that lie in both parts are put together. What
// is spoken comes from the first part that knew it, if that lay within the first kExaminedPackets data
// packets of its side. Streams lose their holes: join_streams (flow/joined_streams.hpp) knows better.
// Commutative; associative for neighbours in time, so that more than two parts are to be joined in the order
// of their first times. `take_name` says whose name goes with the result: with true the caller takes the
// other part's, and in either case drops it unless the joined name_state is `given`.
struct JoinResult {
  bool take_name{false};
};
JoinResult join(FlowFacts& facts, const FlowFacts& other);

}  // namespace portproof
