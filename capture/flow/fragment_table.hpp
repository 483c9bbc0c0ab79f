// Remembers the first fragments of IP packets, so that the later ones, which have no ports, count to the same
// flow. Nothing is put together and no payload is kept.
//
// Bounded: kEntries first fragments are remembered; where more are under way, one that is older gives way. A
// later fragment whose first was not seen, came after it, or is forgotten cannot be placed, and is counted
// so. Two first fragments of one identification: the one that came last counts, for that is what follows it;
// a part that overlaps another (RFC 5722) goes to that flow like any other, and never makes one of its own.
#pragma once

#include <cstdint>
#include <vector>

#include "capture/base/timestamp.hpp"
#include "capture/decode/packet.hpp"

namespace portproof {

class FragmentTable {
 public:
  static constexpr std::size_t kEntries = std::size_t{1} << 14U;
  // How long the parts of a packet may lie apart: as long as the common stacks wait for them.
  static constexpr Duration kLifetime = seconds(30);

  // `seed` is of the keyed hash. Takes memory when the first fragment comes.
  explicit FragmentTable(std::uint64_t seed) : seed_(seed) {}

  // To be called with each packet whose `fragment.part` is `first`.
  void remember(const Packet& packet, Timestamp now);

  // Makes of a later fragment a packet of its first one's flow: its ends, ports and protocol, with no flags
  // and no payload. False where it cannot be placed; the packet is then as it was.
  bool place(Packet& packet, Timestamp now) const;

  // Calls take(fragment, packet, time) for each first fragment that is remembered and whose later ones may
  // still come: `packet` has its ends, ports and protocol. In no order.
  template <typename Take>
  void for_each(Timestamp now, Take take) const {
    for (const Entry& entry : entries_) {
      if (entry.parts.part != Fragment::Part::first || now - entry.time > kLifetime) continue;
      Packet packet;
      give(entry, packet);
      take(entry.parts, packet, entry.time);
    }
  }

 private:
  static constexpr std::size_t kWays = 4;  // slots that one identification may use

  struct Entry {
    Fragment parts;
    Timestamp time{Timestamp::earliest()};
    IpAddress source;
    IpAddress destination;
    std::uint16_t source_port{0};
    std::uint16_t destination_port{0};
    std::uint8_t protocol{0};
    IcmpClass icmp{IcmpClass::none};
    std::uint32_t vlans{0};
    TunnelStack tunnels;
  };

  // What a packet has of its first fragment.
  static void give(const Entry& entry, Packet& packet);
  [[nodiscard]] std::size_t first_way(const Fragment& parts) const;

  std::uint64_t seed_;
  std::vector<Entry> entries_;
};

}  // namespace portproof
