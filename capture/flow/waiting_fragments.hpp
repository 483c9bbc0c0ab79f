// Later fragments whose first fragment has not come. Parts of a packet overtake each other, so one that
// cannot be placed is not lost yet: if the first part comes within FragmentTable::kLifetime, the packet is
// judged, and nothing is missing. If it does not, nobody can say to which conversation the rest belongs.
//
// Bounded: kEntries packets wait. Where there are more, the one that has waited longest is given up.
#pragma once

#include <cstdint>
#include <vector>

#include "capture/base/timestamp.hpp"
#include "capture/base/unread.hpp"
#include "capture/decode/packet.hpp"

namespace portproof {

class WaitingFragments {
 public:
  static constexpr std::size_t kEntries = std::size_t{1} << 12U;

  // `seed` is of the keyed hash. Takes memory when the first fragment comes.
  explicit WaitingFragments(std::uint64_t seed) : seed_(seed) {}

  // One more later fragment without its first. Those that are given up for it go to `unread`.
  void add(const Fragment& parts, Timestamp now, std::uint64_t frame, UnreadInventory& unread);

  // The first fragment has come.
  void settle(const Fragment& parts, Timestamp now);

  // Adds those that have waited in vain by now to `unread`, or all of them, if no more frames will come. They
  // keep waiting here, so that this can be asked for at any time.
  void count_into(UnreadInventory& unread, Timestamp now, bool is_over) const;

 private:
  static constexpr std::size_t kWays = 4;  // slots that one identification may use

  struct Entry {
    Fragment parts;
    Timestamp time{Timestamp::earliest()};  // of the first of them
    std::uint64_t frame{0};
    std::uint64_t count{0};  // 0: the slot is free

    void give_up(UnreadInventory& unread) const;
  };

  [[nodiscard]] Entry* ways_of(const Fragment& parts);

  std::uint64_t seed_;
  std::vector<Entry> entries_;
};

}  // namespace portproof
