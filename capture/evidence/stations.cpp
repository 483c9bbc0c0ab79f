#include "capture/evidence/stations.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "capture/base/byte_cursor.hpp"
#include "capture/decode/link.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kGroupBit = 0x01;  // of the first byte of a MAC address: multicast and broadcast

bool is_vlan_tag(std::uint16_t type) {
  return type == kEthertypeVlan || type == kEthertypeProviderVlan || type == kEthertypeOldVlan;
}

// Only a mirror of whole frames leaves no doubt that the header behind the tunnel is the packet's own.
bool is_frame_mirror(TunnelKind kind) {
  return kind == TunnelKind::erspan_1 || kind == TunnelKind::erspan_2 || kind == TunnelKind::erspan_3;
}

// `header` is followed by its VLAN tags whole, as Packet::ethernet promises.
std::uint32_t vlans_of(const std::uint8_t* header) {
  constexpr std::size_t kTypeAt = 12;
  constexpr std::uint32_t kIdBits = 0x0fff;
  const std::uint8_t* type = header + kTypeAt;
  if (!is_vlan_tag(load_be16(type))) return 0;
  std::uint32_t vlans = (load_be16(type + 2) & kIdBits) << 12U;
  if (is_vlan_tag(load_be16(type + 4))) vlans |= load_be16(type + 6) & kIdBits;
  return vlans;
}

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

std::optional<Station> station_of(const Packet& packet) {
  if (packet.ethernet == nullptr) return std::nullopt;
  const TunnelStack& tunnels = packet.tunnels;
  if (!tunnels.empty() && !is_frame_mirror(tunnels.layers[tunnels.count - 1].kind)) return std::nullopt;
  constexpr std::size_t kSourceAt = 6;
  const std::uint8_t* const source = packet.ethernet + kSourceAt;
  Station station;
  std::copy_n(source, station.mac.bytes.size(), station.mac.bytes.begin());
  if ((source[0] & kGroupBit) != 0 || station.mac == MacAddress{}) return std::nullopt;
  station.vlans = vlans_of(packet.ethernet);
  return station;
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
