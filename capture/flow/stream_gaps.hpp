// The holes in TCP streams: bytes that must have been sent, because others behind them were seen, and that
// the capture does not have. A hole that is filled later (a segment out of order, or sent again) was none.
// What is left of a hole once the other side has acknowledged it, was missed by the capture.
//
// Bounded: kMostHoles holes of all flows together, kHolesOfFlow of one. Over that the oldest hole of the flow
// is settled at once, as if nothing could fill it any more; what a flow in this place misses may then be
// counted too high, never too low.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "capture/flow/flow_key.hpp"

namespace portproof {

class StreamGaps {
 public:
  using Id = std::uint32_t;  // of one flow's record
  static constexpr Id kNone = 0;

  static constexpr std::size_t kMostHoles = std::size_t{1} << 20U;  // 16 bytes each, taken as they are needed
  static constexpr unsigned kHolesOfFlow = 128;
  // A hole that lies so far behind what is acknowledged is never filled any more: settled.
  static constexpr std::int32_t kSettledBehind = 1 << 20;

  // A hole of `side`, from `begin` up to `end`, behind all holes that it has already. Makes the flow's record
  // where there is none.
  void open(Id& id, Side side, std::uint32_t begin, std::uint32_t end, std::uint32_t acknowledged);

  // Bytes from `begin` up to `end` were seen after all.
  void fill(Id id, Side side, std::uint32_t begin, std::uint32_t end);

  // Settles the holes that lie far enough behind what is acknowledged.
  void settle(Id id, Side side, std::uint32_t acknowledged);

  // Does the flow have holes that can still be filled or acknowledged?
  [[nodiscard]] bool has_open(Id id) const { return records_[id].first != kNoHole; }

  // What was missed of `side`, with `acknowledged` as the last word of the other.
  [[nodiscard]] std::uint64_t missed(Id id, Side side, std::uint32_t acknowledged) const;

  // Is the byte before `end` in a hole of `side`?
  [[nodiscard]] bool ends_at(Id id, Side side, std::uint32_t end) const;

  void release(Id id);

 private:
  using HoleId = std::uint32_t;
  static constexpr HoleId kNoHole = 0xffffffff;

  struct Hole {
    std::uint32_t begin{0};
    std::uint32_t end{0};
    HoleId next{kNoHole};  // a younger one of the flow, or the next that is free
    Side side{Side::low};
  };
  struct Record {
    std::array<std::uint64_t, 2> settled{};  // bytes missed, by index(Side)
    HoleId first{kNoHole};                   // of both sides, oldest first
    HoleId last{kNoHole};
    unsigned holes{0};
    Id next_free{kNone};
  };

  Id take_record();
  HoleId take_hole();
  void append(Record& record, const Hole& hole);
  // Takes out the hole after `before` (kNoHole: the first) and answers the one that follows it.
  HoleId take_out(Record& record, HoleId before, HoleId hole);
  void settle_oldest(Record& record);

  std::vector<Hole> holes_;
  std::vector<Record> records_{Record{}};  // the first stands for kNone
  HoleId free_hole_{kNoHole};
  Id free_record_{kNone};
};

}  // namespace portproof
