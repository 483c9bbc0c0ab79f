// Addresses that two machines have in two VLANs: address spaces overlap there, and what the two do is counted
// as one host's.
#pragma once

#include <vector>

#include "capture/evidence/stations.hpp"

namespace portproof {

struct Overlap {
  IpAddress address;
  std::vector<Station> stations;  // at least two, in different VLANs and with different MAC addresses
};

// A MAC address that stands for this many addresses is a router's, or that of a machine of many addresses: it
// says nothing of whose an address is. A packet that is mirrored before and after a router shows one.
inline constexpr std::size_t kAddressesOfRouter = 3;

// Sorted by address.
std::vector<Overlap> find_overlaps(const Stations& stations);

}  // namespace portproof
