// The holes in TCP streams: bytes that must have been sent, because others behind them were seen, and that
// the capture does not have. A hole that is filled later (a segment out of order, or sent again) was none.
// What is left of a hole once the other side has acknowledged it, was missed by the capture.
//
// Bounded: kHolesOfFlow holes of a flow, kMostBlocks flows with holes. Over that the oldest hole of the flow
// is settled at once, as if nothing could fill it any more; what a flow in this place misses may then be
// counted too high, never too low. The holes of a flow lie side by side, so that asking for them costs one
// look at memory, however a sender may scatter its segments.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "capture/flow/packet_key.hpp"

namespace portproof {

class StreamGaps {
 public:
  using Id = std::uint32_t;  // of one flow's record
  static constexpr Id kNone = 0;

  static constexpr unsigned kHolesOfFlow = 64;
  static constexpr std::size_t kMostBlocks = std::size_t{1}
                                             << 16U;  // 580 bytes each, taken as they are needed
  // A hole that lies so far behind what is acknowledged is hardly filled any more: it may be settled, and has
  // to be before sequence numbers come round.
  static constexpr std::int32_t kSettledBehind = 1 << 20;

  explicit StreamGaps(std::size_t most_blocks = kMostBlocks) : most_blocks_(most_blocks) {}

  // A hole of `side`, from `begin` up to `end`, behind all holes that it has already. Makes the flow's record
  // where there is none.
  void open(Id& id, Side side, std::uint32_t begin, std::uint32_t end, std::uint32_t acknowledged);

  // Bytes from `begin` up to `end` were seen that lie before everything that was seen of the stream, which
  // began with `first`. Between them and the rest is a hole that does not count as missed.
  void extend_back(Id& id, Side side, std::uint32_t first, std::uint32_t begin, std::uint32_t end);

  // How far before its first byte the stream was seen.
  [[nodiscard]] std::uint32_t before(Id id, Side side) const { return records_[id].before[index(side)]; }

  // Bytes from `begin` up to `end` were seen after all.
  void fill(Id id, Side side, std::uint32_t begin, std::uint32_t end);

  // Settles the holes that lie far enough behind what is acknowledged.
  void settle(Id id, Side side, std::uint32_t acknowledged);

  // The stream of `side` is over, and another may follow: of this one so many bytes were missed in all, and
  // its holes are forgotten. Makes the flow's record where there is none and it has something to keep.
  void end_stream(Id& id, Side side, std::uint64_t missed);

  // Did a hole of `side` have to be settled for want of room? Then `for_each` does not show all.
  [[nodiscard]] bool has_forgotten(Id id, Side side) const { return records_[id].forgotten[index(side)]; }

  // Does the flow have holes that can still be filled or acknowledged?
  [[nodiscard]] bool has_open(Id id) const { return records_[id].holes > 0; }

  // What was missed of `side`, with `acknowledged` as the last word of the other.
  [[nodiscard]] std::uint64_t missed(Id id, Side side, std::uint32_t acknowledged) const;

  // Is the byte before `end` in a hole of `side`?
  [[nodiscard]] bool ends_at(Id id, Side side, std::uint32_t end) const;

  // Calls take(begin, end) for each hole of `side` that can still be filled, in no order.
  template <typename Take>
  void for_each(Id id, Side side, Take take) const {
    const Record& record = records_[id];
    for (unsigned at = 0; at < record.holes; ++at) {
      const Block& block = blocks_[record.block];
      if (block.side[at] == side) take(block.begin[at], block.end[at]);
    }
  }

  void release(Id id);

 private:
  using BlockId = std::uint32_t;
  static constexpr BlockId kNoBlock = 0xffffffff;

  // The holes of one flow, both sides', oldest first.
  struct Block {
    std::array<std::uint32_t, kHolesOfFlow> begin{};
    std::array<std::uint32_t, kHolesOfFlow> end{};
    std::array<Side, kHolesOfFlow> side{};
    std::array<bool, kHolesOfFlow> counts{};  // false: before the stream's first byte
    BlockId next_free{kNoBlock};
  };
  struct Record {
    std::array<std::uint64_t, 2> settled{};  // bytes missed, by index(Side)
    std::array<std::uint32_t, 2> before{};   // how far before their first byte the streams were seen
    std::array<bool, 2> forgotten{};         // a hole was settled for want of room
    BlockId block{kNoBlock};                 // where there are holes
    unsigned holes{0};
    Id next_free{kNone};
  };

  Id take_record();
  BlockId take_block();
  void append(Record& record, Side side, std::uint32_t begin, std::uint32_t end, bool counts);
  void take_out(Record& record, unsigned hole);
  void settle_hole(Record& record, unsigned hole);
  void forget_oldest(Record& record);

  std::size_t most_blocks_;
  std::vector<Block> blocks_;
  std::vector<Record> records_{Record{}};  // the first stands for kNone
  BlockId free_block_{kNoBlock};
  Id free_record_{kNone};
};

}  // namespace portproof
