#include "classify/address_block.hpp"

#include <doctest/doctest.h>

#include "tests/classify/estate_builder.hpp"

namespace portproof::test {
namespace {

AddressBlock block(std::string_view text) {
  const auto parsed = parse_address_block(text);
  REQUIRE_MESSAGE(parsed, text);
  return *parsed;
}

std::string refusal(std::string_view text) {
  const auto parsed = parse_address_block(text);
  REQUIRE_FALSE_MESSAGE(parsed, text);
  CHECK(parsed.error().kind == ErrorKind::bad_data);
  CHECK(parsed.error().where.empty());
  return parsed.error().what;
}

}  // namespace

TEST_CASE("address block: every form prints as it is written") {
  for (const char* const text :
       {"10.20.1.10", "10.20.0.0/16", "0.0.0.0/0", "255.255.255.0/24", "10.20.1.11-10.20.1.14", "fd20::/48",
        "::/0", "::1", "fd00::1-fd00::9", "10.0.0.128/25"}) {
    CHECK(to_string(block(text)) == text);
  }
}

TEST_CASE("address block: a network holds its first and last address, and neither neighbour") {
  const AddressBlock network = block("10.20.9.0/28");
  CHECK(network.contains(ip("10.20.9.0")));
  CHECK(network.contains(ip("10.20.9.15")));
  CHECK_FALSE(network.contains(ip("10.20.9.16")));
  CHECK_FALSE(network.contains(ip("10.20.8.255")));
}

TEST_CASE("address block: families never mix") {
  CHECK_FALSE(block("0.0.0.0/0").contains(ip("::")));
  CHECK_FALSE(block("::/0").contains(ip("0.0.0.0")));
  CHECK_FALSE(block("10.0.0.0/8").contains(ip("::ffff:10.0.0.1")));
}

TEST_CASE("address block: text that is not a block is refused with advice") {
  CHECK(refusal("10.0.0.1/24").find("write 10.0.0.0/24 for the network") != std::string::npos);
  CHECK(refusal("fd00::1/64").find("write fd00::/64") != std::string::npos);
  CHECK(refusal("10.0.0.9-10.0.0.1").find("10.0.0.1-10.0.0.9") != std::string::npos);
  CHECK(refusal("10.0.0.1-fd00::1").find("mixes IPv4 and IPv6") != std::string::npos);
  CHECK(refusal("10.0.0.0/33").find("0 to 32") != std::string::npos);
  CHECK(refusal("fd00::/129").find("0 to 128") != std::string::npos);
  for (const char* const text : {"", "/", "-", "10.0.0.0/", "10.0.0.0/-1", "10.0.0.0/ 8", "10.0.0.0/8x",
                                 "10.0.0", "10.0.0.256", "ddc1", "10.0.0.0/255.0.0.0", "10.0.0.1-",
                                 "10.0.0.1-10.0.0.2-10.0.0.3", " 10.0.0.1", "fe80::1%eth0"}) {
    CHECK_FALSE(refusal(text).empty());
  }
}

TEST_CASE("address block: fewer addresses are more specific, up to all of IPv6") {
  CHECK(compare_specificity(block("10.0.0.1"), block("10.0.0.0-10.0.0.1")) < 0);
  CHECK(compare_specificity(block("10.0.0.0/24"), block("10.0.0.0/16")) < 0);
  CHECK(compare_specificity(block("10.0.0.0/16"), block("10.0.0.1-10.0.0.9")) > 0);
  CHECK(compare_specificity(block("10.0.0.0/30"), block("10.0.0.1-10.0.0.4")) == 0);
  CHECK(compare_specificity(block("10.0.0.1"), block("10.0.0.1-10.0.0.1")) == 0);
  CHECK(compare_specificity(block("::/0"), block("::/1")) > 0);
  CHECK(compare_specificity(block("fd00::/64"), block("fd00::-fd00:0:0:1::")) < 0);
  // The borrow between the two halves of the number.
  CHECK(compare_specificity(block("fd00::ffff:ffff:ffff:ffff-fd00:0:0:1::"), block("fd00::1-fd00::9")) < 0);
}

}  // namespace portproof::test
