#include "capture/observe.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <utility>

#include "capture/evidence/collector.hpp"
#include "capture/evidence/names_seen.hpp"
#include "capture/evidence/settle.hpp"
#include "capture/flow/capture_clock.hpp"
#include "capture/flow/flow_shards.hpp"
#include "capture/flow/fragment_table.hpp"
#include "capture/flow_feed.hpp"

namespace portproof {
namespace {

// One input on its way through: what was counted so far, and its clock.
struct Reading {
  explicit Reading(const ObserveOptions& options)
      : decode(options.decode), fragments(options.table.seed), hash(options.table.seed) {
    if (!options.filter) return;
    filter.emplace(options.filter);
    input.filter = options.filter->expression();
  }

  DecodeOptions decode;
  Input input;
  std::optional<FrameFilter> filter;
  std::optional<Error> filter_fault;  // what ended the reading
  CaptureClock clock;
  std::uint64_t doubted_frame{0};  // with which the clock began to doubt, while it does
  FragmentTable fragments;
  FlowHash hash;
};

void count_reject(RejectReason reason, Input& input) {
  ++input.accounting.rejected[static_cast<std::size_t>(reason)];
  const bool snapped = reason == RejectReason::snapped_headers;
  ++(snapped ? input.gaps.snapped_headers : input.gaps.undecoded);
}

// The clock with this frame. When it comes to believe a jump that it had doubted, the flows of the packets
// that came meanwhile move along: a connection that begins after hours of silence is one connection.
Timestamp tell_time(const FrameView& frame, Reading& reading, FlowFeed& feed) {
  CaptureClock& clock = reading.clock;
  const bool doubted = clock.in_doubt();
  const Timestamp before = clock.now();
  const Timestamp now = clock.advance(frame.time);
  if (!doubted) [[likely]] {
    if (clock.in_doubt()) [[unlikely]]
      reading.doubted_frame = frame.number;
    return now;
  }
  if (!clock.in_doubt() && now - before > CaptureClock::kFurthestJump) {
    feed.pass_on();
    feed.block().catch_up = {reading.doubted_frame, before, now};
  }
  return now;
}

// Is the frame to be looked at? What the filter leaves out has told the time, and is counted by itself.
bool is_wanted(const FrameView& frame, Reading& reading) {
  if (!reading.filter) return true;
  auto passes = reading.filter->passes(frame);
  if (!passes) {
    reading.filter_fault = std::move(passes.error());
    return false;
  }
  if (!*passes) ++reading.input.filtered_out;
  return *passes;
}

// A frame, counted in exactly one place. `watch.addressed` sees the packets of which there are only
// addresses.
template <typename Watch>
void take_frame(const FrameView& frame, Reading& reading, FlowFeed& feed, Watch& watch) {
  Input& input = reading.input;
  const Timestamp now = tell_time(frame, reading, feed);
  if (!is_wanted(frame, reading)) return;
  ++input.accounting.frames;
  input.wire_bytes += frame.wire_length;
  if (!feed.block().has_room(frame)) feed.pass_on();
  PacketBlock& block = feed.block();
  Packet& packet = block.next();
  const Decoded decoded = decode(frame, packet, reading.decode);
  if (decoded.kind == Decoded::Kind::rejected) {
    count_reject(decoded.reject, input);
    if (decoded.addressed) watch.addressed(packet, now);
    return;
  }
  ++input.accounting.decoded;
  if (decoded.kind == Decoded::Kind::no_flow) {
    const bool placed =
        decoded.no_flow == NoFlowReason::later_fragment && reading.fragments.place(packet, now);
    if (!placed) {
      ++input.accounting.no_flow[static_cast<std::size_t>(decoded.no_flow)];
      if (decoded.addressed) watch.addressed(packet, now);
      return;
    }
  }
  ++input.accounting.in_flows;
  if (packet.fragment.part == Fragment::Part::first) [[unlikely]]
    reading.fragments.remember(packet, now);
  const bool later_fragment = packet.fragment.part == Fragment::Part::later;
  if (packet.transport_cut && !later_fragment && frame.captured < frame.wire_length)
    ++input.gaps.snapped_headers;
  packet.time = now;
  reading.hash.look_up(packet, block.next_lookup());
  block.keep(frame);
  block.add();
}

void take_facts(const PacketSource& source, ReadOutcome outcome, Reading& reading) {
  const SourceFacts& facts = source.facts();
  Input& input = reading.input;
  input.path = facts.path;
  input.format = facts.format;
  input.bytes = facts.bytes;
  input.link_types = facts.link_types;
  input.gaps.kernel_dropped = facts.kernel_dropped;
  input.gaps.interface_dropped = facts.interface_dropped;
  // The source passed them over, so they are accounted for here.
  input.accounting.frames += facts.copies;
  input.accounting.decoded += facts.copies;
  input.accounting.no_flow[static_cast<std::size_t>(NoFlowReason::copy)] += facts.copies;
  input.gaps.duplicates += facts.copies;
  input.gaps.time_jumps = reading.clock.jumps();
  if (outcome == ReadOutcome::failed || facts.cut_short) input.gaps.cut_short = 1;
  if (source.error()) input.error = source.error()->what;
  if (reading.filter_fault) input.error = reading.filter_fault->what;
  if (!reading.clock.started()) return;
  input.first = reading.clock.first();
  input.last = reading.clock.now();
}

// The names that the capture file itself brings along.
Evidence names_of_records(const SourceFacts& facts, const Reading& reading) {
  Evidence evidence;
  NamesSeen names;
  names.add_records(facts, *reading.input.first, *reading.input.last);
  names.give_to(evidence);
  return evidence;
}

// Reads the source to its end, and closes all flows.
template <typename Watch>
void read_input(PacketSource& source, const ObserveOptions& options, Reading& reading, FlowShards& shards,
                Watch& watch) {
  const std::unique_ptr<FlowFeed> feed = feed_shards(shards, options.threads);
  FrameBatch batch;
  ReadOutcome outcome = ReadOutcome::frames;
  while (outcome == ReadOutcome::frames || outcome == ReadOutcome::idle) {
    outcome = source.next(batch);
    for (const FrameView& frame : batch.view()) {
      take_frame(frame, reading, *feed, watch);
      if (!reading.filter_fault) continue;
      outcome = ReadOutcome::failed;
      break;
    }
    if (feed->borrows_frames() || outcome == ReadOutcome::idle) feed->pass_on();
    if (options.progress) options.progress(source.facts().bytes);
  }
  feed->finish(reading.clock.now());
  take_facts(source, outcome, reading);
  for (std::size_t shard = 0; shard < kFlowShards; ++shard) {
    const FlowCounts counts = shards.counts(shard);
    reading.input.gaps.duplicates += counts.duplicates;
    reading.input.accounting.flows_opened += counts.opened;
    for (std::size_t reason = 0; reason < counts.closed.size(); ++reason)
      reading.input.accounting.flows_closed[reason] += counts.closed[reason];
  }
}

// Puts the flows of one 5-tuple together, in whatever order they close; those of one key close in the order
// in which they were opened.
class Listing final : public FlowSink {
 public:
  void closed(const ClosedFlow& flow) override {
    if (is_one_way(flow.key.protocol, flow.facts)) one_way += flow.facts.packets();
    missed_bytes += flow.facts.missed_bytes();
    const LooseFlow stretch{flow.key, flow.facts, std::string{flow.name}};
    const auto [place, is_new] = flows.try_emplace(flow.key, stretch);
    if (is_new) return;
    LooseFlow& known = place->second;
    const std::uint64_t openings = known.facts.openings + stretch.facts.openings;
    const bool only_now_known = known.facts.application == Application::unknown;
    join_flows(known, stretch);
    known.facts.openings = openings;
    // These are flows of their own, each looked at from its beginning: what the later one told stands.
    if (!only_now_known || stretch.facts.application == Application::unknown) return;
    known.facts.application = stretch.facts.application;
    known.facts.name_state = stretch.facts.name_state;
    known.name = stretch.name;
  }

  std::map<FlowKey, LooseFlow> flows;
  std::uint64_t one_way{0};
  std::uint64_t missed_bytes{0};
};

// Evidence has no use for packets of which there are only addresses.
struct NoAddresses {
  void addressed(const Packet& /*packet*/, Timestamp /*now*/) {}
};

// The packets without ports, by their addresses and protocol.
struct ListingWithoutPorts {
  std::map<FlowKey, LooseFlow> flows;

  void addressed(const Packet& packet, Timestamp now) {
    const Side sender = packet.destination < packet.source ? Side::high : Side::low;
    FlowKey key;
    key.low.address = std::min(packet.source, packet.destination);
    key.high.address = std::max(packet.source, packet.destination);
    key.protocol = packet.protocol;
    key.vlans = packet.vlans;
    const auto [place, is_new] = flows.try_emplace(key, LooseFlow{key, {}, {}});
    FlowFacts& facts = place->second.facts;
    if (is_new) {
      facts.first = now;
      facts.first_frame = packet.frame_number;
      facts.first_sender = sender;
      facts.tunnels = packet.tunnels;
    }
    facts.last = now;
    ++facts.side(sender).packets;
    facts.side(sender).bytes += packet.wire_length;
  }
};

std::vector<LooseFlow> listed(std::map<FlowKey, LooseFlow>& flows) {
  std::vector<LooseFlow> all;
  all.reserve(flows.size());
  for (auto& [key, flow] : flows) all.push_back(std::move(flow));
  return all;
}

}  // namespace

Evidence observe(PacketSource& source, const ObserveOptions& options) {
  Reading reading(options);
  std::vector<Collector> collectors;
  collectors.reserve(kFlowShards);
  std::array<FlowSink*, kFlowShards> sinks{};
  for (FlowSink*& sink : sinks) sink = &collectors.emplace_back(reading.clock, options.table.timeouts);
  FlowShards shards(options.table, sinks);
  NoAddresses watch;
  read_input(source, options, reading, shards, watch);
  Evidence evidence;
  evidence.timeouts = options.table.timeouts;
  for (std::size_t shard = 0; shard < kFlowShards; ++shard) {
    reading.input.gaps.one_way += collectors[shard].one_way();
    reading.input.gaps.missed_bytes += collectors[shard].missed_bytes();
    absorb(evidence, collectors[shard].finish(shards.counts(shard)));
  }
  if (reading.clock.started()) absorb(evidence, names_of_records(source.facts(), reading));
  note_kept_limits(evidence);
  evidence.inputs.push_back(std::move(reading.input));
  return evidence;
}

// Closed flows go to a collector that is another after each harvest.
struct RunningObservation::State final : FlowSink {
  explicit State(const ObserveOptions& with)
      : options(with),
        reading(with),
        table(with.table, *this),
        collector(std::in_place, reading.clock, with.table.timeouts) {}

  void closed(const ClosedFlow& flow) override { collector->closed(flow); }

  Evidence take_closed();
  Input input_of(const PacketSource& source, ReadOutcome outcome);

  ObserveOptions options;
  Reading reading;
  FlowTable table;
  std::optional<Collector> collector;
  std::uint64_t one_way{0};       // of collectors that were
  std::uint64_t missed_bytes{0};  // likewise
  std::map<std::string, std::uint64_t> limits_told;
};

namespace {

// Copies flows that are alive, and knows what they would add to the counts of their input.
struct LiveFlows final : FlowSink {
  void closed(const ClosedFlow& flow) override {
    if (!is_judged(flow.key.protocol, flow.key.kind)) return;
    flows.push_back({flow.key, flow.facts, std::string{flow.name}});
  }
  std::vector<LooseFlow> flows;
};

}  // namespace

// Limits that the table and the names count from the beginning are told by what was added; those that follow
// from what is kept (`names`, `stations`) stand for themselves.
Evidence RunningObservation::State::take_closed() {
  one_way += collector->one_way();
  missed_bytes += collector->missed_bytes();
  Evidence evidence = collector->finish(table.counts());
  collector.emplace(reading.clock, options.table.timeouts);
  reading.names.give_to(evidence);
  for (auto limit = evidence.limits_hit.begin(); limit != evidence.limits_hit.end();) {
    if (limit->first == "names" || limit->first == "stations") {
      ++limit;
      continue;
    }
    std::uint64_t& told = limits_told[limit->first];
    const std::uint64_t all = std::exchange(told, limit->second);
    limit->second -= all;
    limit = limit->second == 0 ? evidence.limits_hit.erase(limit) : std::next(limit);
  }
  return evidence;
}

Input RunningObservation::State::input_of(const PacketSource& source, ReadOutcome outcome) {
  const Input before = reading.input;
  take_facts(source, outcome, reading);
  Input input = std::exchange(reading.input, before);
  const FlowCounts counts = table.counts();
  input.accounting.flows_opened = counts.opened;
  input.accounting.flows_closed = counts.closed;
  input.accounting.flows_closed[static_cast<std::size_t>(CloseReason::end_of_capture)] += table.size();
  input.gaps.one_way = one_way;
  input.gaps.missed_bytes = missed_bytes;
  return input;
}

RunningObservation::RunningObservation(const ObserveOptions& options)
    : state_(std::make_unique<State>(options)) {}
RunningObservation::~RunningObservation() = default;

Expected<void> RunningObservation::take(std::span<const FrameView> frames) {
  State& state = *state_;
  Collecting watch{*state.collector};
  for (const FrameView& frame : frames) {
    take_frame(frame, state.reading, state.table, watch);
    if (state.reading.filter_fault) break;
  }
  hand_over(state.reading, state.table, watch);
  if (state.reading.clock.started()) state.table.expire(state.reading.clock.now());
  if (state.reading.filter_fault) return tl::unexpected(*state.reading.filter_fault);
  return {};
}

Harvest RunningObservation::harvest(const PacketSource& source, Timestamp since) {
  Harvest harvest;
  LiveFlows live;
  state_->table.show_live(live, since);
  std::sort(live.flows.begin(), live.flows.end(), loose_before);
  harvest.closed = state_->take_closed();
  harvest.input = state_->input_of(source, ReadOutcome::idle);
  for (const LooseFlow& flow : live.flows) harvest.input.gaps.missed_bytes += flow.facts.missed_bytes();
  harvest.open = std::move(live.flows);
  return harvest;
}

Harvest RunningObservation::finish(const PacketSource& source, ReadOutcome outcome) {
  state_->table.finish(state_->reading.clock.now());
  Harvest harvest;
  harvest.closed = state_->take_closed();
  harvest.input = state_->input_of(source, outcome);
  return harvest;
}

std::optional<Timestamp> RunningObservation::now() const {
  const CaptureClock& clock = state_->reading.clock;
  return clock.started() ? std::optional{clock.now()} : std::nullopt;
}

std::size_t RunningObservation::flows() const {
  return state_->table.size();
}

FlowListing list_flows(PacketSource& source, const ObserveOptions& options) {
  Reading reading(options);
  Listing listing;
  std::array<FlowSink*, kFlowShards> sinks{};
  sinks.fill(&listing);
  FlowShards shards(options.table, sinks);
  ListingWithoutPorts without_ports;
  ObserveOptions in_place = options;
  in_place.threads = 1;
  read_input(source, in_place, reading, shards, without_ports);
  reading.input.gaps.one_way = listing.one_way;
  reading.input.gaps.missed_bytes = listing.missed_bytes;
  FlowListing answer;
  answer.flows = listed(listing.flows);
  answer.without_ports = listed(without_ports.flows);
  answer.input = std::move(reading.input);
  return answer;
}

}  // namespace portproof
