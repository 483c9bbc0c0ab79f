#include "classify/networks.hpp"

#include <doctest/doctest.h>

#include <string>

#include "tests/classify/discover/evidence.hpp"

namespace portproof {
namespace {

using test::address;

Segment segment(std::string_view text, std::size_t hosts, std::size_t servers) {
  return {segment_of(address(text)), hosts, servers};
}

std::string text_of(const std::vector<AddressBlock>& blocks) {
  std::string text;
  for (const AddressBlock& block : blocks) text += (text.empty() ? "" : " ") + to_string(block);
  return text;
}

TEST_CASE("segments") {
  CHECK(to_string(segment_of(address("10.1.2.3"))) == "10.1.2.0/24");
  CHECK(to_string(segment_of(address("fd20:0:0:2::20"))) == "fd20:0:0:2::/64");
}

TEST_CASE("segments with two hosts or a role are inside; several in one block make the block") {
  const InternalNetworks few =
      internal_networks({segment("10.1.1.1", 2, 0), segment("10.1.2.1", 1, 1), segment("10.9.9.9", 1, 0)});
  CHECK(text_of(few.networks) == "10.1.1.0/24 10.1.2.0/24");
  REQUIRE(few.left_out.size() == 1);
  CHECK(to_string(few.left_out.front().block) == "10.9.9.0/24");
  const InternalNetworks many = internal_networks({segment("10.1.1.1", 2, 0), segment("10.1.2.1", 1, 1),
                                                   segment("10.1.3.1", 5, 0), segment("10.1.4.1", 1, 0)});
  CHECK(text_of(many.networks) == "10.1.0.0/16");
  CHECK(many.left_out.empty());
}

TEST_CASE("three or more neighbours are a range, as long as no other host is among them") {
  const auto member = [](const char* text, bool alike) { return CrowdMember{address(text), alike}; };
  CHECK(text_of(runs_of({member("10.0.0.1", true), member("10.0.0.4", true), member("10.0.0.9", true)})) ==
        "10.0.0.1-10.0.0.9");
  CHECK(text_of(runs_of({member("10.0.0.1", true), member("10.0.0.4", false), member("10.0.0.9", true)})) ==
        "10.0.0.1 10.0.0.9");
  CHECK(text_of(runs_of({member("10.0.0.1", true), member("10.0.0.2", true), member("10.0.0.3", true),
                         member("10.0.0.4", false), member("10.0.0.5", true)})) ==
        "10.0.0.1-10.0.0.3 10.0.0.5");
  CHECK(text_of(runs_of({member("10.0.0.1", true), member("10.0.1.1", true), member("10.0.2.1", true)})) ==
        "10.0.0.1 10.0.1.1 10.0.2.1");
}

}  // namespace
}  // namespace portproof
