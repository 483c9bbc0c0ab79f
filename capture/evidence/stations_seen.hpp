// Collects the stations of one shard of an input: in a hash table while they come, a packet each side of a
// flow, and among all others once that is over, or there are many.
#pragma once

#include <cstddef>
#include <vector>

#include "capture/evidence/stations.hpp"

namespace portproof {

class StationsSeen {
 public:
  // The first packet of a side of a flow, with the capture clock as its time.
  void observe(const Packet& packet);

  // All of them, once, at the end.
  Stations take();

 private:
  static constexpr std::size_t kFirstSlots = 256;
  static constexpr std::size_t kMostSlots = std::size_t{1} << 16U;  // 56 bytes each

  struct Sighting {
    IpAddress address;
    Station station;
    StationSpan span;  // not begun where the slot is empty
    [[nodiscard]] bool empty() const { return span.last < span.first; }
  };

  [[nodiscard]] Sighting& slot_of(const IpAddress& address, const Station& station);
  void make_room();
  void settle();

  std::vector<Sighting> slots_;  // a power of two, at most half in use; linear probing
  std::size_t used_{0};
  Stations settled_;
};

}  // namespace portproof
