#include "capture/base/embedded_ipv4.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace portproof;

namespace {

std::string embedded(const char* text) {
  const auto address = embedded_ipv4(*parse_ip_address(text));
  return address ? to_string(*address) : "";
}

}  // namespace

TEST_CASE("an IPv4-mapped address is the IPv4 host, and no other address is") {
  CHECK(to_string(unmapped(*parse_ip_address("::ffff:10.20.4.11"))) == "10.20.4.11");
  CHECK(to_string(unmapped(*parse_ip_address("10.20.4.11"))) == "10.20.4.11");
  for (const char* other : {"::10.20.4.11", "64:ff9b::a14:40b", "2002:a14:40b::1", "::1", "::"}) {
    CHECK(unmapped(*parse_ip_address(other)) == *parse_ip_address(other));
  }
}

TEST_CASE("IPv6 addresses that lead to an IPv4 host by their form") {
  CHECK(embedded("::ffff:10.20.4.11") == "10.20.4.11");
  CHECK(embedded("::10.20.4.11") == "10.20.4.11");
  CHECK(embedded("64:ff9b::10.20.4.11") == "10.20.4.11");
  CHECK(embedded("2002:a14:40b:7::99") == "10.20.4.11");
  CHECK(embedded("fe80::5efe:10.20.4.11") == "10.20.4.11");
  CHECK(embedded("2001:db8::200:5efe:10.20.4.11") == "10.20.4.11");
}

TEST_CASE("all other addresses hold no IPv4 address") {
  for (const char* other : {"10.20.4.11", "::", "::1", "::ffff:0:10.20.4.11", "64:ff9b:1::10.20.4.11",
                            "2001:a14:40b::1", "fe80::5eff:10.20.4.11", "2001:db8::100:5efe:10.20.4.11"}) {
    CAPTURE(other);
    CHECK(embedded(other).empty());
  }
}
