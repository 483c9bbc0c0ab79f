#include "capture/evidence/settle.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>

#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/fold.hpp"
#include "capture/flow/flow.hpp"

// What closes at an edge of an input is no whole flow: the rest lies in the next file, or came before the
// capture. Such flows are kept loose, and settling makes conversations of them once all inputs are there:
//
//   a.pcap      |----- flow 10.0.0.5:50000 - 10.0.0.9:1494 ---------|            part 1, 08:00 to 09:00
//   b.pcap                                                          |-----|      part 2, 09:00 to 09:20
//   joined      |---------------------------------------------------------|      one flow, one session
//
// 1. Join. Loose flows are sorted by key, then by time, so the parts of a flow are neighbours: one pass
//    puts each to the one before it if it carries on (the same test that a flow table makes: not silent
//    for a timeout, no new SYN). Where b.pcap begins later in the stream than a.pcap ended, bytes are
//    missing between them.
// 2. Orient. Who began decides which port is the service. `orient` tries the bases from the surest to the
//    weakest. Only here can the catalog help, as only now are the roles known.
// 3. Fold. The flow becomes part of a conversation.
//
// Because joining works on sorted parts and folding adds up, the result does not depend on how a capture
// was split or in which order its files were given. It costs a sort of the loose flows, and one pass.

namespace portproof {
namespace {

// Is this side one that nothing can come from? Its address says so, or it was only ever a destination: the
// unspecified address, or whatever a frame to the broadcast MAC address was meant for.
bool never_initiates(const FlowKey& key, const FlowFacts& facts, Side side) {
  const IpAddress& address = key.end(side).address;
  if (is_multicast(address) || is_broadcast(address)) return true;
  const bool silent = facts.side(side).packets == 0 && facts.side(other(side)).packets > 0;
  return silent && (is_unspecified(address) || facts.broadcast);
}

// The side with the lower port is the responder, where that says anything.
std::optional<Side> initiator_by_ports(const FlowKey& key) {
  const std::uint16_t low = key.low.port;
  const std::uint16_t high = key.high.port;
  if (low == high || std::min(low, high) >= kFirstEphemeralPort) return std::nullopt;
  return low < high ? Side::high : Side::low;
}

// When the capture that an input belongs to began: its own first frame, or that of the inputs before it
// which it continues.
std::vector<Timestamp> run_starts(const std::vector<Input>& inputs) {
  std::vector<std::size_t> order;
  for (std::size_t index = 0; index < inputs.size(); ++index) {
    if (inputs[index].first && inputs[index].last) order.push_back(index);
  }
  std::stable_sort(order.begin(), order.end(), [&inputs](std::size_t left, std::size_t right) {
    return *inputs[left].first < *inputs[right].first;
  });
  std::vector<Timestamp> starts(inputs.size(), Timestamp::latest());
  Timestamp start;
  Timestamp end;
  for (std::size_t index = 0; index < order.size(); ++index) {
    const Input& input = inputs[order[index]];
    const bool continued = index > 0 && *input.first <= end + kSeam;
    start = continued ? start : *input.first;
    end = continued ? std::max(end, *input.last) : *input.last;
    starts[order[index]] = start;
  }
  return starts;
}

// Does the flow `next`, of the same key, carry on what `flow` began?
bool carries_on(const FlowTimeouts& timeouts, const LooseFlow& flow, const LooseFlow& next) {
  const bool opening = next.facts.initiator && next.facts.basis == DirectionBasis::syn;
  return continues(timeouts, flow.key.protocol, flow.facts, next.facts.first, opening);
}

// Joins loose flows that come sorted, `count` of them from `next()`: each whole flow goes to `sink`. Bytes
// missed between parts are added to `missed_between`, by input.
template <typename Next, typename Sink>
void join_each(const FlowTimeouts& timeouts, std::size_t count, Next next,
               std::vector<std::uint64_t>& missed_between_parts, Sink sink) {
  std::optional<LooseFlow> flow;
  for (std::size_t at = 0; at < count; ++at) {
    LooseFlow part = next(at);
    if (!flow || flow->key != part.key || !carries_on(timeouts, *flow, part)) {
      if (flow) sink(*flow);
      flow = std::move(part);
      continue;
    }
    const auto missed = missed_between(flow->facts, part.facts);
    join_flows(*flow, part);
    for (const Side side : {Side::low, Side::high}) {
      flow->facts.side(side).missed_bytes += missed[index(side)];
    }
    const std::uint32_t input = part.facts.first_input;
    if (input < missed_between_parts.size()) missed_between_parts[input] += missed[0] + missed[1];
  }
  if (flow) sink(*flow);
}

// Adds what shows only now to the gaps of the inputs.
void note_gaps(std::vector<Input>& inputs, const std::vector<std::uint64_t>& missed_between,
               const std::vector<std::uint64_t>& one_way) {
  for (std::size_t input = 0; input < inputs.size(); ++input) {
    inputs[input].gaps.missed_bytes += missed_between[input];
    inputs[input].gaps.one_way += one_way[input];
  }
}

void note_one_way(const LooseFlow& flow, std::vector<std::uint64_t>& one_way) {
  if (is_one_way(flow.key.protocol, flow.facts) && flow.facts.first_input < one_way.size()) {
    one_way[flow.facts.first_input] += flow.facts.packets();
  }
}

}  // namespace

std::optional<Side> no_oracle(const FlowKey& /*key*/) {
  return std::nullopt;
}

Orientation orient(const FlowKey& key, const FlowFacts& facts, bool capture_had_run,
                   const ServiceOracle& oracle) {
  const auto applies = [&](std::optional<Side> initiator) {
    return initiator && !never_initiates(key, facts, *initiator);
  };
  const bool tcp = key.protocol == kProtocolTcp;
  const std::optional<Side> first{facts.first_sender};
  const std::optional<Side> by_ports = initiator_by_ports(key);

  if (applies(facts.initiator)) return {*facts.initiator, facts.basis};
  if (!tcp && capture_had_run && applies(first)) return {*first, DirectionBasis::first_packet_after_run};
  const std::optional<Side> service = oracle(key);
  if (service && applies(other(*service))) return {other(*service), DirectionBasis::catalog};
  if (tcp && applies(by_ports)) return {*by_ports, DirectionBasis::port_order};
  if (applies(first)) return {*first, DirectionBasis::first_packet};
  if (applies(by_ports)) return {*by_ports, DirectionBasis::port_order};
  // The first sender cannot have begun. Where the other end cannot either, it is as good as that.
  const Side second = other(facts.first_sender);
  return {applies(second) ? second : facts.first_sender, DirectionBasis::first_packet};
}

void join_flows(LooseFlow& flow, const LooseFlow& other) {
  if (join(flow.facts, other.facts).take_name) flow.name = other.name;
  if (flow.facts.name_state != NameState::given) flow.name.clear();
}

JoinedFlows joined(const Evidence& evidence) {
  JoinedFlows answer;
  answer.missed_between.resize(evidence.inputs.size());
  join_each(
      evidence.settings.timeouts, evidence.loose.size(),
      [&](std::size_t index) { return evidence.loose[index]; }, answer.missed_between,
      [&answer](const LooseFlow& flow) { answer.flows.push_back(flow); });
  return answer;
}

SettledEvidence settle(Evidence evidence, const ServiceOracle& oracle, std::size_t most_attempts) {
  const std::vector<Timestamp> starts = run_starts(evidence.inputs);
  std::vector<std::uint64_t> missed_between(evidence.inputs.size());
  std::vector<std::uint64_t> one_way(evidence.inputs.size());
  AttemptsPool pool(most_attempts, evidence.conversations, evidence.attempts);
  const auto fold = [&](const LooseFlow& flow) {
    const Timestamp start = starts[flow.facts.first_input];
    const bool had_run =
        flow.facts.first - start > timeout_of(evidence.settings.timeouts, flow.key.protocol, {});
    const Orientation orientation = orient(flow.key, flow.facts, had_run, oracle);
    pool.fold(flow.key, flow.facts, flow.name.view(), orientation);
    note_one_way(flow, one_way);
  };
  join_each(
      evidence.settings.timeouts, evidence.loose.size(),
      [&evidence](std::size_t index) { return evidence.loose.take(index); }, missed_between, fold);
  pool.flush();
  evidence.loose.clear();
  keep_names(evidence.conversations);
  note_derived_limits(evidence);
  note_gaps(evidence.inputs, missed_between, one_way);

  SettledEvidence settled;
  settled.settings = evidence.settings;
  settled.inputs = std::move(evidence.inputs);
  settled.conversations = std::move(evidence.conversations);
  settled.attempts = std::move(evidence.attempts);
  settled.protocols = std::move(evidence.protocols);
  settled.limits_hit = std::move(evidence.limits_hit);
  return settled;
}

Conversations settled_conversations(const Evidence& evidence, const ServiceOracle& oracle) {
  Evidence copy;
  copy.settings = evidence.settings;
  copy.inputs = evidence.inputs;
  copy.conversations = evidence.conversations;
  copy.loose = evidence.loose;
  SettledEvidence settled = settle(std::move(copy), oracle, std::numeric_limits<std::size_t>::max());
  settled.conversations.sort();
  return std::move(settled.conversations);
}

}  // namespace portproof
