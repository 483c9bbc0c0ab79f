#include "classify/station_hosts.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>

#include "tests/support/captured_frame.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

using Hosts = std::vector<std::uint32_t>;

IpAddress ip(std::string_view text) {
  return parse_ip_address(text).value();
}

// Who sent from where; host 0 is 10.20.4.11, host 1 is 10.20.4.12.
class Link {
 public:
  Link& sent(std::string_view mac, std::initializer_list<std::string_view> addresses,
             std::uint32_t vlan = 0) {
    const Station station{parse_mac_address(mac).value(), vlan << 12U};
    for (const std::string_view address : addresses) {
      add_station(stations_, ip(address), station, {kStart, kStart});
    }
    return *this;
  }
  [[nodiscard]] StationHosts known() const {
    const auto block = [](const char* address) { return AddressBlock{ip(address), ip(address)}; };
    const AddressIndex listed({{block("10.20.4.11"), 0}, {block("10.20.4.12"), 1}});
    return StationHosts(stations_, listed);
  }
  [[nodiscard]] Hosts hosts_of(std::string_view address) const {
    const StationHosts known_hosts = known();
    const auto hosts = known_hosts.hosts_of(ip(address));
    return {hosts.begin(), hosts.end()};
  }

 private:
  Stations stations_;
};

constexpr std::string_view kVda = "02:14:00:00:00:26";
constexpr std::string_view kOther = "02:14:00:00:00:27";

}  // namespace

TEST_CASE("addresses of a listed host's station belong to the host") {
  Link link;
  link.sent(kVda, {"10.20.4.11", "fe80::1", "169.254.7.7", "2001:db8::abcd"});
  link.sent(kOther, {"10.20.9.9", "fe80::2"});
  CHECK(link.hosts_of("fe80::1") == Hosts{0});
  CHECK(link.hosts_of("169.254.7.7") == Hosts{0});
  CHECK(link.hosts_of("2001:db8::abcd") == Hosts{0});
  CHECK(link.hosts_of("fe80::2").empty());
  CHECK(link.hosts_of("fe80::3").empty());
}

TEST_CASE("another IPv4 address of the station is somebody's decision, and not the host's own") {
  Link link;
  link.sent(kVda, {"10.20.4.11", "10.20.4.99"});
  CHECK(link.hosts_of("10.20.4.99").empty());
  CHECK(link.hosts_of("ff02::fb").empty());
}

TEST_CASE("a station in another VLAN is another one") {
  Link link;
  link.sent(kVda, {"10.20.4.11"}, 10).sent(kVda, {"fe80::1"}, 20);
  CHECK(link.hosts_of("fe80::1").empty());
}

TEST_CASE("a router speaks for nobody") {
  CHECK(
      Link().sent(kVda, {"10.20.4.11", "10.20.5.1", "198.51.100.66", "fe80::1"}).hosts_of("fe80::1").empty());
  CHECK(Link()
            .sent(kVda, {"10.20.4.11", "fe80::1", "2001:db8:1::1", "2001:db8:2::1", "2001:db8:3::1",
                         "2001:db8:4::1", "2001:db8:5::1"})
            .hosts_of("fe80::1")
            .empty());
  // One forged source does not make one, nor do the host's own addresses in other forms.
  CHECK(Link().sent(kVda, {"10.20.4.11", "198.51.100.66", "fe80::1"}).hosts_of("fe80::1") == Hosts{0});
  CHECK(
      Link()
          .sent(kVda, {"10.20.4.11", "fe80::1", "::ffff:10.20.4.11", "2002:a14:40b::1", "64:ff9b::10.20.4.11",
                       "2001:db8:1::1", "2001:db8:2::1", "2001:db8:3::1", "2001:db8:4::1"})
          .hosts_of("fe80::1") == Hosts{0});
  Link crowd;
  crowd.sent(kVda, {"10.20.4.11", "fe80::1"});
  for (int host = 20; host < 28; ++host) crowd.sent(kVda, {"10.20.4." + std::to_string(host)});
  CHECK(crowd.hosts_of("fe80::1").empty());
  // An address that was seen behind a router and at its own station has the latter's.
  Link both;
  both.sent(kVda, {"10.20.4.11", "2001:db8::1"})
      .sent(kOther, {"10.20.7.1", "10.20.8.1", "10.20.9.1", "2001:db8::1"});
  CHECK(both.hosts_of("2001:db8::1") == Hosts{0});
}

TEST_CASE("an address that contains a known MAC address claims that station, and was not seen there") {
  Link link;
  link.sent(kVda, {"10.20.4.11"}, 10).sent(kOther, {"2001:db8:1::14:ff:fe00:26"});
  const StationHosts known = link.known();
  const auto within = [&known](std::string_view address) {
    const auto hosts = known.hosts_of_mac_within(ip(address));
    return Hosts{hosts.begin(), hosts.end()};
  };
  CHECK(within("fe80::14:ff:fe00:26") == Hosts{0});
  CHECK(within("2001:db8::14:ff:fe00:26") == Hosts{0});
  CHECK(within("2001:db8::14:ff:fe00:27").empty());
  CHECK(within("ff02::14:ff:fe00:26").empty());
  for (const char* const address :
       {"fe80::14:ff:fe00:26", "2001:db8::14:ff:fe00:26", "2001:db8:1::14:ff:fe00:26"}) {
    CAPTURE(address);
    CHECK(link.hosts_of(address).empty());
  }
}

TEST_CASE("the own addresses of a router that also sends for a listed host may be that host's") {
  Link link;
  link.sent(kVda, {"10.20.4.11", "198.51.100.1", "203.0.113.1", "fe80::1", "2001:db8::1"});
  link.sent(kOther, {"10.20.9.1", "198.51.101.1", "203.0.114.1", "fe80::2"});
  const StationHosts known = link.known();
  CHECK(known.may_have_router(ip("fe80::1")));
  CHECK(known.may_have_router(ip("2001:db8::14:ff:fe00:26")));
  // What it forwards is not its own, and no listed host is behind the other one.
  CHECK_FALSE(known.may_have_router(ip("2001:db8::1")));
  CHECK_FALSE(known.may_have_router(ip("fe80::2")));
  CHECK_FALSE(known.may_have_router(ip("fe80::3")));
}

TEST_CASE("a loopback address that a station sends from is on the link, and that host's") {
  Link link;
  link.sent(kVda, {"10.20.4.11", "127.0.0.9", "::1"});
  CHECK(link.known().has_station(ip("127.0.0.9")));
  CHECK(link.known().has_station(ip("::1")));
  CHECK_FALSE(link.known().has_station(ip("127.0.0.1")));
  CHECK(link.hosts_of("127.0.0.9") == Hosts{0});
  CHECK(link.hosts_of("127.0.0.1").empty());
}

TEST_CASE("a link-local address that two hosts use belongs to both") {
  Link link;
  link.sent(kVda, {"10.20.4.11", "fe80::1"}, 10).sent(kOther, {"10.20.4.12", "fe80::1"}, 20);
  CHECK(link.hosts_of("fe80::1") == Hosts{0, 1});
}

TEST_CASE("an address may lack a host if stations were left out") {
  Link link;
  link.sent(kVda, {"10.20.4.11", "fe80::1"}).sent(kOther, {"fe80::2"});
  CHECK_FALSE(link.known().may_lack_hosts(ip("fe80::2")));
  for (const char* router : {"02:00:00:00:00:01", "02:00:00:00:00:02", "02:00:00:00:00:03",
                             "02:00:00:00:00:04", "02:00:00:00:00:05"}) {
    link.sent(router, {"10.20.4.11"});
  }
  CHECK(link.known().may_lack_hosts(ip("fe80::2")));
  CHECK_FALSE(link.known().may_lack_hosts(ip("10.20.9.9")));
}
