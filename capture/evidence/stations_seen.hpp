// Collects the stations that one thread sees in an input: in a hash table while they come, a packet each side
// of a flow, and in a sorted list of those that will be kept once there are many.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "capture/decode/packet.hpp"
#include "capture/evidence/stations.hpp"

namespace portproof {

// The station that sent the packet; nothing where the frame has no Ethernet header, where what lies between
// that and the packet is a tunnel (the header is then the tunnel's own, or may be), or where its source is no
// address of one station. The packet's frame must still be there.
std::optional<Station> station_of(const Packet& packet);

struct StationSighting {
  IpAddress address;
  Station station;
  StationSpan span;
};

// Sightings by address and station, each of these once, and no more of them than Stations keeps.
class StationList {
 public:
  // In any order, several of one station too.
  void add(std::vector<StationSighting>&& more);
  void add(StationList&& others);

  // Nothing of an address that sorts behind this one would be kept.
  [[nodiscard]] const std::optional<IpAddress>& highest() const { return highest_; }

  [[nodiscard]] Stations stations() const;

 private:
  void merge_sorted(const std::vector<StationSighting>& more);

  std::vector<StationSighting> sightings_;
  std::optional<IpAddress> highest_;
};

class StationsSeen {
 public:
  StationsSeen();

  // The first packet of a side of a flow, with the capture clock as its time.
  void observe(const Packet& packet);

  // All since the last time.
  StationList take();

 private:
  static constexpr std::size_t kFirstSlots = 256;
  // 48 bytes each. Half of them hold all that is kept, and as many again: what is kept need not be sorted in
  // anew whenever others come and go.
  static constexpr std::size_t kMostSlots = std::size_t{1} << 18U;

  // Its span has not begun where the slot is empty.
  static bool is_empty(const StationSighting& slot) { return slot.span.last < slot.span.first; }
  // A sighting waits while its place is fetched from memory.
  struct Waiting {
    StationSighting sighting;
    std::uint64_t hash{0};
  };
  static constexpr std::size_t kWaiting = 8;  // a power of two

  [[nodiscard]] std::uint64_t hash_of(const StationSighting& sighting) const;
  [[nodiscard]] StationSighting& slot_of(const StationSighting& sighting, std::uint64_t hash);
  void put(const Waiting& waiting);
  void make_room();
  void settle();

  // Whoever could make sightings collide would have the whole table walked for each of them. What is handed
  // out is sorted, so the keys show nowhere.
  std::array<std::uint64_t, 4> keys_{};
  // A power of two, at most half in use; linear probing. Not an IndexTable: the sightings themselves are the
  // slots, so that one fetch from memory brings all of one. Numbers beside them would cost a second.
  std::vector<StationSighting> slots_;
  std::size_t used_{0};
  std::array<Waiting, kWaiting> waiting_;  // a ring
  std::size_t came_{0};
  std::size_t put_{0};
  StationList settled_;
};

}  // namespace portproof
