#include "classify/discover/overlaps.hpp"

#include <algorithm>
#include <array>
#include <map>

namespace portproof {
namespace {

// MAC addresses that belong to an address shared by several routers: VRRP (RFC 9568, 7.3), HSRP and GLBP.
bool is_virtual_router(const MacAddress& mac) {
  constexpr std::array<std::array<std::uint8_t, 5>, 3> kPrefixes{
      {{0x00, 0x00, 0x5e, 0x00, 0x01}, {0x00, 0x00, 0x5e, 0x00, 0x02}, {0x00, 0x00, 0x0c, 0x07, 0xac}}};
  constexpr std::array<std::uint8_t, 3> kGlbp{0x00, 0x07, 0xb4};
  return std::equal(kGlbp.begin(), kGlbp.end(), mac.bytes.begin()) ||
         std::any_of(kPrefixes.begin(), kPrefixes.end(), [&](const auto& prefix) {
           return std::equal(prefix.begin(), prefix.end(), mac.bytes.begin());
         });
}

}  // namespace

std::vector<Overlap> find_overlaps(const Stations& stations) {
  std::map<MacAddress, std::size_t> addresses;
  for (const auto& [address, spans] : stations) {
    const MacAddress* before = nullptr;
    for (const auto& [station, span] : spans) {
      if (before == nullptr || *before != station.mac) ++addresses[station.mac];
      before = &station.mac;
    }
  }
  std::vector<Overlap> overlaps;
  for (const auto& [address, spans] : stations) {
    Overlap overlap{address, {}};
    for (const auto& [station, span] : spans) {
      if (addresses[station.mac] >= kAddressesOfRouter || is_virtual_router(station.mac)) continue;
      overlap.stations.push_back(station);
    }
    const auto other_host = [&](const Station& station) {
      const Station& first = overlap.stations.front();
      return station.mac != first.mac && station.vlans != first.vlans;
    };
    if (std::any_of(overlap.stations.begin(), overlap.stations.end(), other_host)) {
      overlaps.push_back(std::move(overlap));
    }
  }
  return overlaps;
}

}  // namespace portproof
