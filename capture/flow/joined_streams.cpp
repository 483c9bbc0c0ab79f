#include "capture/flow/joined_streams.hpp"

#include <algorithm>
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

Part part_of(const SideFacts& side, std::uint32_t origin) {
  const StreamSpan& stream = side.stream;
  const auto position = [origin](std::uint32_t number) { return Position{distance(origin, number)}; };
  const Position first = position(stream.first);
  Part part{{first - stream.holes.before, position(stream.next)},
            first,
            {},
            !stream.holes.more,
            position(stream.acknowledged),
            side.missed_bytes};
  for (std::size_t hole = 0; hole < stream.holes.count; ++hole) {
    part.holes.push_back({position(stream.holes.holes[hole].begin), position(stream.holes.holes[hole].end)});
  }
  return part;
}

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

// Both sides have closed, and this one's FIN is part of what is missing at the end: that is no byte of data.
bool ends_in_unseen_fin(const StreamSpan& stream, bool fin, bool other_fin) {
  const StreamHoles& holes = stream.holes;
  if (fin || !other_fin || holes.count == 0 || holes.more) return false;
  const std::uint32_t end = holes.holes[holes.count - 1U].end;
  return end == stream.next && end == stream.acknowledged;
}

JoinedStream joined(const FlowFacts& earlier_facts, const FlowFacts& later_facts, Side side) {
  const SideFacts& earlier = earlier_facts.side(side);
  const SideFacts& later = later_facts.side(side);
  const SideFacts& earlier_other = earlier_facts.side(other(side));
  const SideFacts& later_other = later_facts.side(other(side));
  const StreamSpan& before = earlier.stream;
  const StreamSpan& after = later.stream;
  const std::uint64_t sum = earlier.missed_bytes + later.missed_bytes;
  if (!before.known || !after.known) return {before.known ? before : after, sum};
  const std::uint32_t origin = before.next;
  const std::int32_t between = distance(origin, after.first - after.holes.before);
  if (between > kFurthestAhead || between < -kFurthestAhead) {
    return {{true, before.first, after.next, after.acknowledged, after.holes}, sum};
  }
  Part first = part_of(earlier, origin);
  Part second = part_of(later, origin);
  // What the parts took off for a FIN, the whole may not.
  if (earlier.packets > 0 && ends_in_unseen_fin(before, earlier.fin, earlier_other.fin)) ++first.missed;
  if (later.packets > 0 && ends_in_unseen_fin(after, later.fin, later_other.fin)) ++second.missed;
  // A part so long that its ends cannot be told apart reaches as far as any hole that matters.
  if (first.span.begin > 0) first.span.begin = -Position{kFurthestAhead};
  if (second.span.end < second.span.begin) second.span.end = second.span.begin + kFurthestAhead;
  Ranges holes = left_of(first.holes, seen_by(second));
  const Ranges second_left = left_of(second.holes, seen_by(first));
  holes.insert(holes.end(), second_left.begin(), second_left.end());
  // An empty segment is all that the earlier part saw: a keep-alive, one byte before what comes next.
  const bool keep_alive = before.next == before.first && between == 1;
  if (between > 0 && later_other.ack && !keep_alive) holes.push_back({0, between});
  holes = united(std::move(holes));

  const Position acknowledged = std::max(first.acknowledged, second.acknowledged);
  const Position next = std::max<Position>(second.span.end, 0);
  const auto number = [origin](Position position) { return origin + static_cast<std::uint32_t>(position); };
  JoinedStream result;
  result.span = {true, before.first, number(next), number(acknowledged),
                 listed(holes, origin, before.holes.more || after.holes.more)};
  result.span.holes.before = before.holes.before;
  // A side of which no packet was captured missed nothing: that is a mirror of one direction.
  if (earlier.packets + later.packets == 0) return result;
  result.missed_bytes =
      missed_elsewhere(first) + missed_elsewhere(second) + bytes_between(holes, first.first, acknowledged);
  const bool fin = earlier.fin || later.fin;
  const bool other_fin = earlier_other.fin || later_other.fin;
  if (result.missed_bytes > 0 && ends_in_unseen_fin(result.span, fin, other_fin)) --result.missed_bytes;
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
