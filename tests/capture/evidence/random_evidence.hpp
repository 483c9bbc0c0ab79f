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
      NameIntervals& intervals = evidence.names[{address(), name(), any<NameSource>(2)}];
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
      if (below(2) == 0) evidence.protocols[protocol] = {1 + below(9), below(999)};
    }
    if (below(3) == 0) evidence.limits_hit.set(Limit::flows, 1 + below(9));
    note_derived_limits(evidence);
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

  ConversationFacts conversation_facts() {
    ConversationFacts facts;
    facts.sessions = 1 + below(5);
    facts.flows = 1 + below(5);
    facts.packets = below(99);
    facts.bytes = below(9999);
    facts.first = time();
    facts.last = facts.first + seconds(below(9));
    facts.first_frame = {below(inputs_), 1 + below(99)};
    facts.state = any<FlowState>(4);
    facts.basis = any<DirectionBasis>(kDirectionBasisNames.size());
    facts.answered = coin();
    facts.broadcast = coin();
    return facts;
  }

  StreamSpan stream() {
    StreamSpan span{true, below(5000), 5000 + below(5000), 5000 + below(5000), {}};
    for (unsigned count = below(StreamHoles::kMost + 1); count > 0; --count) {
      const std::uint32_t begin = 5000 + 100 * span.holes.count;
      span.holes.holes[span.holes.count++] = {begin, begin + 1 + below(99)};
    }
    span.holes.more = span.holes.count == StreamHoles::kMost && coin();
    span.holes.before = below(99);
    return span;
  }

  EdgeFragment edge_fragment() {
    EdgeFragment fragment{address(),      address(), kProtocolUdp, below(3),    time(),
                          below(inputs_), below(99), below(1500),  std::nullopt};
    if (coin()) {
      LooseFlow flow = loose_flow();
      fragment.owner = EdgeFragment::Owner{flow.key, any<Side>(2)};
    }
    return fragment;
  }

  LooseFlow loose_flow() {
    LooseFlow flow;
    flow.key.low = {address(), static_cast<std::uint16_t>(1000 + below(3))};
    flow.key.high = {address(), static_cast<std::uint16_t>(1000 + below(3))};
    if (flow.key.high < flow.key.low) std::swap(flow.key.low, flow.key.high);
    flow.key.protocol = coin() ? kProtocolTcp : kProtocolSctp;
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
    facts.broadcast = coin();
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
