// What is known about a flow: counters and facts for each side, without judgement. flow/flow.hpp draws
// conclusions from them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/base/application.hpp"
#include "capture/base/flow_key.hpp"
#include "capture/base/http_kind.hpp"
#include "capture/base/name_state.hpp"
#include "capture/base/timestamp.hpp"
#include "capture/base/tunnel.hpp"

namespace portproof {

// How we know the initiator, best first; docs/use/verdicts.md says what each one rests on. Everything up to
// `request` is firm. `first_packet_after_run` is a first packet that arrived after the capture had been
// running for at least one flow timeout; it prints as `first-packet`. `contested` is no weaker than the
// others but different in kind: openings contradict each other, and either end may have begun.
enum class DirectionBasis : std::uint8_t {
  syn,
  syn_ack,
  icmp,
  request,
  first_packet_after_run,
  payload,   // what was sent comes from one end of a connection only
  catalog,   // only one end's port is documented as a service
  listener,  // only one end's port was seen to accept connections
  port_order,
  first_packet,
  contested,
};
inline constexpr std::array<std::string_view, 11> kDirectionBasisNames{
    "syn",     "syn-ack",  "icmp",       "request",      "first-packet", "payload",
    "catalog", "listener", "port-order", "first-packet", "contested"};
static_assert(kDirectionBasisNames.size() == static_cast<std::size_t>(DirectionBasis::contested) + 1);

constexpr std::string_view name(DirectionBasis basis) {
  return kDirectionBasisNames[static_cast<std::size_t>(basis)];
}
constexpr bool is_firm(DirectionBasis basis) {
  return basis <= DirectionBasis::request;
}
// Of several flows together: the best one, but a direction that is contested in one flow stays contested.
constexpr DirectionBasis merged(DirectionBasis left, DirectionBasis right) {
  const DirectionBasis worst = left < right ? right : left;
  if (worst == DirectionBasis::contested) return worst;
  return left < right ? left : right;
}

// What happened on a flow or conversation. When two are merged, the better one stands; this is the order,
// best first.
enum class FlowState : std::uint8_t { established, refused, attempted, one_way };
inline constexpr std::array<std::string_view, 4> kFlowStateNames{"established", "refused", "attempted",
                                                                 "one-way"};
constexpr std::string_view name(FlowState state) {
  return kFlowStateNames[static_cast<std::size_t>(state)];
}

// How long a silent flow stays open, in capture time.
struct FlowTimeouts {
  Duration tcp{seconds(3600)};
  Duration tcp_closed{seconds(10)};  // after FIN or RST
  Duration udp{seconds(180)};
  Duration others{seconds(60)};
  friend bool operator==(const FlowTimeouts&, const FlowTimeouts&) = default;
};

// Bytes of a TCP stream that one part of its flow lacks, as sequence numbers modulo 2^32; `end` is one past
// the last.
struct StreamHole {
  std::uint32_t begin{0};
  std::uint32_t end{0};
  friend bool operator==(const StreamHole&, const StreamHole&) = default;
};

// The holes of a part that another part of the flow may fill, in the order of their bytes. Not among them:
// holes far behind what is acknowledged, which nothing fills any more. A stream that was picked up in the
// middle may show bytes from before its first one later: those that were sent again. The holes among them are
// no loss of this part, but the bytes may fill a hole of another part.
struct StreamHoles {
  static constexpr std::size_t kMost = 4;
  std::array<StreamHole, kMost> holes{};  // those past `count` are zero
  std::uint8_t count{0};
  bool more{false};         // there are others, most of them behind these
  std::uint32_t before{0};  // how far before StreamSpan::first bytes were seen
  friend bool operator==(const StreamHoles&, const StreamHoles&) = default;
};

// Where one side's TCP stream stood when a part of its flow was first and last seen, as sequence numbers
// modulo 2^32. Comparing the spans of two parts of a flow shows what was missed between them, and what one of
// them missed that the other has. Of a side that sent nothing in this part the other one's acknowledgements
// tell: then `known` is false and `heard` is there.
struct StreamSpan {
  bool known{false};
  std::uint32_t first{0};  // of the first byte seen, or of the SYN
  std::uint32_t next{0};   // after the last byte seen or acknowledged; SYN and FIN count
  // The furthest that the other side acknowledged, which may lie before `first`; equals `first` if it
  // acknowledged nothing.
  std::uint32_t acknowledged{0};
  StreamHoles holes{};  // up to `next`
  // The other side's first acknowledgement, if it came before anything of this side was seen and differs from
  // `first`.
  std::optional<std::uint32_t> heard{};
  friend bool operator==(const StreamSpan&, const StreamSpan&) = default;
};

// What one side has sent.
struct SideFacts {
  std::uint64_t packets{0};
  std::uint64_t bytes{0};  // whole frames, on the wire
  bool syn{false};         // a SYN without ACK
  bool syn_ack{false};
  bool ack{false};   // any other TCP segment with ACK set, except RST
  bool data{false};  // payload, except in a RST
  bool fin{false};
  bool rst{false};
  bool icmp_refused{false};  // an ICMP error quoted a packet that this side sent
  bool answered{false};      // its SYN was acknowledged by the other side's SYN-ACK
  bool completed{false};     // it went on as the other side's SYN-ACK says, and acknowledged that
  bool announced{
      false};  // this side's data identified the application, in the last of its `examined` packets
  std::uint8_t examined{0};  // data packets of this side that were examined for the application
  // Bytes of its TCP stream that the other side acknowledged but the capture lacks.
  std::uint64_t missed_bytes{0};
  StreamSpan stream{};

  // Did it send anything other than a refusal (TCP: anything but RST)?
  [[nodiscard]] bool spoke() const { return syn || syn_ack || ack || data || fin || (packets > 0 && !rst); }
  friend bool operator==(const SideFacts&, const SideFacts&) = default;
};

// Which of the frames went to the broadcast MAC address. `all` also means that one side alone sent.
enum class Broadcasts : std::uint8_t { none, some, all };
inline constexpr std::array<std::string_view, 3> kBroadcastsNames{"none", "some", "all"};

// Of two parts together.
constexpr Broadcasts together(Broadcasts left, Broadcasts right) {
  return left == right ? left : Broadcasts::some;
}

struct FlowFacts {
  std::array<SideFacts, 2> sides;  // by index(Side)
  Timestamp first{Timestamp::latest()};
  Timestamp last{Timestamp::earliest()};
  std::uint64_t first_frame{0};
  std::uint32_t first_input{0};  // index of the input that `first_frame` belongs to
  Side first_sender{Side::low};
  // The initiator, if the flow's opening was seen. Of TCP it follows from the sides (flow/flow.hpp).
  std::optional<Side> initiator;
  // Firm with `initiator`. Without: `contested` if openings contradict each other, else `first_packet`.
  DirectionBasis basis{DirectionBasis::first_packet};
  std::uint64_t openings{0};  // SYNs that opened a session
  Broadcasts broadcasts{Broadcasts::none};
  Application application{kUnknownApplication};  // in the first data
  // Of TCP: the end that opened it, if the data that identified the application come from one end only.
  std::optional<Side> asker;
  // Applications whose beginning was seen, at whatever point of the flow (identify/banner.hpp), and those in
  // the first data of a connection whose handshake was seen. If a flow is joined to an earlier one on the
  // same ports, these count as what that turned to.
  ApplicationSet banners;
  NameState name_state{NameState::unseen};
  HttpKinds kinds;  // of the application `http`
  // If not 0, the flow answers a request that its initiator sent to this port of the responder, which
  // answered from another port (TFTP does this).
  std::uint16_t asked_port{0};
  TunnelStack tunnels;  // what the first packet was carried in

  [[nodiscard]] const SideFacts& side(Side which) const { return sides[index(which)]; }
  [[nodiscard]] SideFacts& side(Side which) { return sides[index(which)]; }
  [[nodiscard]] std::uint64_t packets() const { return sides[0].packets + sides[1].packets; }
  [[nodiscard]] std::uint64_t bytes() const { return sides[0].bytes + sides[1].bytes; }
  [[nodiscard]] std::uint64_t missed_bytes() const { return sides[0].missed_bytes + sides[1].missed_bytes; }
  friend bool operator==(const FlowFacts&, const FlowFacts&) = default;
};

// Has only one side sent?
inline bool is_one_sided(const FlowFacts& facts) {
  return facts.sides[0].packets == 0 || facts.sides[1].packets == 0;
}

}  // namespace portproof
