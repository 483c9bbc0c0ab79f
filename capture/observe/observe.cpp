#include "capture/observe/observe.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <utility>

#include "capture/evidence/collectors.hpp"
#include "capture/evidence/settle.hpp"
#include "capture/flow/flow.hpp"
#include "capture/observe/internal/flow_feed.hpp"
#include "capture/observe/internal/reading.hpp"

namespace portproof {
namespace {

// Reads the source to its end, and closes all flows.
void read_input(PacketSource& source, const ObserveOptions& options, Reading& reading, FlowShards& shards) {
  const std::unique_ptr<FlowFeed> feed = feed_shards(shards, options.threads);
  FrameBatch batch;
  ReadOutcome outcome = ReadOutcome::frames;
  while (outcome == ReadOutcome::frames || outcome == ReadOutcome::idle) {
    outcome = source.next(batch);
    for (const FrameView& frame : batch.view()) {
      take_frame(frame, reading, *feed);
      if (!reading.filter_fault) continue;
      outcome = ReadOutcome::failed;
      break;
    }
    if (feed->borrows_frames() || outcome == ReadOutcome::idle) feed->pass_on();
    if (options.progress) options.progress(source.facts().bytes);
  }
  feed->finish(reading.clock.now());
  take_facts(source, outcome, reading);
  take_counts(shards, reading.input);
}

// Puts the flows of one 5-tuple together, in whatever order they close; those of one key close in the order
// in which they were opened.
class Listing final : public FlowSink {
 public:
  void closed(const ClosedFlow& flow) override {
    if (is_one_way(flow.key.protocol, flow.facts)) one_way += flow.facts.packets();
    missed_bytes += flow.facts.missed_bytes();
    const LooseFlow part{flow.key, flow.facts, flow.name};
    const auto [position, is_new] = flows.try_emplace(flow.key, part);
    if (is_new) return;
    LooseFlow& known = position->second;
    const std::uint64_t openings = known.facts.openings + part.facts.openings;
    const bool only_now_known = !is_identified(known.facts.application);
    join_flows(known, part);
    known.facts.openings = openings;
    // These are flows of their own, each examined from its beginning: what the later one speaks counts.
    if (!is_identified(part.facts.application)) return;
    if (!only_now_known) {
      known.facts.banners.set(static_cast<std::size_t>(part.facts.application));
      return;
    }
    known.facts.application = part.facts.application;
    known.facts.name_state = part.facts.name_state;
    known.name = part.name;
  }

  std::map<FlowKey, LooseFlow> flows;
  std::uint64_t one_way{0};
  std::uint64_t missed_bytes{0};
};

// The packets without ports, by their addresses and protocol.
struct ListingWithoutPorts final : AddressSink {
  std::map<FlowKey, LooseFlow> flows;

  void addressed(const Packet& packet, Timestamp now) override {
    const Side sender = packet.destination < packet.source ? Side::high : Side::low;
    FlowKey key;
    key.low.address = std::min(packet.source, packet.destination);
    key.high.address = std::max(packet.source, packet.destination);
    key.protocol = packet.protocol;
    key.vlans = packet.vlans;
    const auto [position, is_new] = flows.try_emplace(key, LooseFlow{key, {}, {}});
    FlowFacts& facts = position->second.facts;
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

ObservationSettings settings_of(const ObserveOptions& options) {
  return {options.table.timeouts, options.decode};
}

Evidence observe(PacketSource& source, const ObserveOptions& options) {
  Reading reading(options);
  Collectors collectors(reading.clock, settings_of(options), options.collect, workers_of(options.threads));
  FlowShards shards(options.table, collectors.sinks());
  read_input(source, options, reading, shards);
  reading.input.gaps.one_way = collectors.one_way();
  reading.input.gaps.missed_bytes = collectors.missed_bytes();
  Evidence evidence = collectors.take(shards);
  absorb(evidence, names_of_records(source, reading));
  if (!options.collect.is_whole) {
    evidence.fragments = std::move(reading.later_fragments);
    evidence.fragments.merge(open_fragments(reading));
    std::uint64_t left_out = 0;
    evidence.edge_packets = take_first_packets(reading, true, left_out);
    merge_into(evidence.edge_packets, last_packets(reading, shards, left_out));
    evidence.limits_hit.add(Limit::duplicates, left_out);
  }
  evidence.inputs.push_back(std::move(reading.input));
  return evidence;
}

FlowListing list_flows(PacketSource& source, const ObserveOptions& options) {
  ListingWithoutPorts without_ports;
  Reading reading(options, &without_ports);
  Listing listing;
  std::array<FlowSink*, kFlowShards> sinks{};
  sinks.fill(&listing);
  FlowShards shards(options.table, sinks);
  ObserveOptions in_place = options;
  in_place.threads = 1;
  read_input(source, in_place, reading, shards);
  reading.input.gaps.one_way = listing.one_way;
  reading.input.gaps.missed_bytes = listing.missed_bytes;
  FlowListing answer;
  answer.flows = listed(listing.flows);
  answer.without_ports = listed(without_ports.flows);
  answer.input = std::move(reading.input);
  return answer;
}

}  // namespace portproof
