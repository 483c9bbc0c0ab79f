// What is known of a flow: counters and facts for each side, and nothing that is judged. Facts of two
// stretches of one flow join into the facts of both, in any order: that is what makes evidence mergeable.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "capture/base/application.hpp"
#include "capture/base/http_kind.hpp"
#include "capture/base/timestamp.hpp"
#include "capture/flow/flow_key.hpp"

namespace portproof {

// How the initiator is known, best first. Those up to `request` are firm. `first_packet_after_run` is a
// first packet that came when the capture had run for a flow timeout already; it prints as `first-packet`.
enum class DirectionBasis : std::uint8_t {
  syn,
  syn_ack,
  icmp,
  request,
  first_packet_after_run,
  catalog,
  port_order,
  first_packet,
};
inline constexpr std::array<std::string_view, 8> kDirectionBasisNames{
    "syn", "syn-ack", "icmp", "request", "first-packet", "catalog", "port-order", "first-packet"};

constexpr std::string_view name(DirectionBasis basis) {
  return kDirectionBasisNames[static_cast<std::size_t>(basis)];
}
constexpr bool is_firm(DirectionBasis basis) {
  return basis <= DirectionBasis::request;
}

// What happened on a flow or conversation. Two that are put together are the better of both, in this order.
enum class FlowState : std::uint8_t { established, refused, attempted, one_way };
inline constexpr std::array<std::string_view, 4> kFlowStateNames{"established", "refused", "attempted",
                                                                 "one-way"};
constexpr std::string_view name(FlowState state) {
  return kFlowStateNames[static_cast<std::size_t>(state)];
}

// Whether the connection itself named its responder (TLS server name, HTTP Host). When stretches of a flow
// are joined, it goes with the application: one packet told both.
enum class NameState : std::uint8_t {
  unseen,  // nothing that could carry a name was seen
  absent,  // a whole ClientHello or request was seen, and it carried none
  other,   // it carried one, which was not kept (see evidence.hpp, kNamesPerService)
  given,
};
inline constexpr std::array<std::string_view, 4> kNameStateNames{"unseen", "absent", "other", "given"};

// How long a silent flow lives, on capture time.
struct FlowTimeouts {
  Duration tcp{seconds(3600)};
  Duration tcp_closed{seconds(10)};  // after FIN or RST
  Duration udp{seconds(180)};
  Duration others{seconds(60)};
  friend bool operator==(const FlowTimeouts&, const FlowTimeouts&) = default;
};

// Where a side's TCP stream stood when a stretch of its flow was first and last seen: sequence numbers,
// modulo 2^32. Two stretches of one flow are held against each other by it: what lies between them was
// missed.
struct StreamSpan {
  bool known{false};
  std::uint32_t first{0};         // of the first byte that was seen, or of the SYN
  std::uint32_t next{0};          // behind the last byte that was seen or acknowledged, SYN and FIN included
  std::uint32_t acknowledged{0};  // by the other side; `first` where it acknowledged nothing
  friend bool operator==(const StreamSpan&, const StreamSpan&) = default;
};

// What one side has sent.
struct SideFacts {
  std::uint64_t packets{0};
  std::uint64_t bytes{0};  // whole frames, on the wire
  bool syn{false};         // a SYN without ACK
  bool syn_ack{false};
  bool ack{false};   // any other segment of TCP with ACK set, RST aside
  bool data{false};  // payload, other than that of a RST
  bool fin{false};
  bool rst{false};
  bool icmp_refused{false};  // an ICMP error quoted a packet that this side sent
  bool told{false};          // this side's data told the application: the last of the `examined` packets
  std::uint8_t examined{0};  // data packets of this side in which the application was looked for
  // Bytes of its TCP stream that the other side acknowledged and the capture never had.
  std::uint64_t missed_bytes{0};
  StreamSpan stream{};

  // Did it send anything that is no mere refusal (TCP: anything but RST)?
  [[nodiscard]] bool spoke() const { return syn || syn_ack || ack || data || fin || (packets > 0 && !rst); }
  friend bool operator==(const SideFacts&, const SideFacts&) = default;
};

struct FlowFacts {
  std::array<SideFacts, 2> sides;  // by index(Side)
  Timestamp first{Timestamp::latest()};
  Timestamp last{Timestamp::earliest()};
  std::uint64_t first_frame{0};
  std::uint32_t first_input{0};  // index of the input that `first_frame` counts in
  Side first_sender{Side::low};
  // The initiator, where the flow's opening was seen; firm bases only.
  std::optional<Side> initiator;
  DirectionBasis basis{DirectionBasis::first_packet};  // meaningful with `initiator`
  std::uint64_t openings{0};                           // SYNs that opened a session
  bool broadcast{false};  // a frame of it was addressed to the broadcast MAC address
  Application application{Application::unknown};
  NameState name_state{NameState::unseen};
  HttpKinds kinds;  // of the application `http`
  // Not 0: the flow is the answer to a request that its initiator sent to this port of the responder, which
  // answers from another one (TFTP does).
  std::uint16_t asked_port{0};
  TunnelStack tunnels;  // what the first packet was carried in

  [[nodiscard]] const SideFacts& side(Side which) const { return sides[index(which)]; }
  [[nodiscard]] SideFacts& side(Side which) { return sides[index(which)]; }
  [[nodiscard]] std::uint64_t packets() const { return sides[0].packets + sides[1].packets; }
  [[nodiscard]] std::uint64_t bytes() const { return sides[0].bytes + sides[1].bytes; }
  [[nodiscard]] std::uint64_t missed_bytes() const { return sides[0].missed_bytes + sides[1].missed_bytes; }
  friend bool operator==(const FlowFacts&, const FlowFacts&) = default;
};

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

// Was only one direction of a TCP connection captured? One side acknowledges or sends data, or answers a SYN,
// and of the other nothing was seen, not even an ICMP error in its place.
bool is_one_way(std::uint8_t protocol, const FlowFacts& facts);

// The state, with `initiator` taken as who began. TCP where one side acknowledges what the other was never
// seen to send is `one_way`; a lone SYN is `attempted`; RST or ICMP in answer to it is `refused`. Of any
// protocol, a flow whose initiator was never seen is `one_way`.
FlowState state_of(std::uint8_t protocol, const FlowFacts& facts, Side initiator);

// Bytes of TCP streams that lie between two stretches of one connection, of which `later` goes on where
// `earlier` ends, and that the other side has taken: the capture did not have them. By index(Side).
std::array<std::uint64_t, 2> missed_between(const FlowFacts& earlier, const FlowFacts& later);

// Adds the facts of a later or earlier stretch of the same flow. The stretch that began first decides who
// began, whether that was an opening, and the first frame. What is spoken comes from the first stretch that
// knew it, if that lay within the first kExaminedPackets data packets of its side. Commutative; associative
// for neighbours in time, so that more than two stretches are to be joined in the order of their first times.
// `take_name` says whose name goes with the result: with true the caller takes the other stretch's, and in
// either case drops it unless the joined name_state is `given`.
struct JoinResult {
  bool take_name{false};
};
JoinResult join(FlowFacts& facts, const FlowFacts& other);

}  // namespace portproof
