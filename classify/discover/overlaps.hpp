// Addresses that two machines use in two VLANs: the address spaces overlap, and the two count as one host.
#pragma once

#include <vector>

#include "capture/evidence/stations.hpp"

namespace portproof {

struct Overlap {
  IpAddress address;
  std::vector<Station> stations;  // at least two, in different VLANs and with different MAC addresses
};

// A MAC address with this many IP addresses belongs to a router, or to a machine with many addresses, and so
// says nothing about who owns an address. Packets mirrored on both sides of a router show its MAC address.
inline constexpr std::size_t kAddressesOfRouter = 3;

// Sorted by address.
std::vector<Overlap> find_overlaps(const Stations& stations);

}  // namespace portproof
