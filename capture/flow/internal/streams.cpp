#include "capture/flow/internal/streams.hpp"

#include <algorithm>
#include <array>

// Two numbers a side say what the capture missed: `next`, behind the last byte that it saw, and
// `acknowledged`, up to which the other side says that it has everything.
//
//   seen:          100 ... 199             300 ... 399        next         = 400
//   acknowledged:  ...................................... 450 acknowledged = 450
//                            200 ... 299: a hole              400 ... 449: the tail
//
// The other side has bytes 200 to 299 and 400 to 449, and the capture does not: 150 bytes are missed.
// What is not acknowledged proves nothing: it may have been lost before it reached anybody. Holes are
// kept in StreamGaps; the tail is `acknowledged` less `next`.
//
// Everything below is about where a stream begins, because counting from a wrong beginning would make up
// bytes by the gigabyte:
//
//  - at its SYN; or at the byte that the other side acknowledges of a SYN that was not seen;
//  - in the middle, at the first segment seen: what went before is none of the capture's loss;
//  - anew, when the ports are used again. A SYN on a stream under way may be forged, so it only waits
//    (pending_syn) until the answer acknowledges it, or until its sender goes on from it.
//
// A RST changes nothing: its numbers are often made up.

namespace portproof {
namespace {

bool knows(const FlowEntry& entry, Side side) {
  return (entry.marks & stream_mark(side)) != 0;
}

// A hole that ends further than this before what is acknowledged is not listed. It must still be kept in
// StreamGaps then, so that what is listed does not depend on when holes are settled.
constexpr std::int32_t kListedBehind = StreamGaps::kSettledBehind / 2;

// Were the streams picked up in the middle? Then bytes before the first one that was seen are part of them.
bool is_picked_up(const FlowEntry& entry) {
  const unsigned either = static_cast<unsigned>(entry.bits[0]) | entry.bits[1];
  return (either & (bit_syn | bit_syn_ack)) == 0;
}

// Was the stream picked up with an empty segment, and has it sent nothing else? Then that was perhaps a
// keep-alive, one byte before what comes next.
bool is_all_keep_alive(const FlowEntry& entry, const FlowMore& more, Side side) {
  return (entry.bits[index(side)] & bit_seen) != 0 &&
         entry.next[index(side)] == more.stream_first[index(side)];
}

}  // namespace

// Where the stream of `side` stands is not known any more. What was missed of it stays missed.
void Streams::lose(FlowEntry& entry, FlowMore& more, Side side) {
  gaps_.end_stream(entry.gaps, side, missed(entry, more, side));
  entry.marks &= static_cast<std::uint8_t>(~stream_mark(side));
  more.is_heard[index(side)] = false;
}

// The stream of `side` begins, as far as the capture is concerned, with `first`. What was missed of the one
// before it stays missed, and is not held against the new one's numbers.
void Streams::begin(FlowEntry& entry, FlowMore& more, Side side, std::uint32_t first, std::uint32_t next) {
  gaps_.end_stream(entry.gaps, side, missed(entry, more, side));
  entry.marks |= stream_mark(side);
  more.stream_first[index(side)] = first;
  entry.next[index(side)] = next;
  entry.acknowledged[index(side)] = first;
  more.is_heard[index(side)] = false;
}

// The stream begins in the middle, for the capture: acknowledgements may still be of bytes before `first`,
// and those that were heard before it are of this stream. Until there is one, what is acknowledged lies
// further back than any can.
void Streams::pick_up(FlowEntry& entry, FlowMore& more, Side side, std::uint32_t first, std::uint32_t next) {
  const std::uint32_t heard = entry.acknowledged[index(side)];
  const std::int32_t ahead = distance(first, heard);
  const bool is_heard = more.is_heard[index(side)] && ahead > -kLikelyWindow && ahead < kLikelyWindow;
  begin(entry, more, side, first, next);
  entry.acknowledged[index(side)] = is_heard ? heard : first - kLikelyWindow;
  more.is_heard[index(side)] = is_heard;
}

// The other side acknowledges something of a side that was not seen yet. What was missed of a stream before
// is not to be held against it.
void Streams::hear(FlowEntry& entry, FlowMore& more, Side side, std::uint32_t acknowledgement) {
  if (more.is_heard[index(side)]) return take_acknowledgement(entry, side, acknowledgement);
  gaps_.end_stream(entry.gaps, side, missed(entry, more, side));
  more.is_heard[index(side)] = true;
  more.heard[index(side)] = acknowledgement;
  entry.acknowledged[index(side)] = acknowledgement;
}

bool Streams::follow_slowly(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet) {
  if (packet.transport_cut || packet.fragment.part != Fragment::Part::none) {
    if (packet.fragment.part != Fragment::Part::later) lose(entry, more, sender);
    return false;
  }
  if ((packet.tcp_flags & kTcpRst) != 0) return false;
  bool begins_again = false;
  const std::uint32_t sequence = packet.tcp_sequence;
  const std::uint32_t length = packet.payload_length + (packet.tcp_flags & kTcpFin);
  if ((packet.tcp_flags & kTcpSyn) != 0) {
    take_syn(entry, more, sender, packet);
  } else if (more.syn_waits == index(sender) && sequence == more.pending_syn + 1) {
    // The SYN's answer was not seen, but the side goes on as it said: its connection is another one by now.
    begin(entry, more, sender, sequence, sequence + length);
    lose(entry, more, other(sender));
    more.syn_waits = kNobody;
    begins_again = true;
  } else if (knows(entry, sender)) {
    take_segment(entry, more, sender, sequence, length);
  } else {
    pick_up(entry, more, sender, sequence, sequence + length);
  }
  if ((packet.tcp_flags & kTcpAck) == 0) return begins_again;

  const Side receiver = other(sender);
  const std::uint32_t acknowledgement = packet.tcp_acknowledgement;
  const std::uint32_t before = entry.acknowledged[index(receiver)];
  if (knows(entry, receiver)) {
    take_acknowledgement(entry, receiver, acknowledgement);
  } else if ((packet.tcp_flags & kTcpSyn) != 0) {
    begin(entry, more, receiver, acknowledgement - 1, acknowledgement);  // it acknowledges a SYN
  } else if ((entry.bits[index(sender)] & bit_syn) != 0) {
    // The sender's SYN was seen, the answer was not: all that the other side ever sent came later.
    begin(entry, more, receiver, acknowledgement, acknowledgement);
  } else {
    hear(entry, more, receiver, acknowledgement);
  }
  // Now and then is enough, and all that senders of scattered segments may cost.
  const std::uint32_t after = entry.acknowledged[index(receiver)];
  constexpr unsigned kNowAndThen = 18;  // every 256 KiB
  if ((before >> kNowAndThen) != (after >> kNowAndThen) && gaps_.has_open(entry.gaps))
    gaps_.settle(entry.gaps, receiver, after);
  return begins_again;
}

// A SYN on a stream that is under way is that of a connection that is to follow it, or forged: which of the
// two, the answer will show, or how its sender goes on. What comes meanwhile belongs to the stream. A SYN
// that repeats the one that began the stream, or comes behind what it announced, is the stream's own.
void Streams::take_syn(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet) {
  const std::size_t side = index(sender);
  const std::uint32_t sequence = packet.tcp_sequence;
  std::uint32_t& first = more.stream_first[side];
  const bool is_first_of_side = (entry.bits[side] & (bit_syn | bit_syn_ack)) == 0;
  if (knows(entry, sender) && (sequence == first || (is_first_of_side && sequence + 1 == first))) {
    first = sequence;
    const std::uint32_t end = sequence + 1 + packet.payload_length;
    if (precedes(entry.next[side], end)) entry.next[side] = end;
    return;
  }
  const bool has_data = knows(entry, sender) && entry.next[side] != more.stream_first[side] + 1;
  if (!has_data) {
    begin(entry, more, sender, sequence, sequence + 1 + packet.payload_length);
  } else if ((packet.tcp_flags & kTcpAck) == 0) {
    more.pending_syn = sequence;
    more.syn_waits = static_cast<std::uint8_t>(sender);
  }
}

void Streams::take_segment(FlowEntry& entry, FlowMore& more, Side sender, std::uint32_t begin,
                           std::uint32_t length) {
  std::uint32_t& next = entry.next[index(sender)];
  if (begin == next + 1 && is_all_keep_alive(entry, more, sender)) {
    more.stream_first[index(sender)] = next = begin;
  }
  const std::uint32_t end = begin + length;
  const std::int32_t ahead = distance(next, begin);
  if (ahead > kFurthestAhead) return;
  if (ahead > 0) {
    gaps_.open(entry.gaps, sender, next, begin, entry.acknowledged[index(sender)]);
  } else if (ahead < 0) {
    const std::uint32_t first = more.stream_first[index(sender)];
    const std::int32_t before = distance(begin, first);
    if (before > 0 && before <= kListedBehind && length > 0 && is_picked_up(entry)) {
      if (static_cast<std::uint32_t>(before) > gaps_.before(entry.gaps, sender))
        gaps_.extend_back(entry.gaps, sender, first, begin, end);
    }
    if (gaps_.has_open(entry.gaps)) gaps_.fill(entry.gaps, sender, begin, end);
  }
  if (precedes(next, end)) next = end;
}

std::uint64_t Streams::missed(const FlowEntry& entry, const FlowMore& more, Side side) const {
  const std::size_t which = index(side);
  if ((entry.bits[which] & bit_seen) == 0) return 0;
  const std::uint32_t next = entry.next[which];
  const std::uint32_t acknowledged = entry.acknowledged[which];
  std::uint64_t bytes = entry.gaps == StreamGaps::kNone ? 0 : gaps_.missed(entry.gaps, side, acknowledged);
  if (!knows(entry, side)) return bytes;  // of the stream that was lost
  if (acknowledged == next + 1 && is_all_keep_alive(entry, more, side)) return bytes;
  if (precedes(next, acknowledged)) bytes += acknowledged - next;
  return bytes > 0 && ends_in_unseen_fin(entry, side) ? bytes - 1 : bytes;
}

// Both sides have closed, and this one's FIN was not seen: what is missing at the end includes it, and that
// is no byte of data.
bool Streams::ends_in_unseen_fin(const FlowEntry& entry, Side side) const {
  const std::size_t which = index(side);
  const bool closed_unseen = (entry.bits[which] & bit_fin) == 0 && (entry.bits[1 - which] & bit_fin) != 0;
  if (!closed_unseen) return false;
  const std::uint32_t next = entry.next[which];
  const std::uint32_t acknowledged = entry.acknowledged[which];
  return precedes(next, acknowledged) || (next == acknowledged && gaps_.ends_at(entry.gaps, side, next));
}

StreamSpan Streams::span(const FlowEntry& entry, const FlowMore& more, Side side) const {
  const std::size_t which = index(side);
  const std::uint32_t acknowledged = entry.acknowledged[which];
  const std::optional heard = more.is_heard[which] ? std::optional{more.heard[which]} : std::nullopt;
  if (!knows(entry, side)) return {.acknowledged = heard ? acknowledged : 0, .heard = heard};
  const std::uint32_t first = more.stream_first[which];
  const std::uint32_t next = entry.next[which];
  const bool keep_alive = acknowledged == next + 1 && is_all_keep_alive(entry, more, side);
  const bool nothing = distance(acknowledged, first) >= kLikelyWindow;
  return {.known = true,
          .first = first,
          .next = precedes(next, acknowledged) && !keep_alive ? acknowledged : next,
          .acknowledged = nothing ? first : acknowledged,
          .holes = holes(entry, more, side),
          .heard = heard != first ? heard : std::nullopt};
}

// Those of the stream, and the tail that was acknowledged and not seen. A FIN may be the last byte of that,
// which the flow's other parts may know better.
StreamHoles Streams::holes(const FlowEntry& entry, const FlowMore& more, Side side) const {
  const std::size_t which = index(side);
  const std::uint32_t next = entry.next[which];
  const std::uint32_t acknowledged = entry.acknowledged[which];
  const bool keep_alive = acknowledged == next + 1 && is_all_keep_alive(entry, more, side);
  const bool tail = precedes(next, acknowledged) && !keep_alive;
  if (!tail && entry.gaps == StreamGaps::kNone) return {};

  std::array<StreamHole, StreamGaps::kHolesOfFlow + 1> found;
  std::size_t count = 0;
  gaps_.for_each(entry.gaps, side, [&](std::uint32_t begin, std::uint32_t end) {
    if (distance(end, acknowledged) <= kListedBehind) found[count++] = {begin, end};
  });
  if (tail) found[count++] = {next, acknowledged};
  const auto by_begin = [](const StreamHole& left, const StreamHole& right) {
    return precedes(left.begin, right.begin);
  };
  std::sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(count), by_begin);

  StreamHoles holes;
  holes.before = gaps_.before(entry.gaps, side);
  holes.more = count > StreamHoles::kMost || gaps_.has_forgotten(entry.gaps, side);
  holes.count = static_cast<std::uint8_t>(std::min(count, StreamHoles::kMost));
  std::copy_n(found.begin(), holes.count, holes.holes.begin());
  return holes;
}

}  // namespace portproof
