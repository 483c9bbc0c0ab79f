#include "capture/observe.hpp"

#include <map>
#include <utility>

#include "capture/decode/decode.hpp"
#include "capture/evidence/collector.hpp"
#include "capture/evidence/settle.hpp"
#include "capture/flow/capture_clock.hpp"

namespace portproof {
namespace {

// One input on its way through: what was counted so far, and its clock.
struct Reading {
  Input input;
  CaptureClock clock;
};

void count_reject(RejectReason reason, Input& input) {
  ++input.accounting.rejected[static_cast<std::size_t>(reason)];
  const bool snapped = reason == RejectReason::snapped_headers;
  ++(snapped ? input.gaps.snapped_headers : input.gaps.undecoded);
}

// A frame, counted in exactly one place. `counted` sees the packets that go to the table.
template <typename OnPacket>
void take_frame(const FrameView& frame, Reading& reading, FlowTable& table, const OnPacket& counted) {
  Input& input = reading.input;
  const Timestamp now = reading.clock.advance(frame.time);
  ++input.accounting.frames;
  input.wire_bytes += frame.wire_length;
  Packet packet;
  const Decoded decoded = decode(frame, packet);
  if (decoded.kind == Decoded::Kind::rejected) {
    count_reject(decoded.reject, input);
    return;
  }
  ++input.accounting.decoded;
  if (decoded.kind == Decoded::Kind::no_flow) {
    ++input.accounting.no_flow[static_cast<std::size_t>(decoded.no_flow)];
    return;
  }
  ++input.accounting.in_flows;
  if (packet.transport_cut && frame.captured < frame.wire_length) ++input.gaps.snapped_headers;
  table.observe(packet, now);
  counted(packet);
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
  input.gaps.time_jumps = reading.clock.jumps();
  if (outcome == ReadOutcome::failed || facts.cut_short) input.gaps.cut_short = 1;
  if (source.error()) input.error = source.error()->what;
  if (!reading.clock.started()) return;
  input.first = reading.clock.first();
  input.last = reading.clock.now();
}

// Reads the source to its end, and closes all flows.
template <typename OnPacket>
void read_input(PacketSource& source, const ObserveOptions& options, Reading& reading, FlowTable& table,
                const OnPacket& counted) {
  FrameBatch batch;
  ReadOutcome outcome = ReadOutcome::frames;
  while (outcome == ReadOutcome::frames || outcome == ReadOutcome::idle) {
    outcome = source.next(batch);
    for (const FrameView& frame : batch.view()) take_frame(frame, reading, table, counted);
    if (reading.clock.started()) table.expire(reading.clock.now());
    if (options.progress) options.progress(source.facts().bytes);
  }
  table.finish(reading.clock.now());
  take_facts(source, outcome, reading);
  reading.input.accounting.flows_opened = table.counts().opened;
  reading.input.accounting.flows_closed = table.counts().closed;
}

// Puts the flows of one 5-tuple together, in whatever order they close; those of one key close in the order
// in which they were opened.
class Listing final : public FlowSink {
 public:
  void closed(const ClosedFlow& flow) override {
    if (is_one_way(flow.key.protocol, flow.facts)) one_way += flow.facts.packets();
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
};

}  // namespace

Evidence observe(PacketSource& source, const ObserveOptions& options) {
  Reading reading;
  Collector collector(reading.clock, options.table.timeouts);
  FlowTable table(options.table, collector);
  read_input(source, options, reading, table,
             [&collector](const Packet& packet) { collector.count(packet); });
  reading.input.gaps.one_way = collector.one_way();
  Evidence evidence = collector.finish(table.counts());
  evidence.inputs.push_back(std::move(reading.input));
  return evidence;
}

FlowListing list_flows(PacketSource& source, const ObserveOptions& options) {
  Reading reading;
  Listing listing;
  FlowTable table(options.table, listing);
  read_input(source, options, reading, table, [](const Packet&) {});
  reading.input.gaps.one_way = listing.one_way;
  FlowListing answer;
  for (auto& [key, flow] : listing.flows) answer.flows.push_back(std::move(flow));
  answer.input = std::move(reading.input);
  return answer;
}

}  // namespace portproof
