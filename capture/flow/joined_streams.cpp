#include "capture/flow/joined_streams.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "capture/flow/internal/sequence.hpp"

// All positions are counted from where the earlier part ended, in 64 bits:
//
//   earlier   |#######|  |####|   0
//   later               |##|      |####|   |####|
//                     1        2         3
//
// 1 is a hole of the earlier part, which the later one fills in part. 2 lies between the parts. 3 is a hole
// of the later part. What is left of 1 and 3, and all of 2, was missed as far as it was acknowledged.

namespace portproof {
namespace {

using Position = std::int64_t;

// Of what is acknowledged, where nothing is.
constexpr Position kNothing = -(Position{1} << 40U);

struct Range {
  Position begin;
  Position end;
};
using Ranges = std::vector<Range>;

// One side's stream in one part.
struct Part {
  Range span;      // what it saw, holes included
  Position first;  // from where on it counts as missed what it lacks
  Ranges holes;
  bool all_holes;  // does `holes` have them all?
  Position acknowledged;
  std::uint64_t missed;
};

// What is left of `ranges` without `taken`.
Ranges without(const Ranges& ranges, const Range& taken) {
  Ranges left;
  for (const Range& range : ranges) {
    if (taken.end <= range.begin || range.end <= taken.begin) {
      left.push_back(range);
      continue;
    }
    if (range.begin < taken.begin) left.push_back({range.begin, taken.begin});
    if (taken.end < range.end) left.push_back({taken.end, range.end});
  }
  return left;
}

// What the part saw, without its holes. Nothing, if it does not know them all: then it fills no other's.
Ranges seen_by(const Part& part) {
  if (!part.all_holes) return {};
  Ranges seen{part.span};
  for (const Range& hole : part.holes) seen = without(seen, hole);
  return seen;
}

Ranges left_of(Ranges holes, const Ranges& seen) {
  for (const Range& range : seen) holes = without(holes, range);
  return holes;
}

std::uint64_t bytes_between(const Ranges& ranges, Position first, Position acknowledged) {
  Position bytes = 0;
  for (const Range& range : ranges) {
    bytes += std::max<Position>(std::min(range.end, acknowledged) - std::max(range.begin, first), 0);
  }
  return static_cast<std::uint64_t>(bytes);
}

// What the part missed outside the holes that it lists.
std::uint64_t missed_elsewhere(const Part& part) {
  return part.missed - std::min(part.missed, bytes_between(part.holes, part.first, part.acknowledged));
}

// Sorted, without overlaps.
Ranges united(Ranges ranges) {
  std::sort(ranges.begin(), ranges.end(),
            [](const Range& left, const Range& right) { return left.begin < right.begin; });
  Ranges all;
  for (const Range& range : ranges) {
    if (all.empty() || all.back().end < range.begin) {
      all.push_back(range);
    } else {
      all.back().end = std::max(all.back().end, range.end);
    }
  }
  return all;
}

StreamHoles listed(const Ranges& holes, std::uint32_t origin, bool more) {
  StreamHoles list;
  list.more = more || holes.size() > StreamHoles::kMost;
  for (const Range& hole : holes) {
    if (list.count == StreamHoles::kMost) break;
    list.holes[list.count++] = {origin + static_cast<std::uint32_t>(hole.begin),
                                origin + static_cast<std::uint32_t>(hole.end)};
  }
  return list;
}

// One side's stream as a part has it, and what it takes to tell what it missed.
struct PartOfStream {
  StreamSpan span;  // known
  bool is_acknowledged;
  std::uint64_t packets;
  std::uint64_t missed;
  bool fin;
  bool other_fin;
};

// Both sides have closed, and this one's FIN is part of what is missing at the end: that is no byte of data.
bool ends_in_unseen_fin(const StreamSpan& stream, bool fin, bool other_fin) {
  const StreamHoles& holes = stream.holes;
  if (fin || !other_fin || holes.count == 0 || holes.more) return false;
  const std::uint32_t end = holes.holes[holes.count - 1U].end;
  return end == stream.next && end == stream.acknowledged;
}

Part part_of(const PartOfStream& of, std::uint32_t origin) {
  const StreamSpan& stream = of.span;
  const auto position = [origin](std::uint32_t number) { return Position{distance(origin, number)}; };
  const Position first = position(stream.first);
  Part part{{first - stream.holes.before, position(stream.next)},          first,    {}, !stream.holes.more,
            of.is_acknowledged ? position(stream.acknowledged) : kNothing, of.missed};
  for (std::size_t hole = 0; hole < stream.holes.count; ++hole) {
    part.holes.push_back({position(stream.holes.holes[hole].begin), position(stream.holes.holes[hole].end)});
  }
  // What the part took off for a FIN, the whole may not.
  if (of.packets > 0 && ends_in_unseen_fin(stream, of.fin, of.other_fin)) ++part.missed;
  return part;
}

// The holes of both, without what either fills of the other's.
Ranges holes_of_both(const Part& first, const Part& second) {
  Ranges holes = left_of(first.holes, seen_by(second));
  const Ranges second_left = left_of(second.holes, seen_by(first));
  holes.insert(holes.end(), second_left.begin(), second_left.end());
  return holes;
}

// Both parts as they are, of which the later one has another stream.
JoinedStream side_by_side(const PartOfStream& earlier, const PartOfStream& later) {
  StreamSpan span = later.span;
  span.first = earlier.span.first;
  return {span, earlier.missed + later.missed};
}

JoinedStream put_together(const PartOfStream& earlier, const PartOfStream& later) {
  const StreamSpan& before = earlier.span;
  const StreamSpan& after = later.span;
  const std::uint32_t origin = before.next;
  const std::int32_t between = distance(origin, after.first - after.holes.before);
  if (between > kFurthestAhead || between < -kFurthestAhead) {
    return side_by_side(earlier, later);
  }
  Part first = part_of(earlier, origin);
  Part second = part_of(later, origin);
  // A part so long that its ends cannot be told apart reaches as far as any hole that matters.
  if (first.span.begin > 0) first.span.begin = -Position{kFurthestAhead};
  if (second.span.end < second.span.begin) second.span.end = second.span.begin + kFurthestAhead;
  Ranges holes = holes_of_both(first, second);
  // Is an empty segment all that was seen so far? Perhaps a keep-alive, one byte before what comes next.
  const bool perhaps_keep_alive = earlier.packets > 0 && before.next == before.first;
  const bool keep_alive = perhaps_keep_alive && between == 1;
  if (between > 0 && !keep_alive) holes.push_back({0, between});
  if (keep_alive) first.first = between;
  const Position acknowledged = std::max(first.acknowledged, second.acknowledged);
  Position next = std::max<Position>(second.span.end, 0);
  const bool answers_keep_alive =
      earlier.packets + later.packets > 0 && next == first.first && acknowledged == next + 1;
  if (acknowledged > next && !answers_keep_alive) {
    holes.push_back({next, acknowledged});
    next = acknowledged;
  }
  holes = united(std::move(holes));

  const auto number = [origin](Position position) { return origin + static_cast<std::uint32_t>(position); };
  JoinedStream result;
  result.span = {.known = true,
                 .first = number(first.first),
                 .next = number(next),
                 .acknowledged = number(acknowledged == kNothing ? first.first : acknowledged),
                 .holes = listed(holes, origin, before.holes.more || after.holes.more)};
  result.span.holes.before = before.holes.before;
  // A side of which no packet was captured missed nothing: that is a mirror of one direction.
  if (earlier.packets + later.packets == 0) return result;
  result.missed_bytes =
      missed_elsewhere(first) + missed_elsewhere(second) + bytes_between(holes, first.first, acknowledged);
  const bool fin = earlier.fin || later.fin;
  const bool other_fin = earlier.other_fin || later.other_fin;
  if (result.missed_bytes > 0 && ends_in_unseen_fin(result.span, fin, other_fin)) --result.missed_bytes;
  return result;
}

// Nothing of a stream, at `at`, of which `acknowledged` was acknowledged.
StreamSpan nothing_at(std::uint32_t at, std::uint32_t acknowledged) {
  return {.known = true, .first = at, .next = at, .acknowledged = acknowledged};
}

PartOfStream part_of(const FlowFacts& facts, Side side) {
  const SideFacts& own = facts.side(side);
  const SideFacts& others = facts.side(other(side));
  const bool is_acknowledged = others.ack || others.syn_ack || own.stream.heard;
  return {own.stream, is_acknowledged, own.packets, own.missed_bytes, own.fin, others.fin};
}

// What one part has heard of a stream that the other knows lies in that one's window, or is of another
// stream.
bool is_near(std::uint32_t left, std::uint32_t right) {
  const std::int32_t ahead = distance(left, right);
  return ahead > -kLikelyWindow && ahead < kLikelyWindow;
}

// Does the later part begin with a SYN or SYN-ACK that is not the stream's? Then the ports were used again,
// and how the first connection ended was not captured.
bool begins_anew(const StreamSpan& before, const SideFacts& later) {
  const bool opens = later.syn || later.syn_ack;
  return opens && later.stream.first != before.first && later.stream.first + 1 != before.first;
}

JoinedStream joined(const FlowFacts& earlier_facts, const FlowFacts& later_facts, Side side) {
  PartOfStream earlier = part_of(earlier_facts, side);
  PartOfStream later = part_of(later_facts, side);
  StreamSpan& before = earlier.span;
  StreamSpan& after = later.span;
  if (!before.known && earlier_facts.side(other(side)).syn && after.heard) {
    // It began with what was acknowledged first: all that the side ever sent came later.
    before = nothing_at(*after.heard, *after.heard);
    earlier.is_acknowledged = true;
  }
  if (!before.known && !after.known) {
    StreamSpan span = before.heard ? before : after;
    if (before.heard && after.heard && precedes(before.acknowledged, after.acknowledged))
      span.acknowledged = after.acknowledged;
    return {span, earlier.missed + later.missed};
  }
  if (!after.known) {
    later.is_acknowledged = after.heard.has_value();
    after = nothing_at(before.next, after.acknowledged);
    return put_together(earlier, later);
  }
  const SideFacts& own = later_facts.side(side);
  if (before.known) {
    return begins_anew(before, own) ? side_by_side(earlier, later) : put_together(earlier, later);
  }
  // The later part began the stream. Where that was with a SYN, what was heard before was of another one.
  const std::optional<std::uint32_t> heard = before.heard;
  earlier.is_acknowledged = heard && !own.syn && !own.syn_ack && is_near(after.first, before.acknowledged);
  before = nothing_at(after.next, before.acknowledged);
  JoinedStream result = put_together(later, earlier);
  if (heard) result.span.heard = heard;
  return result;
}

}  // namespace

std::array<JoinedStream, 2> join_streams(const FlowFacts& earlier, const FlowFacts& later) {
  std::array<JoinedStream, 2> streams;
  for (const Side side : {Side::low, Side::high}) {
    streams[index(side)] = joined(earlier, later, side);
  }
  return streams;
}

}  // namespace portproof
