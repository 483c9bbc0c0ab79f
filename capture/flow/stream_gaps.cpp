#include "capture/flow/stream_gaps.hpp"

#include <algorithm>

#include "capture/flow/sequence.hpp"

namespace portproof {

StreamGaps::Id StreamGaps::take_record() {
  if (free_record_ == kNone) {
    records_.emplace_back();
    return static_cast<Id>(records_.size() - 1);
  }
  const Id id = free_record_;
  free_record_ = records_[id].next_free;
  records_[id] = {};
  return id;
}

StreamGaps::HoleId StreamGaps::take_hole() {
  if (free_hole_ != kNoHole) {
    const HoleId hole = free_hole_;
    free_hole_ = holes_[hole].next;
    return hole;
  }
  if (holes_.size() == kMostHoles) return kNoHole;
  holes_.emplace_back();
  return static_cast<HoleId>(holes_.size() - 1);
}

void StreamGaps::append(Record& record, const Hole& hole) {
  if (record.holes == kHolesOfFlow) settle_oldest(record);
  const HoleId id = take_hole();
  if (id == kNoHole) {  // no room at all: settled as it is opened
    record.settled[index(hole.side)] += hole.end - hole.begin;
    return;
  }
  holes_[id] = hole;
  holes_[id].next = kNoHole;
  (record.first == kNoHole ? record.first : holes_[record.last].next) = id;
  record.last = id;
  ++record.holes;
}

StreamGaps::HoleId StreamGaps::take_out(Record& record, HoleId before, HoleId hole) {
  const HoleId after = holes_[hole].next;
  (before == kNoHole ? record.first : holes_[before].next) = after;
  if (record.last == hole) record.last = before;
  --record.holes;
  holes_[hole].next = free_hole_;
  free_hole_ = hole;
  return after;
}

void StreamGaps::settle_oldest(Record& record) {
  const Hole& hole = holes_[record.first];
  record.settled[index(hole.side)] += hole.end - hole.begin;
  take_out(record, kNoHole, record.first);
}

void StreamGaps::open(Id& id, Side side, std::uint32_t begin, std::uint32_t end, std::uint32_t acknowledged) {
  if (id == kNone) id = take_record();
  settle(id, side, acknowledged);
  append(records_[id], {begin, end, kNoHole, side});
}

void StreamGaps::fill(Id id, Side side, std::uint32_t begin, std::uint32_t end) {
  Record& record = records_[id];
  HoleId before = kNoHole;
  for (HoleId at = record.first; at != kNoHole;) {
    Hole& hole = holes_[at];
    const bool apart = hole.side != side || !precedes(hole.begin, end) || !precedes(begin, hole.end);
    if (apart) {
      before = at;
      at = hole.next;
      continue;
    }
    const bool head_stays = precedes(hole.begin, begin);
    const bool tail_stays = precedes(end, hole.end);
    if (!head_stays && !tail_stays) {
      at = take_out(record, before, at);
      continue;
    }
    const Hole tail{end, hole.end, kNoHole, side};
    if (head_stays) {
      hole.end = begin;
    } else {
      hole.begin = end;
    }
    before = at;
    at = hole.next;
    // The middle of a hole: what is behind it becomes one of its own. The order of holes is but their age.
    if (head_stays && tail_stays) {
      append(record, tail);
      return;
    }
  }
}

void StreamGaps::settle(Id id, Side side, std::uint32_t acknowledged) {
  Record& record = records_[id];
  HoleId before = kNoHole;
  for (HoleId at = record.first; at != kNoHole;) {
    const Hole& hole = holes_[at];
    if (hole.side == side && distance(hole.end, acknowledged) > kSettledBehind) {
      record.settled[index(side)] += hole.end - hole.begin;
      at = take_out(record, before, at);
    } else {
      before = at;
      at = hole.next;
    }
  }
}

std::uint64_t StreamGaps::missed(Id id, Side side, std::uint32_t acknowledged) const {
  const Record& record = records_[id];
  std::uint64_t bytes = record.settled[index(side)];
  for (HoleId at = record.first; at != kNoHole; at = holes_[at].next) {
    const Hole& hole = holes_[at];
    if (hole.side != side || !precedes(hole.begin, acknowledged)) continue;
    const std::uint32_t end = precedes(acknowledged, hole.end) ? acknowledged : hole.end;
    bytes += end - hole.begin;
  }
  return bytes;
}

bool StreamGaps::ends_at(Id id, Side side, std::uint32_t end) const {
  for (HoleId at = records_[id].first; at != kNoHole; at = holes_[at].next) {
    if (holes_[at].side == side && holes_[at].end == end) return true;
  }
  return false;
}

void StreamGaps::release(Id id) {
  if (id == kNone) return;
  Record& record = records_[id];
  while (record.first != kNoHole) take_out(record, kNoHole, record.first);
  record.next_free = free_record_;
  free_record_ = id;
}

}  // namespace portproof
