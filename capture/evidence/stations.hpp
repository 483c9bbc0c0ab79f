// Which stations of the link layer sent for an IP address: MAC address and VLAN. A host has one; a router's
// MAC address stands behind many addresses; an address with two of its own in two VLANs is two hosts, where
// address spaces overlap.
//
// Sightings are few: the first packet of each side of a flow. What is kept is bounded and does not depend on
// the order of sightings: the entries that sort first. One more than the limit is kept of each, which is how
// it is known that there were more.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/ip_address.hpp"
#include "capture/base/timestamp.hpp"

namespace portproof {

struct MacAddress {
  std::array<std::uint8_t, 6> bytes{};
  friend auto operator<=>(const MacAddress&, const MacAddress&) = default;
};

// "02:14:00:00:00:0b": lower-case hex, as it is read back.
std::string to_string(const MacAddress& mac);
std::optional<MacAddress> parse_mac_address(std::string_view text);

struct Station {
  MacAddress mac;
  // The ids of the first two VLAN tags, the outer one in the upper twelve bits of 24, as FlowKey has them; 0
  // for an untagged frame. One tag alone is the outer one.
  std::uint32_t vlans{0};
  friend auto operator<=>(const Station&, const Station&) = default;
};

struct StationSpan {
  Timestamp first{Timestamp::latest()};
  Timestamp last{Timestamp::earliest()};
  friend bool operator==(const StationSpan&, const StationSpan&) = default;
};

// Stations of one address: at most kStationsPerAddress, and one more where there were more.
using StationSpans = std::map<Station, StationSpan>;
using Stations = std::map<IpAddress, StationSpans>;

inline constexpr std::size_t kStationsPerAddress = 4;
inline constexpr std::size_t kStationAddresses = 65'536;

// Adds a sighting, or those of another piece. Commutative and associative.
void add_station(Stations& stations, const IpAddress& address, const Station& station,
                 const StationSpan& seen);
void add_stations(Stations& stations, const Stations& others);

// How many limits were hit: addresses with more stations than are kept, and one for too many addresses.
std::uint64_t stations_left_out(const Stations& stations);

// "40", "40.7" for two tags; "none" for an untagged frame.
std::string vlan_text(std::uint32_t vlans);

}  // namespace portproof
