#include "capture/observe/running_observation.hpp"

#include <algorithm>
#include <utility>

#include "capture/evidence/collectors.hpp"
#include "capture/observe/internal/flow_feed.hpp"
#include "capture/observe/internal/reading.hpp"

namespace portproof {

struct RunningObservation::State {
  explicit State(const ObserveOptions& options)
      : reading(options),
        collectors(reading.clock, settings_of(options), options.collect, workers_of(1)),
        shards(options.table, collectors.sinks()),
        feed(feed_shards(shards, 1)) {}

  // Are these the last flows to close, because no more frames will come?
  Evidence take_closed(bool is_over);
  Input input_of(const PacketSource& source, ReadOutcome outcome);

  Reading reading;
  Collectors collectors;
  FlowShards shards;
  std::unique_ptr<FlowFeed> feed;
  LimitsHit limits_taken;
};

namespace {

// Copies flows that are alive.
struct LiveFlows final : FlowSink {
  void closed(const ClosedFlow& flow) override {
    if (!is_judged(flow.key.kind)) return;
    missed_bytes += flow.facts.missed_bytes();
    flows.push_back(flow.key, flow.facts, flow.name);
  }
  LooseFlows flows;
  std::uint64_t missed_bytes{0};
};

}  // namespace

// The tables and the names count limits from the beginning: what is taken has those hit since it was last
// taken.
Evidence RunningObservation::State::take_closed(bool is_over) {
  Evidence evidence = collectors.take(shards);
  const LimitsHit before = std::exchange(limits_taken, evidence.limits_hit);
  evidence.limits_hit = evidence.limits_hit.since(before);
  evidence.fragments = std::exchange(reading.later_fragments, {});
  std::uint64_t left_out = 0;
  evidence.edge_packets = take_first_packets(reading, is_over, left_out);
  if (is_over) {
    evidence.fragments.merge(open_fragments(reading));
    merge_into(evidence.edge_packets, last_packets(reading, shards, left_out));
  }
  evidence.limits_hit.add(Limit::duplicates, left_out);
  return evidence;
}

Input RunningObservation::State::input_of(const PacketSource& source, ReadOutcome outcome) {
  const Input before = reading.input;
  take_facts(source, outcome, reading);
  Input input = std::exchange(reading.input, before);
  take_counts(shards, input);
  input.accounting.flows_closed[static_cast<std::size_t>(CloseReason::end_of_capture)] += shards.size();
  input.gaps.one_way = collectors.one_way();
  input.gaps.missed_bytes = collectors.missed_bytes();
  return input;
}

RunningObservation::RunningObservation(const ObserveOptions& options)
    : state_(std::make_unique<State>(options)) {}
RunningObservation::~RunningObservation() = default;

Expected<void> RunningObservation::take(std::span<const FrameView> frames) {
  State& state = *state_;
  for (const FrameView& frame : frames) {
    take_frame(frame, state.reading, *state.feed);
    if (state.reading.filter_fault) break;
  }
  state.feed->pass_on();
  if (state.reading.filter_fault) return tl::unexpected(*state.reading.filter_fault);
  return {};
}

void RunningObservation::pass_time(Timestamp time) {
  const CaptureClock& clock = state_->reading.clock;
  if (!clock.started()) return;
  constexpr int kSteps = 32;
  for (int step = 0; step < kSteps; ++step) state_->shards.expire(std::max(clock.now(), time), {});
}

Harvest RunningObservation::harvest(const PacketSource& source, Timestamp since) {
  Harvest harvest;
  LiveFlows live;
  state_->shards.show_live(live, since);
  harvest.closed = state_->take_closed(false);
  harvest.input = state_->input_of(source, ReadOutcome::idle);
  harvest.input.gaps.missed_bytes += live.missed_bytes;
  harvest.open = std::move(live.flows);
  return harvest;
}

Harvest RunningObservation::finish(const PacketSource& source, ReadOutcome outcome) {
  state_->feed->finish(state_->reading.clock.now());
  Harvest harvest;
  harvest.closed = state_->take_closed(true);
  harvest.input = state_->input_of(source, outcome);
  return harvest;
}

std::optional<Timestamp> RunningObservation::now() const {
  const CaptureClock& clock = state_->reading.clock;
  return clock.started() ? std::optional{clock.now()} : std::nullopt;
}

std::size_t RunningObservation::flows() const {
  return state_->shards.size();
}

}  // namespace portproof
