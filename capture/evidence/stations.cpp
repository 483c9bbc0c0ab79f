#include "capture/evidence/stations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace portproof {
namespace {

// Of a map that may hold `most` entries, keeps those that sort first, and one more.
template <typename Map>
void keep_first(Map& map, std::size_t most) {
  if (map.size() > most + 1) map.erase(std::prev(map.end()));
}

}  // namespace

std::string to_string(const MacAddress& mac) {
  const auto& b = mac.bytes;
  return fmt::format("{:02x}:{:02x}:{:02x}:{:02x}:{:02x}:{:02x}", b[0], b[1], b[2], b[3], b[4], b[5]);
}

std::optional<MacAddress> parse_mac_address(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  constexpr std::size_t kLength = 17;
  if (text.size() != kLength) return std::nullopt;
  MacAddress mac;
  for (std::size_t index = 0; index < mac.bytes.size(); ++index) {
    const std::size_t high = kDigits.find(text[index * 3]);
    const std::size_t low = kDigits.find(text[index * 3 + 1]);
    const bool separated = index + 1 == mac.bytes.size() || text[index * 3 + 2] == ':';
    if (high == std::string_view::npos || low == std::string_view::npos || !separated) return std::nullopt;
    mac.bytes[index] = static_cast<std::uint8_t>(high << 4U | low);
  }
  return mac;
}

void add_station(Stations& stations, const IpAddress& address, const Station& station,
                 const StationSpan& seen) {
  StationSpans& known = stations[address];
  StationSpan& span = known[station];
  span.first = std::min(span.first, seen.first);
  span.last = std::max(span.last, seen.last);
  keep_first(known, kStationsPerAddress);
  keep_first(stations, kStationAddresses);
}

void add_stations(Stations& stations, const Stations& others) {
  for (const auto& [address, spans] : others) {
    for (const auto& [station, span] : spans) add_station(stations, address, station, span);
  }
}

std::uint64_t stations_left_out(const Stations& stations) {
  const auto crowded = std::count_if(stations.begin(), stations.end(), [](const auto& entry) {
    return entry.second.size() > kStationsPerAddress;
  });
  return static_cast<std::uint64_t>(crowded) + (stations.size() > kStationAddresses ? 1 : 0);
}

std::string vlan_text(std::uint32_t vlans) {
  constexpr std::uint32_t kIdBits = 0x0fff;
  if (vlans == 0) return "none";
  const std::uint32_t inner = vlans & kIdBits;
  return inner == 0 ? fmt::format("{}", vlans >> 12U) : fmt::format("{}.{}", vlans >> 12U, inner);
}

}  // namespace portproof
