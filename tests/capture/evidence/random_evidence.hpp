// Evidence such as captures with many inputs yield, with every field in use; no capture would yield exactly
// this.
#pragma once

#include <algorithm>
#include <random>
#include <string>

#include "capture/evidence/evidence.hpp"
#include "capture/evidence/fold.hpp"
#include "tests/support/application.hpp"
#include "tests/support/captured_frame.hpp"

namespace portproof::test {

class RandomEvidence {
 public:
  explicit RandomEvidence(std::uint32_t seed) : random_(seed) {}

  // With at most the given number of conversations, and a quarter as many loose flows.
  Evidence make(unsigned most = 120) {
    Evidence evidence;
    const unsigned inputs = 1 + below(3);
    for (unsigned number = 0; number < inputs; ++number) evidence.inputs.push_back(input());
    std::sort(evidence.inputs.begin(), evidence.inputs.end(), input_before);
    inputs_ = inputs;
    for (unsigned count = 2 + below(most); count > 0; --count) {
      const ConversationKey key = conversation_key();
      const auto [conversation, is_new] = evidence.conversations.insert(key);
      const ConversationFacts facts = conversation_facts();
      if (is_new) conversation.second = facts;
    }
    keep_names(evidence.conversations);
    evidence.conversations.sort();
    for (unsigned count = 2 + below(most / 4); count > 0; --count) evidence.loose.push_back(loose_flow());
    evidence.loose.sort();
    for (unsigned count = below(4); count > 0; --count) evidence.fragments.insert(edge_fragment());
    for (unsigned count = below(4); count > 0; --count) {
      evidence.edge_packets.push_back({1 + below(3), time(), below(inputs), any<Edge>(2)});
    }
    EdgePackets& edges = evidence.edge_packets;
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    for (unsigned count = below(6); count > 0; --count) {
      AttemptsKey key{any<AttemptsKind>(3), {}, kProtocolTcp, 0};
      if (key.kind != AttemptsKind::rest) key.address = address();
      if (key.kind == AttemptsKind::flood) key.port = static_cast<std::uint16_t>(below(3));
      ConversationFacts facts = conversation_facts();
      facts.answered = false;  // nor was anything recognised
      facts.kinds.reset();
      evidence.attempts[key].add(key.kind, conversation_key(), facts);
    }
    for (unsigned count = below(5); count > 0; --count) {
      NameKey key{address(), name(), any<NameSource>(3), {}};
      if (key.source != NameSource::name_record) key.server = address();
      NameIntervals& intervals = evidence.names[key];
      for (unsigned times = 1 + below(3); times > 0; --times) {
        const Timestamp first = time();
        add_interval(intervals, {first, first + seconds(below(20))});
      }
    }
    for (unsigned count = below(9); count > 0; --count) {
      const Station station{{{0x02, 0, 0, 0, 0, static_cast<std::uint8_t>(below(3))}}, below(3) << 12U};
      const Timestamp first = time();
      add_station(evidence.stations, address(), station, {first, first + seconds(below(9))});
    }
    for (const char* protocol : {"igmp", "icmp-error", "103"}) {
      if (below(2) != 0) continue;
      ProtocolCount& count = evidence.protocols[protocol];
      count.packets = 1 + below(9);
      count.bytes = below(999);
      for (unsigned hosts = below(4); hosts > 0; --hosts) count.add_host(address());
      count.more_hosts = below(9) == 0;
    }
    for (unsigned count = below(4); count > 0; --count) {
      evidence.stray_errors.add(stray_error(),
                                {1 + below(9), time(), kStart + seconds(60), {below(inputs_), 1}});
    }
    if (below(3) == 0) evidence.limits_hit.set(Limit::flows, 1 + below(9));
    note_derived_limits(evidence);
    balance(evidence);
    return evidence;
  }

 private:
  unsigned below(unsigned limit) { return static_cast<unsigned>(random_() % limit); }
  bool coin() { return below(2) == 0; }
  Timestamp time() { return kStart + seconds(below(50)); }
  std::string name() { return "n" + std::to_string(below(150)) + ".example"; }
  IpAddress address() {
    const std::string last = std::to_string(1 + below(2));
    return parse_ip_address(coin() ? "10.0.0." + last : "fd20::" + last).value();
  }
  template <typename Enum>
  Enum any(unsigned count) {
    return static_cast<Enum>(below(count));
  }

  // One more input, without a time, brings what the others lack: an evidence file must agree with its own
  // sums.
  static void balance(Evidence& evidence) {
    Input rest;
    rest.path = "rest.pcap";
    std::uint64_t counted = 0;
    for (const Input& input : evidence.inputs) counted += input.accounting.in_flows;
    std::uint64_t packets = 0;
    const auto add = [&](std::uint64_t its_packets, std::uint64_t bytes, std::uint64_t flows) {
      packets += its_packets;
      rest.wire_bytes += bytes;
      rest.accounting.flows_opened += flows;
    };
    for (const auto& [key, facts] : evidence.conversations) add(facts.packets, facts.bytes, facts.flows);
    for (const LooseFlow& flow : evidence.loose) add(flow.facts.packets(), flow.facts.bytes(), 1);
    for (const auto& [key, attempts] : evidence.attempts) {
      add(attempts.facts.packets, attempts.facts.bytes, attempts.facts.flows);
    }
    for (const auto& [protocol, count] : evidence.protocols) add(count.packets, count.bytes, 0);
    if (packets < counted) evidence.protocols["103"].packets += counted - packets;
    rest.accounting.in_flows = packets < counted ? 0 : packets - counted;
    rest.accounting.decoded = rest.accounting.in_flows;
    rest.accounting.frames = rest.accounting.in_flows;
    rest.accounting.flows_closed[0] = rest.accounting.flows_opened;
    evidence.inputs.push_back(std::move(rest));
  }

  Input input() {
    Input input;
    input.path = "capture-" + std::to_string(++paths_) + "-" + std::to_string(random_()) + ".pcap";
    input.format = "pcap";
    input.sha256 = coin() ? std::string(64, 'a') : "";
    input.kernel_filter = input.sha256.empty() ? "tcp or udp" : "";
    input.bytes = below(9999);
    input.wire_bytes = below(9999);
    if (coin()) {
      input.first = time();
      input.last = *input.first + seconds(below(9));
    }
    input.link_types = {kLinkEthernet, 113};
    input.error = coin() ? "the file ends within a record" : "";
    input.accounting.frames = 10;
    input.accounting.decoded = 7;
    input.accounting.in_flows = 5;
    input.accounting.rejected[1] = 3;
    input.accounting.no_flow[4] = 2;
    input.accounting.flows_opened = 4;
    input.accounting.flows_closed = {1, 1, 1, 1, 0};
    input.gaps = {1, 2, 3, 4, 5, 6, 7, 8, below(2)};
    if (input.bytes % 2 == 0) {
      input.unread = {{UnreadKind::snapped_headers, std::nullopt, 3, 5},
                      {UnreadKind::unknown_ethertype, std::nullopt, 1, 7},
                      {UnreadKind::unknown_ethertype, 0x9200, 3, 2}};
    }
    return input;
  }

  ConversationKey conversation_key() {
    ConversationKey key;
    key.initiator = address();
    key.responder = address();
    key.protocol = coin() ? kProtocolTcp : kProtocolUdp;
    key.port = coin() ? 443 : 80;
    key.application = coin() ? application("tls") : application("http");
    key.name_state = below(4) > 0 ? NameState::given : NameState::absent;
    if (key.name_state == NameState::given) key.name = name();
    return key;
  }

  StrayErrorKey stray_error() {
    StrayErrorKey key;
    key.sender = address();
    key.receiver = address();
    key.protocol = coin() ? kProtocolIcmp : kProtocolIcmpV6;
    if (coin()) return key;
    key.quoted_source = {key.receiver, static_cast<std::uint16_t>(below(9))};
    key.quoted_destination = {address(), static_cast<std::uint16_t>(below(9))};
    key.quoted_protocol = coin() ? kProtocolTcp : kProtocolIcmp;
    if (key.quoted_protocol == kProtocolIcmp && coin()) key.quoted_kind = FlowKind::icmp_other;
    return key;
  }

  ConversationFacts conversation_facts() {
    ConversationFacts facts;
    facts.sessions = 1 + below(5);
    facts.flows = 1 + below(5);
    facts.sessions = std::max(facts.sessions, facts.flows);
    facts.packets = facts.flows + below(99);
    facts.bytes = below(9999);
    facts.first = time();
    facts.last = facts.first + seconds(below(9));
    facts.first_frame = {below(inputs_), 1 + below(99)};
    facts.state = any<FlowState>(4);
    facts.basis = any<DirectionBasis>(kDirectionBasisNames.size());
    facts.answered = coin();
    facts.carries = below(8) == 0;
    facts.broadcasts = any<Broadcasts>(3);
    return facts;
  }

  StreamSpan stream() {
    if (below(4) == 0) return {.acknowledged = below(5000), .heard = below(5000)};
    StreamSpan span{true, below(5000), 5000 + below(5000), 5000 + below(5000), {}};
    for (unsigned count = below(StreamHoles::kMost + 1); count > 0; --count) {
      const std::uint32_t begin = 5000 + 100 * span.holes.count;
      span.holes.holes[span.holes.count++] = {begin, begin + 1 + below(99)};
    }
    span.holes.more = span.holes.count == StreamHoles::kMost && coin();
    span.holes.before = below(99);
    if (coin()) span.heard = below(5000);
    return span;
  }

  EdgeFragment edge_fragment() {
    EdgeFragment fragment{address(),      address(), kProtocolUdp, below(3),    time(),
                          below(inputs_), below(99), below(1500),  std::nullopt};
    if (coin()) {
      LooseFlow flow = loose_flow();
      flow.key.kind = FlowKind::plain;
      fragment.owner = FragmentOwner{flow.key, any<Side>(2)};
    }
    return fragment;
  }

  LooseFlow loose_flow() {
    LooseFlow flow;
    flow.key.low = {address(), static_cast<std::uint16_t>(1000 + below(3))};
    flow.key.high = {address(), static_cast<std::uint16_t>(1000 + below(3))};
    if (flow.key.high < flow.key.low) std::swap(flow.key.low, flow.key.high);
    flow.key.protocol = coin() ? kProtocolTcp : kProtocolSctp;
    if (below(8) == 0) flow.key.kind = FlowKind::carrier;
    if (coin()) flow.key.vlans = below(1U << 24U);
    FlowFacts& facts = flow.facts;
    for (SideFacts& side : facts.sides) {
      side.packets = below(9);
      side.bytes = below(999);
      for (bool SideFacts::*const done :
           {&SideFacts::syn, &SideFacts::syn_ack, &SideFacts::ack, &SideFacts::data, &SideFacts::fin,
            &SideFacts::rst, &SideFacts::icmp_refused, &SideFacts::answered, &SideFacts::completed,
            &SideFacts::announced}) {
        side.*done = coin();
      }
      side.examined = static_cast<std::uint8_t>(below(5));
      if (coin()) side.stream = stream();
    }
    facts.first = time();
    facts.last = facts.first + seconds(below(9));
    facts.first_input = below(inputs_);
    facts.first_frame = ++frames_;
    facts.first_sender = any<Side>(2);
    if (coin()) {
      facts.initiator = any<Side>(2);
      facts.basis = any<DirectionBasis>(4);
      facts.openings = below(2);
    }
    for (unsigned layers = below(3); layers > 0; --layers) {
      facts.tunnels.push({.kind = TunnelKind::vxlan, .has_id = true, .id = below(5000)});
    }
    facts.broadcasts = any<Broadcasts>(3);
    // Of the first 37, so that the evidence of a seed stays as it is when an application is added.
    facts.application = any<Application>(37);
    if (coin()) facts.asker = any<Side>(2);
    facts.name_state = any<NameState>(4);
    if (facts.name_state == NameState::given) flow.name = name();
    return flow;
  }

  std::mt19937 random_;
  unsigned inputs_{1};
  unsigned paths_{0};
  std::uint64_t frames_{0};
};

}  // namespace portproof::test
