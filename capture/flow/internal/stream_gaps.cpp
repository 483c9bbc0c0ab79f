#include "capture/flow/internal/stream_gaps.hpp"

#include <algorithm>

#include "capture/flow/internal/sequence.hpp"

// A hole from when it opens to when it is settled. Bytes 100 to 199 come, then 300 to 399, then 220 to
// 239:
//
//        100       200       300       400
//   seen  |#########|                       next = 200
//   seen  |#########|         |#########|   a hole opens: [200, 300)
//   seen  |#########| |##|    |#########|   the middle is filled: [200, 220) and [240, 300)
//
// The other side now acknowledges 400: it has bytes that the capture never saw, 20 + 60. A packet that is
// merely late still fills its hole, though, so an acknowledged hole is counted as missed but kept:
// `missed` works out the figure anew from the holes whenever it is asked. Only a hole that lies a
// megabyte behind what is acknowledged is settled, which means that its bytes are added to a sum and its
// place is free. It has to be then: 32-bit sequence numbers come round, and a hole must never meet the
// next lap.
//
// All comparisons are made modulo 2^32 (precedes, distance), never with <.
//
// Each call looks at up to 64 holes that lie side by side: some ten cache lines at worst, and none at all
// for the streams without a hole, which is nearly every one.

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

StreamGaps::BlockId StreamGaps::take_block() {
  if (free_block_ != kNoBlock) {
    const BlockId block = free_block_;
    free_block_ = blocks_[block].next_free;
    return block;
  }
  if (blocks_.size() == most_blocks_) return kNoBlock;
  blocks_.emplace_back();
  return static_cast<BlockId>(blocks_.size() - 1);
}

// The flow has room for one more hole.
void StreamGaps::append(Record& record, Side side, std::uint32_t begin, std::uint32_t end, bool counts) {
  if (record.block == kNoBlock) record.block = take_block();
  if (record.block == kNoBlock) {  // no room at all: settled as it is opened
    record.settled[index(side)] += counts ? end - begin : 0;
    record.forgotten[index(side)] = true;
    return;
  }
  Block& block = blocks_[record.block];
  block.begin[record.holes] = begin;
  block.end[record.holes] = end;
  block.side[record.holes] = side;
  block.counts[record.holes] = counts;
  ++record.holes;
}

void StreamGaps::take_out(Record& record, unsigned hole) {
  Block& block = blocks_[record.block];
  const auto close_up = [&record, hole](auto& of) {
    std::copy(of.begin() + hole + 1, of.begin() + record.holes, of.begin() + hole);
  };
  close_up(block.begin);
  close_up(block.end);
  close_up(block.side);
  close_up(block.counts);
  if (--record.holes > 0) return;
  block.next_free = free_block_;
  free_block_ = record.block;
  record.block = kNoBlock;
}

void StreamGaps::settle_hole(Record& record, unsigned hole) {
  const Block& block = blocks_[record.block];
  if (block.counts[hole]) record.settled[index(block.side[hole])] += block.end[hole] - block.begin[hole];
  take_out(record, hole);
}

void StreamGaps::forget_oldest(Record& record) {
  record.forgotten[index(blocks_[record.block].side[0])] = true;
  settle_hole(record, 0);
}

void StreamGaps::open(Id& id, Side side, std::uint32_t begin, std::uint32_t end, std::uint32_t acknowledged) {
  if (id == kNone) id = take_record();
  if (records_[id].holes == kHolesOfFlow) settle(id, side, acknowledged);
  Record& record = records_[id];
  if (record.holes == kHolesOfFlow) forget_oldest(record);
  append(record, side, begin, end, true);
}

void StreamGaps::extend_back(Id& id, Side side, std::uint32_t first, std::uint32_t begin, std::uint32_t end) {
  if (id == kNone) id = take_record();
  Record& record = records_[id];
  const std::uint32_t earliest = first - record.before[index(side)];
  if (precedes(end, earliest)) {
    if (record.holes == kHolesOfFlow) {
      record.forgotten[index(side)] = true;
      return;
    }
    append(record, side, end, earliest, false);
  }
  record.before[index(side)] = first - begin;
}

void StreamGaps::fill(Id id, Side side, std::uint32_t begin, std::uint32_t end) {
  Record& record = records_[id];
  for (unsigned at = 0; at < record.holes;) {
    Block& block = blocks_[record.block];
    const bool apart =
        block.side[at] != side || !precedes(block.begin[at], end) || !precedes(begin, block.end[at]);
    if (apart) {
      ++at;
      continue;
    }
    const bool head_stays = precedes(block.begin[at], begin);
    const bool tail_stays = precedes(end, block.end[at]);
    if (head_stays && tail_stays) {
      // The middle of a hole: what is behind it becomes one of its own. The order of holes is but their age.
      const std::uint32_t tail_end = block.end[at];
      const bool counts = block.counts[at];
      block.end[at] = begin;
      if (record.holes == kHolesOfFlow) forget_oldest(record);
      append(record, side, end, tail_end, counts);
      return;
    }
    if (!head_stays && !tail_stays) {
      take_out(record, at);
      continue;
    }
    (head_stays ? block.end[at] : block.begin[at]) = head_stays ? begin : end;
    ++at;
  }
}

void StreamGaps::settle(Id id, Side side, std::uint32_t acknowledged) {
  Record& record = records_[id];
  for (unsigned at = 0; at < record.holes;) {
    const Block& block = blocks_[record.block];
    const bool settled = block.side[at] == side && distance(block.end[at], acknowledged) > kSettledBehind;
    if (settled) {
      settle_hole(record, at);
    } else {
      ++at;
    }
  }
}

void StreamGaps::end_stream(Id& id, Side side, std::uint64_t missed) {
  if (id == kNone && missed == 0) return;
  if (id == kNone) id = take_record();
  Record& record = records_[id];
  record.settled[index(side)] = missed;
  record.before[index(side)] = 0;
  record.forgotten[index(side)] = false;
  for (unsigned at = record.holes; at > 0; --at) {
    if (blocks_[record.block].side[at - 1] == side) take_out(record, at - 1);
  }
}

std::uint64_t StreamGaps::missed(Id id, Side side, std::uint32_t acknowledged) const {
  const Record& record = records_[id];
  std::uint64_t bytes = record.settled[index(side)];
  for (unsigned at = 0; at < record.holes; ++at) {
    const Block& block = blocks_[record.block];
    if (block.side[at] != side || !block.counts[at] || !precedes(block.begin[at], acknowledged)) continue;
    const std::uint32_t end = precedes(acknowledged, block.end[at]) ? acknowledged : block.end[at];
    bytes += end - block.begin[at];
  }
  return bytes;
}

bool StreamGaps::ends_at(Id id, Side side, std::uint32_t end) const {
  const Record& record = records_[id];
  for (unsigned at = 0; at < record.holes; ++at) {
    const Block& block = blocks_[record.block];
    if (block.side[at] == side && block.end[at] == end) return true;
  }
  return false;
}

void StreamGaps::release(Id id) {
  if (id == kNone) return;
  Record& record = records_[id];
  while (record.holes > 0) take_out(record, record.holes - 1);
  record.next_free = free_record_;
  free_record_ = id;
}

}  // namespace portproof
