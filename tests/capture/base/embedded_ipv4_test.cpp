#include "capture/base/embedded_ipv4.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace portproof;

namespace {

IpAddress ip(const char* text) {
  return parse_ip_address(text).value();
}

std::string notation(const char* text) {
  const auto address = ipv4_notation(ip(text));
  return address ? to_string(*address) : "";
}

// Separated by spaces.
std::string claimed(const char* text) {
  std::string all;
  for (const IpAddress& address : claimed_ipv4(ip(text))) {
    if (!all.empty()) all += ' ';
    all += to_string(address);
  }
  return all;
}

}  // namespace

TEST_CASE("an IPv4-mapped address is the IPv4 host, and no other address is") {
  CHECK(to_string(unmapped(ip("::ffff:10.20.4.11"))) == "10.20.4.11");
  CHECK(to_string(unmapped(ip("10.20.4.11"))) == "10.20.4.11");
  for (const char* other : {"::10.20.4.11", "64:ff9b::a14:40b", "2002:a14:40b::1", "::1", "::"}) {
    CHECK(unmapped(ip(other)) == ip(other));
  }
}

TEST_CASE("IPv6 addresses that are a notation for an IPv4 address") {
  CHECK(notation("::ffff:10.20.4.11") == "10.20.4.11");
  CHECK(notation("::10.20.4.11") == "10.20.4.11");
  for (const char* other : {"10.20.4.11", "::", "::1", "64:ff9b::10.20.4.11", "::ffff:0:10.20.4.11",
                            "2002:a14:40b::1", "fe80::5efe:10.20.4.11"}) {
    CAPTURE(other);
    CHECK(notation(other).empty());
  }
}

TEST_CASE("IPv6 addresses that claim an IPv4 host by their form") {
  CHECK(claimed("64:ff9b::10.20.4.11") == "10.20.4.11");
  CHECK(claimed("2002:a14:40b:7::99") == "10.20.4.11");
  CHECK(claimed("fe80::5efe:10.20.4.11") == "10.20.4.11");
  CHECK(claimed("2001:db8::200:5efe:10.20.4.11") == "10.20.4.11");
  CHECK(claimed("::ffff:0:10.20.4.11") == "10.20.4.11");
  CHECK(claimed("2001:0:cb00:7101:0:ffff:f5eb:fbf4") == "203.0.113.1 10.20.4.11");
  CHECK(claimed("2002:a14:40b::5efe:10.20.4.12") == "10.20.4.11 10.20.4.12");
}

TEST_CASE("local NAT64 may have a prefix of any length") {
  CHECK(claimed("64:ff9b:1::10.20.4.11") == "10.20.4.11");
  CHECK(claimed("64:ff9b:1:a14:4:b00::") == "10.20.4.11 20.4.11.0 4.11.0.0 0.0.0.0");
  CHECK(claimed("64:ff9b:1:790a:14:40b::") == "10.20.4.11 20.4.11.0 0.0.0.0");
  CHECK(claimed("64:ff9b:1:7979:a:1404:b00:0") == "10.20.4.11 11.0.0.0");
}

TEST_CASE("all other addresses claim no IPv4 host") {
  for (const char* other :
       {"10.20.4.11", "::", "::1", "::ffff:10.20.4.11", "::10.20.4.11", "64:ff9b:2::10.20.4.11",
        "2001:a14:40b::1", "fe80::5eff:10.20.4.11", "2001:db8::100:5efe:10.20.4.11"}) {
    CAPTURE(other);
    CHECK(claimed(other).empty());
  }
}
