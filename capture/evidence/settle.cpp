#include "capture/evidence/settle.hpp"

#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <utility>

#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/fold.hpp"
#include "capture/evidence/listeners.hpp"
#include "capture/flow/flow.hpp"
#include "capture/flow/joined_streams.hpp"

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
//    missing between them. Where b.pcap has bytes that a.pcap missed, or the other way round, they are not.
// 2. Orient. Who began decides which port is the service. `orient` tries the bases from the surest to the
//    weakest. Only here can the catalog help, as only now are the roles known.
// 3. Fold. The flow becomes part of a conversation.
//
// Because joining works on sorted parts and folding adds up, the result does not depend on how a capture
// was split or in which order its files were given. It costs a sort of the loose flows, and one pass.

namespace portproof {
namespace {

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

// Does this part begin with a SYN that opens a connection, and is not merely late for that of `flow`?
bool opens_anew(const LooseFlow& flow, const LooseFlow& part) {
  if (part.facts.openings == 0) return false;
  const Side sender = part.facts.first_sender;
  const SideFacts& before = flow.facts.side(sender);
  const bool late = !before.syn && flow.facts.side(other(sender)).syn_ack && before.stream.known &&
                    before.stream.first == part.facts.side(sender).stream.first;
  return !late;
}

// Does the flow `next`, of the same key, carry on what `flow` began?
bool carries_on(const FlowTimeouts& timeouts, const LooseFlow& flow, const LooseFlow& next) {
  const bool asks_other_port = ends_at_answer(flow.facts.asked_port) && flow.facts.initiator &&
                               next.facts.side(*flow.facts.initiator).packets > 0;
  if (asks_other_port) return false;
  return continues(timeouts, flow.key.protocol, flow.facts, next.facts.first, opens_anew(flow, next));
}

// What the parts of one flow missed, by input; and the corrections to it, by input.
class MissedBytes {
 public:
  explicit MissedBytes(std::vector<std::int64_t>& corrections) : corrections_(corrections) {}

  void begin(const LooseFlow& part) { parts_.assign(1, {part.facts.first_input, part.facts.missed_bytes()}); }

  // A further part, with which the flow now misses `total`. More than its parts did is the later part's;
  // less is taken from the latest parts.
  void add(const LooseFlow& part, std::uint64_t total) {
    parts_.push_back({part.facts.first_input, part.facts.missed_bytes()});
    std::uint64_t sum = 0;
    for (const Part& one : parts_) sum += one.bytes;
    if (total > sum) correct(parts_.back(), static_cast<std::int64_t>(total - sum));
    for (auto one = parts_.rbegin(); one != parts_.rend() && sum > total; ++one) {
      const std::uint64_t less = std::min(one->bytes, sum - total);
      sum -= less;
      correct(*one, -static_cast<std::int64_t>(less));
    }
  }

 private:
  struct Part {
    std::uint32_t input;
    std::uint64_t bytes;
  };
  void correct(Part& part, std::int64_t change) {
    part.bytes += static_cast<std::uint64_t>(change);
    if (part.input < corrections_.size()) corrections_[part.input] += change;
  }

  std::vector<Part> parts_;
  std::vector<std::int64_t>& corrections_;
};

// Joins loose flows that come sorted, `count` of them from `next()`: each whole flow goes to `sink`. How much
// more or less they miss than their parts did is added to `corrections`, by input.
template <typename Next, typename Sink>
void join_each(const FlowTimeouts& timeouts, std::size_t count, Next next,
               std::vector<std::int64_t>& corrections, Sink sink) {
  std::optional<LooseFlow> flow;
  MissedBytes missed(corrections);
  for (std::size_t at = 0; at < count; ++at) {
    LooseFlow part = next(at);
    if (!flow || flow->key != part.key || !carries_on(timeouts, *flow, part)) {
      if (flow) sink(*flow);
      flow = std::move(part);
      missed.begin(*flow);
      continue;
    }
    const std::array<JoinedStream, 2> streams = join_streams(flow->facts, part.facts);
    join_flows(*flow, part);
    for (const Side side : {Side::low, Side::high}) {
      flow->facts.side(side).stream = streams[index(side)].span;
      flow->facts.side(side).missed_bytes = streams[index(side)].missed_bytes;
    }
    missed.add(part, flow->facts.missed_bytes());
  }
  if (flow) sink(*flow);
}

// Adds what shows only now to the gaps of the inputs.
void note_gaps(std::vector<Input>& inputs, const std::vector<std::int64_t>& missed,
               const std::vector<std::uint64_t>& one_way) {
  for (std::size_t input = 0; input < inputs.size(); ++input) {
    std::uint64_t& bytes = inputs[input].gaps.missed_bytes;
    const auto less = static_cast<std::uint64_t>(std::max<std::int64_t>(-missed[input], 0));
    bytes =
        bytes - std::min(bytes, less) + static_cast<std::uint64_t>(std::max<std::int64_t>(missed[input], 0));
    inputs[input].gaps.one_way += one_way[input];
  }
}

// Frames to the broadcast MAC address may have any destination. It is a broadcast address only if no other
// frame was ever sent to it, and none came from it: one frame among others makes no broadcast.
class BroadcastTargets {
 public:
  explicit BroadcastTargets(const SettledEvidence& settled) {
    for (const auto& [key, facts] : settled.conversations) {
      if (facts.broadcasts == Broadcasts::all) targets_.insert(key.responder);
    }
    for (const auto& [key, attempts] : settled.attempts) {
      if (attempts.facts.broadcasts == Broadcasts::all)
        for_each_responder(attempts, [&](const IpAddress& to) { targets_.insert(to); });
    }
    if (targets_.empty()) return;
    for (const auto& [key, facts] : settled.conversations) {
      targets_.erase(key.initiator);
      if (facts.broadcasts != Broadcasts::all) targets_.erase(key.responder);
    }
    for (const auto& [key, attempts] : settled.attempts) {
      for (const auto& [end, example] : attempts.examples) targets_.erase(example.initiator);
      if (attempts.facts.broadcasts != Broadcasts::all)
        for_each_responder(attempts, [&](const IpAddress& to) { targets_.erase(to); });
    }
  }

  void correct(SettledEvidence& settled) const {
    for (auto& [key, facts] : settled.conversations) {
      correct(facts.broadcasts, key.responder);
    }
    for (auto& entry : settled.attempts) {
      Broadcasts& broadcasts = entry.second.facts.broadcasts;
      for_each_responder(entry.second, [&](const IpAddress& to) { correct(broadcasts, to); });
    }
  }

 private:
  template <typename Take>
  static void for_each_responder(const Attempts& attempts, const Take& take) {
    for (const auto& [end, example] : attempts.examples) take(example.responder);
  }
  void correct(Broadcasts& broadcasts, const IpAddress& to) const {
    if (broadcasts == Broadcasts::all && !contains(to)) broadcasts = Broadcasts::some;
  }
  [[nodiscard]] bool contains(const IpAddress& address) const {
    return is_broadcast(address) || targets_.count(address) != 0;
  }

  std::set<IpAddress> targets_;
};

void note_one_way(const LooseFlow& flow, std::vector<std::uint64_t>& one_way) {
  if (is_one_way(flow.key.protocol, flow.facts) && flow.facts.first_input < one_way.size()) {
    one_way[flow.facts.first_input] += flow.facts.packets();
  }
}

// Who was seen to accept connections. Asked for only where a TCP flow's opening was not seen.
Listeners listeners_of(const Evidence& evidence) {
  const auto opening_unseen = [](const LooseFlow& flow) {
    return flow.key.protocol == kProtocolTcp && !opening_of(flow.facts).confirmed;
  };
  if (std::none_of(evidence.loose.begin(), evidence.loose.end(), opening_unseen)) return {};
  Listeners listeners(evidence.conversations);
  std::vector<std::int64_t> unused;
  join_each(
      evidence.settings.timeouts, evidence.loose.size(),
      [&](std::size_t index) { return evidence.loose[index]; }, unused,
      [&listeners](const LooseFlow& flow) { listeners.add(flow); });
  listeners.sort();
  return listeners;
}

}  // namespace

Side likely_initiator(const FlowKey& /*key*/, const FlowFacts& /*facts*/, std::string_view /*name*/,
                      Side likely) {
  return likely;
}

void join_flows(LooseFlow& flow, const LooseFlow& other) {
  if (join(flow.facts, other.facts).take_name) flow.name = other.name;
  if (flow.facts.name_state != NameState::given) flow.name.clear();
}

JoinedFlows joined(const Evidence& evidence) {
  JoinedFlows answer;
  answer.missed.resize(evidence.inputs.size());
  join_each(
      evidence.settings.timeouts, evidence.loose.size(),
      [&](std::size_t index) { return evidence.loose[index]; }, answer.missed,
      [&answer](const LooseFlow& flow) { answer.flows.push_back(flow); });
  return answer;
}

SettledEvidence settle(Evidence evidence, const ServiceOracle& documented, std::size_t most_attempts,
                       const ContestJudge& contest) {
  reunite_fragments(evidence);
  count_copies(evidence);
  const std::vector<Timestamp> starts = run_starts(evidence.inputs);
  std::vector<std::int64_t> missed(evidence.inputs.size());
  std::vector<std::uint64_t> one_way(evidence.inputs.size());
  const Listeners listeners = listeners_of(evidence);
  const ServiceOracle listening = [&listeners](const FlowKey& key) { return listeners.side_of(key); };
  AttemptsPool pool(most_attempts, evidence.conversations, evidence.attempts);
  const auto fold = [&](const LooseFlow& flow) {
    const Timestamp start = starts[flow.facts.first_input];
    const bool had_run =
        flow.facts.first - start > timeout_of(evidence.settings.timeouts, flow.key.protocol, {});
    Orientation orientation = orient(flow.key, flow.facts, had_run, documented, listening);
    if (orientation.basis == DirectionBasis::contested) {
      orientation.initiator = contest(flow.key, flow.facts, flow.name.view(), orientation.initiator);
    }
    pool.fold(flow.key, flow.facts, flow.name.view(), orientation);
    note_one_way(flow, one_way);
  };
  join_each(
      evidence.settings.timeouts, evidence.loose.size(),
      [&evidence](std::size_t index) { return evidence.loose.take(index); }, missed, fold);
  pool.flush();
  evidence.loose.clear();
  keep_names(evidence.conversations);
  note_derived_limits(evidence);
  note_gaps(evidence.inputs, missed, one_way);

  SettledEvidence settled;
  settled.settings = evidence.settings;
  settled.inputs = std::move(evidence.inputs);
  settled.conversations = std::move(evidence.conversations);
  settled.attempts = std::move(evidence.attempts);
  settled.protocols = std::move(evidence.protocols);
  settled.stray_errors = std::move(evidence.stray_errors);
  settled.stray_errors.remove_explained(settled.conversations);
  settled.limits_hit = evidence.limits_hit;
  BroadcastTargets(settled).correct(settled);
  return settled;
}

Conversations settled_conversations(const Evidence& evidence, const ServiceOracle& documented) {
  Evidence copy;
  copy.settings = evidence.settings;
  copy.inputs = evidence.inputs;
  copy.conversations = evidence.conversations;
  copy.loose = evidence.loose;
  copy.fragments = evidence.fragments;
  SettledEvidence settled = settle(std::move(copy), documented, std::numeric_limits<std::size_t>::max());
  settled.conversations.sort();
  return std::move(settled.conversations);
}

}  // namespace portproof
