#include "capture/observe/internal/reading.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "capture/evidence/names_seen.hpp"
#include "capture/flow/packet_key.hpp"

namespace portproof {
namespace {

// The clock with this frame. When it comes to believe a jump that it had doubted, the flows of the packets
// that came meanwhile move along: a connection that begins after hours of silence is one connection.
Timestamp advance_clock(const FrameView& frame, Reading& reading, FlowFeed& feed) {
  CaptureClock& clock = reading.clock;
  const bool doubted = clock.in_doubt();
  const Timestamp before = clock.now();
  const Timestamp now = clock.advance(frame.time);
  if (clock.begins_to_doubt()) [[unlikely]]
    reading.doubted_frame = frame.number;
  if (!doubted) [[likely]]
    return now;
  if (!clock.in_doubt() && now - before > CaptureClock::kFurthestJump) {
    feed.pass_on();
    feed.block().catch_up = {reading.doubted_frame, before, now};
    const std::uint64_t frames_before = reading.doubted_frame - 1;
    if (clock.refutes(before, frames_before)) {
      reading.refuted_frames = frames_before;
      clock.begin_again();
      reading.first_packets.clear();
    }
  }
  return now;
}

EdgeFragment edge_fragment(const Fragment& parts, Timestamp time) {
  EdgeFragment fragment;
  fragment.source = parts.source;
  fragment.destination = parts.destination;
  fragment.protocol = parts.protocol;
  fragment.identification = parts.identification;
  fragment.time = time;
  return fragment;
}

// A later fragment that belongs to no flow of this input. Its first one may lie in the input before.
void note_later_fragment(const Packet& packet, Timestamp now, Reading& reading) {
  const bool at_beginning = now - reading.clock.first() <= FragmentTable::kLifetime;
  if (!at_beginning || reading.later_fragments.size() == kMostEdgeFragments) return;
  EdgeFragment fragment = edge_fragment(packet.fragment, now);
  fragment.frame = packet.frame_number;
  fragment.bytes = packet.wire_length;
  reading.later_fragments.insert(fragment);
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

// A later fragment whose first one is not known. Where the link layer split the packet, the decoder has
// already counted it.
void note_unplaced(const Decoded& decoded, const Packet& packet, Timestamp now, Reading& reading) {
  if (decoded.no_flow != NoFlowReason::later_fragment || decoded.unread) return;
  if (packet.fragment.part == Fragment::Part::later) {
    reading.waiting.add(packet.fragment, now, packet.frame_number, reading.unread);
    note_later_fragment(packet, now, reading);
  } else {
    reading.unread.note({UnreadKind::later_fragment}, packet.frame_number);
  }
}

// The whole inventory of the input, and the two gaps that it feeds.
void take_unread(const SourceFacts& facts, ReadOutcome outcome, Reading& reading) {
  UnreadInventory unread = reading.unread;
  unread.add(facts.unread);
  reading.waiting.count_into(unread, reading.clock.now(), outcome != ReadOutcome::idle);
  Input& input = reading.input;
  input.unread = unread.lines();
  input.gaps.undecoded = unread.total(UnreadGap::undecoded);
  input.gaps.snapped_headers = unread.total(UnreadGap::snapped_headers);
}

// Counts the frame in exactly one place, and places a later fragment. Does the packet belong to a flow?
bool count_frame(const Decoded& decoded, Packet& packet, Timestamp now, Reading& reading) {
  Input& input = reading.input;
  const auto note_addresses = [&] {
    if (decoded.addressed && reading.addresses != nullptr) reading.addresses->addressed(packet, now);
  };
  if (decoded.kind == Decoded::Kind::rejected) {
    ++input.accounting.rejected[static_cast<std::size_t>(decoded.reject)];
    note_addresses();
    return false;
  }
  ++input.accounting.decoded;
  if (decoded.kind == Decoded::Kind::no_flow) {
    const bool placed =
        decoded.no_flow == NoFlowReason::later_fragment && reading.fragments.place(packet, now);
    if (!placed) {
      ++input.accounting.no_flow[static_cast<std::size_t>(decoded.no_flow)];
      note_unplaced(decoded, packet, now, reading);
      note_addresses();
      return false;
    }
  }
  ++input.accounting.in_flows;
  if (packet.fragment.part == Fragment::Part::first) [[unlikely]] {
    reading.fragments.remember(packet, now);
    reading.waiting.settle(packet.fragment, now);
  }
  return true;
}

// Its like may lie in the input before. Of those that are too many at the beginning, the first stay.
void note_first_packet(Duplicates::Mark mark, Timestamp now, Reading& reading) {
  if (mark == Duplicates::kNoMark || reading.clock.first() < kEarliestUsableTime) return;
  if (reading.first_packets.size() == kMostEdgePackets) {
    ++reading.first_packets_left_out;
    return;
  }
  reading.first_packets.push_back({Duplicates::tag_of(mark), Duplicates::to_tick(now), 0, Edge::first});
}

// Completes the next packet of the block. For every packet: GCC would leave it out of line for its two
// callers.
[[gnu::always_inline]] inline void complete(const FrameView& frame, Timestamp now, Reading& reading,
                                            PacketBlock& block) {
  Packet& packet = block.next();
  packet.time = now;
  reading.hash.look_up(packet, block.next_lookup());
  block.keep(frame);
  if (Duplicates::is_soon(reading.clock.first(), now)) [[unlikely]]
    note_first_packet(block.next_lookup().mark, now, reading);
}

// The outer packets of the frame, which are packets of flows of their own, whatever became of what they
// carry.
void add_carriers(const FrameView& frame, Timestamp now, Reading& reading, FlowFeed& feed) {
  const std::span<const Packet> carriers = reading.carriers.packets();
  Accounting& accounting = reading.input.accounting;
  accounting.carriers += carriers.size();
  accounting.carrier_bytes += std::uint64_t{frame.wire_length} * carriers.size();
  for (const Packet& carrier : carriers) {
    if (!feed.block().has_room(frame)) feed.pass_on();
    copy(carrier, feed.block().next());
    complete(frame, now, reading, feed.block());
    feed.block().add();
  }
}

}  // namespace

Reading::Reading(const ObserveOptions& options, AddressSink* takes_addresses)
    : decode(options.decode),
      fragments(options.table.seed),
      waiting(options.table.seed),
      hash(options.table.seed),
      addresses(takes_addresses) {
  if (!options.filter) return;
  filter.emplace(options.filter);
  input.filter = options.filter->expression();
}

void take_frame(const FrameView& frame, Reading& reading, FlowFeed& feed) {
  Input& input = reading.input;
  const Timestamp now = advance_clock(frame, reading, feed);
  if (!is_wanted(frame, reading)) return;
  ++input.accounting.frames;
  input.wire_bytes += frame.wire_length;
  if (!feed.block().has_room(frame)) feed.pass_on();
  PacketBlock& block = feed.block();
  Packet& packet = block.next();
  const Decoded decoded = decode(frame, packet, reading.decode, &reading.carriers);
  if (decoded.unread) [[unlikely]]
    reading.unread.note(decoded.unread, frame.number);
  if (count_frame(decoded, packet, now, reading)) {
    complete(frame, now, reading, block);
    block.add();
  }
  if (reading.carriers.size() > 0) [[unlikely]]
    add_carriers(frame, now, reading, feed);
}

EdgeFragments open_fragments(const Reading& reading) {
  EdgeFragments open;
  if (!reading.clock.started()) return open;
  reading.fragments.for_each(reading.clock.now(),
                             [&open](const Fragment& parts, const Packet& packet, Timestamp time) {
                               const auto [key, sender] = key_of(packet);
                               if (open.size() == kMostEdgeFragments || key.kind != FlowKind::plain) return;
                               EdgeFragment fragment = edge_fragment(parts, time);
                               fragment.owner = FragmentOwner{key, sender};
                               open.insert(fragment);
                             });
  return open;
}

EdgePackets take_first_packets(Reading& reading, bool is_over, std::uint64_t& left_out) {
  if (!is_over && Duplicates::is_soon(reading.clock.first(), reading.clock.now())) return {};
  left_out += std::exchange(reading.first_packets_left_out, 0);
  return packets_at(Edge::first, std::exchange(reading.first_packets, {}), left_out);
}

EdgePackets last_packets(const Reading& reading, const FlowShards& shards, std::uint64_t& left_out) {
  if (!reading.clock.started() || reading.clock.now() < kEarliestUsableTime) return {};
  std::vector<RecentMark> recent;
  shards.show_recent(reading.clock.now(), recent);
  EdgePackets packets;
  packets.reserve(recent.size());
  for (const RecentMark& packet : recent) packets.push_back({packet.mark, packet.time, 0, Edge::last});
  return packets_at(Edge::last, std::move(packets), left_out);
}

void take_facts(const PacketSource& source, ReadOutcome outcome, Reading& reading) {
  const SourceFacts& facts = source.facts();
  Input& input = reading.input;
  input.path = facts.path;
  input.format = facts.format;
  input.bytes = facts.bytes;
  input.link_types = facts.link_types;
  input.kernel_filter = facts.kernel_filter;
  input.gaps.kernel_dropped = facts.kernel_dropped;
  input.gaps.interface_dropped = facts.interface_dropped;
  take_unread(facts, outcome, reading);
  const std::uint64_t frames = input.accounting.frames + input.filtered_out;
  input.gaps.untimed =
      std::min(frames, facts.untimed + reading.clock.untimed(frames, reading.refuted_frames));
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

void take_counts(const FlowShards& shards, Input& input) {
  for (std::size_t shard = 0; shard < kFlowShards; ++shard) {
    const FlowCounts counts = shards.counts(shard);
    input.gaps.duplicates += counts.duplicates;
    input.accounting.flows_opened += counts.opened;
    for (std::size_t reason = 0; reason < counts.closed.size(); ++reason)
      input.accounting.flows_closed[reason] += counts.closed[reason];
  }
}

Evidence names_of_records(const PacketSource& source, const Reading& reading) {
  Evidence evidence;
  if (!reading.clock.started()) return evidence;
  NamesSeen names;
  names.add_records(source.facts(), reading.clock.first(), reading.clock.now());
  names.give_to(evidence);
  return evidence;
}

}  // namespace portproof
