#include "classify/discover/overlaps.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/classify/discover/evidence.hpp"

namespace portproof {
namespace {

using test::address;
using test::kStart;

void see(Stations& stations, const std::string& host, const char* mac, std::uint32_t vlan) {
  add_station(stations, address(host), {parse_mac_address(mac).value(), vlan << 12U}, {kStart, kStart});
}

TEST_CASE("one address, two machines, two VLANs") {
  Stations stations;
  see(stations, "10.0.0.1", "02:00:00:00:00:01", 10);
  see(stations, "10.0.0.1", "02:00:00:00:00:02", 20);
  see(stations, "10.0.0.2", "02:00:00:00:00:03", 10);
  const std::vector<Overlap> overlaps = find_overlaps(stations);
  REQUIRE(overlaps.size() == 1);
  CHECK(overlaps.front().address == address("10.0.0.1"));
  CHECK(overlaps.front().stations.size() == 2);
}

TEST_CASE("a machine that moved, a trunk, a failed-over address: no overlap") {
  Stations stations;
  see(stations, "10.0.0.1", "02:00:00:00:00:01", 10);  // the same VLAN, another machine
  see(stations, "10.0.0.1", "02:00:00:00:00:02", 10);
  see(stations, "10.0.0.2", "02:00:00:00:00:03", 10);  // the same machine, another VLAN
  see(stations, "10.0.0.2", "02:00:00:00:00:03", 20);
  see(stations, "10.0.0.3", "02:00:00:00:00:04", 10);  // on either side of a router that has a shared address
  see(stations, "10.0.0.3", "00:00:5e:00:01:07", 20);
  CHECK(find_overlaps(stations).empty());
}

TEST_CASE("a packet mirrored on both sides of a router shows the router's MAC address") {
  Stations stations;
  for (int host = 1; host <= 4; ++host) {
    const std::string text = "10.0.0." + std::to_string(host);
    const std::string mac = "02:00:00:00:00:0" + std::to_string(host);
    see(stations, text, mac.c_str(), 10);
    see(stations, text, "02:ff:00:00:00:01", 20);
  }
  CHECK(find_overlaps(stations).empty());
}

}  // namespace
}  // namespace portproof
