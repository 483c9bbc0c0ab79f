#include "capture/base/ip_address.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

using namespace portproof;

namespace {

IpAddress ip(std::string_view text) {
  const auto address = parse_ip_address(text);
  REQUIRE_MESSAGE(address, text);
  return *address;
}

}  // namespace

TEST_CASE("addresses print in the form in which they are parsed") {
  for (const char* text : {"0.0.0.0", "10.0.0.1", "255.255.255.255", "::", "::1", "fd20::1",
                           "2001:db8:0:1::", "ff02::fb", "::ffff:10.0.0.1"}) {
    CHECK(to_string(ip(text)) == text);
  }
  CHECK(to_string(ip("2001:DB8:0:0:1:0:0:1")) == "2001:db8::1:0:0:1");
}

TEST_CASE("text that is not an address is rejected") {
  for (const std::string_view text :
       {"", "10.0.0", "10.0.0.256", "10.0.0.1/24", "10.0.0.1 ", " 10.0.0.1", "fe80::1%eth0", "host", "1",
        ":::", "2001:db8::1::2", "1111:2222:3333:4444:5555:6666:7777:8888:9999"}) {
    CHECK_MESSAGE(!parse_ip_address(text), text);
  }
  using namespace std::string_view_literals;
  CHECK_FALSE(parse_ip_address("10.0.0.1\0"sv));
  CHECK_FALSE(parse_ip_address(std::string(1000, '1')));
}

TEST_CASE("IPv4 and IPv6 addresses never compare equal") {
  CHECK(ip("0.0.0.0") != ip("::"));
  CHECK(ip("10.0.0.1") != ip("::ffff:10.0.0.1"));
  CHECK(ip("10.0.0.1") == ip("10.0.0.1"));
}

TEST_CASE("addresses sort by family, then by value") {
  const std::vector<IpAddress> sorted{ip("0.0.0.0"), ip("9.255.255.255"), ip("10.0.0.2"), ip("10.0.0.10"),
                                      ip("::"),      ip("::1"),           ip("fd20::1")};
  CHECK(std::is_sorted(sorted.begin(), sorted.end()));
}

TEST_CASE("kinds of address") {
  struct Row {
    const char* address;
    bool multicast, broadcast, loopback, link_local, unspecified, is_private;
  };
  const std::vector<Row> rows{
      {"223.255.255.255", false, false, false, false, false, false},
      {"224.0.0.0", true, false, false, false, false, false},
      {"239.255.255.250", true, false, false, false, false, false},
      {"240.0.0.0", false, false, false, false, false, false},
      {"255.255.255.255", false, true, false, false, false, false},
      {"127.0.0.1", false, false, true, false, false, false},
      {"127.255.0.1", false, false, true, false, false, false},
      {"169.254.0.1", false, false, false, true, false, false},
      {"169.253.255.255", false, false, false, false, false, false},
      {"0.0.0.0", false, false, false, false, true, false},
      {"10.255.255.255", false, false, false, false, false, true},
      {"11.0.0.0", false, false, false, false, false, false},
      {"172.15.255.255", false, false, false, false, false, false},
      {"172.16.0.0", false, false, false, false, false, true},
      {"172.31.255.255", false, false, false, false, false, true},
      {"172.32.0.0", false, false, false, false, false, false},
      {"192.168.3.4", false, false, false, false, false, true},
      {"192.169.0.0", false, false, false, false, false, false},
      {"100.63.255.255", false, false, false, false, false, false},
      {"100.64.0.0", false, false, false, false, false, true},
      {"100.127.255.255", false, false, false, false, false, true},
      {"100.128.0.0", false, false, false, false, false, false},
      {"::", false, false, false, false, true, false},
      {"::1", false, false, true, false, false, false},
      {"::2", false, false, false, false, false, false},
      {"fe80::1", false, false, false, true, false, false},
      {"febf::1", false, false, false, true, false, false},
      {"fec0::1", false, false, false, false, false, false},
      {"fc00::1", false, false, false, false, false, true},
      {"fdff::1", false, false, false, false, false, true},
      {"fe00::1", false, false, false, false, false, false},
      {"ff02::1", true, false, false, false, false, false},
      {"::ffff:127.0.0.1", false, false, false, false, false, false},
  };
  for (const Row& row : rows) {
    CAPTURE(row.address);
    const IpAddress address = ip(row.address);
    CHECK(is_multicast(address) == row.multicast);
    CHECK(is_broadcast(address) == row.broadcast);
    CHECK(is_loopback(address) == row.loopback);
    CHECK(is_link_local(address) == row.link_local);
    CHECK(is_unspecified(address) == row.unspecified);
    CHECK(is_private(address) == row.is_private);
  }
}
