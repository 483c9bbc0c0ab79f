#include "classify/cautions.hpp"

#include <doctest/doctest.h>

#include "tests/classify/estate_builder.hpp"

namespace portproof::test {
namespace {

// What is said about an inventory of the estate with these entries, as of kStart; without the lines.
std::vector<std::string> cautions(const std::string& entries) {
  const Catalog catalog = estate_catalog();
  const auto inventory = parse_inventory(std::string(kEstate) + entries, "site.toml", catalog);
  REQUIRE_MESSAGE(inventory, (inventory ? std::string() : message(inventory.error())));
  std::vector<std::string> said;
  for (const Caution& caution : cautions_of(*inventory, kStart)) said.push_back(caution.what);
  return said;
}

bool contains(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

std::string waiver(const std::string& from, const std::string& to, const std::string& ports,
                   const std::string& expires = "2027-01-31") {
  return "\n[[waiver]]\nid = \"w\"\nfrom = \"" + from + "\"\nto = \"" + to +
         "\"\ntransport = \"tcp\"\nports = [" + ports +
         "]\nowner = \"o\"\nreason = \"r\"\nexpires = " + expires + "\n";
}

std::string allow(const std::string& id, const std::string& from, const std::string& to,
                  const std::string& ports) {
  return "\n[[allow]]\nid = \"" + id + "\"\nfrom = [\"" + from + "\"]\nto = [\"" + to +
         "\"]\ntransport = \"tcp\"\nports = [" + ports + "]\n";
}

}  // namespace

TEST_CASE("cautions: an ordinary inventory has none") {
  CHECK(cautions("").empty());
  CHECK(cautions(waiver("10.20.5.9", "role:vda", "\"5985\"") + allow("a", "storefront", "ddc", "\"8080\""))
            .empty());
}

TEST_CASE("cautions: a waiver for every port, or for more than a thousand") {
  const auto any = cautions(waiver("10.20.5.9", "role:vda", "\"any\""));
  REQUIRE(any.size() == 1);
  CHECK(contains(any[0], "[[waiver]] \"w\" accepts any port from 10.20.5.9 to role:vda"));
  for (const char* const ports : {"\"1-1001\"", "\"1-600\", \"1000-1600\""}) {
    CAPTURE(ports);
    const auto many = cautions(waiver("10.20.5.9", "role:vda", ports));
    REQUIRE(many.size() == 1);
    CHECK(contains(many[0], "accepts more than 1,000 ports"));
  }
}

TEST_CASE("cautions: a waiver between nearly all hosts") {
  for (const char* const all : {"0.0.0.0/0", "10.20.0.0/16", "10.20.0.0-10.21.0.0", "::/0", "fd20::/48",
                                "role:any-citrix", "role:internet", "role:user-device"}) {
    CAPTURE(all);
    const auto wide = cautions(waiver(all, all, "\"445\""));
    REQUIRE(wide.size() == 1);
    CHECK(contains(wide[0], "holds between nearly all hosts"));
    CHECK(cautions(waiver(all, "role:vda", "\"445\"")).empty());
  }
  CHECK(cautions(waiver("10.20.0.0/17", "10.20.0.0/16", "\"445\"")).empty());
  CHECK(cautions(waiver("fd20::/49", "::/0", "\"445\"")).empty());
}

TEST_CASE("cautions: a waiver for years") {
  CHECK(cautions(waiver("10.20.5.9", "role:vda", "\"5985\"", "2027-11-20")).empty());
  for (const char* const expires : {"2027-11-30", "2036-01-01", "9999-12-31"}) {
    CAPTURE(expires);
    const auto years = cautions(waiver("10.20.5.9", "role:vda", "\"5985\"", expires));
    REQUIRE(years.size() == 1);
    CHECK(contains(years[0], "holds for more than a year, until " + std::string(expires)));
  }
}

TEST_CASE("cautions: without a time nothing is said about expiry") {
  const Catalog catalog = estate_catalog();
  const auto inventory =
      parse_inventory(waiver("10.20.5.9", "role:vda", "\"5985\"", "9999-12-31"), "site.toml", catalog);
  REQUIRE(inventory);
  CHECK(cautions_of(*inventory, std::nullopt).empty());
  CHECK(
      cautions_of(*inventory, kStart) ==
      std::vector<Caution>{{2,
                            "[[waiver]] \"w\" holds for more than a year, until 9999-12-31: accept it for a "
                            "while, and renew it if need be"}});
}

TEST_CASE("cautions: an allowance between nearly all hosts") {
  const auto wide = cautions(allow("a", "any-citrix", "10.0.0.0/8", "\"445\""));
  REQUIRE(wide.size() == 1);
  CHECK(contains(wide[0], "[[allow]] \"a\" holds between nearly all hosts, from any-citrix to 10.0.0.0/8"));
  CHECK(cautions(allow("a", "any-citrix", "dns-server", "\"53\"")).empty());
}

TEST_CASE("cautions: allowances that are narrow one by one and broad together") {
  const std::string first = allow("a", "storefront", "vda", "\"1-900\"");
  const auto both = cautions(first + allow("b", "storefront", "vda", "\"901-1800\""));
  REQUIRE(both.size() == 1);
  CHECK(contains(both[0], "2 [[allow]] entries from storefront to vda (the first is \"a\")"));
  CHECK(contains(both[0], "more than 1,000 tcp ports together"));
  // Through a group as well, and said once for all of its roles.
  CHECK(cautions(first + allow("b", "any-citrix", "vda", "\"901-1800\"")).size() == 1);
  CHECK(
      cautions(allow("a", "any-citrix", "vda", "\"1-900\"") + allow("b", "any-citrix", "vda", "\"901-1800\""))
          .size() == 1);
  // Not between other ends, not the same ports again, not what counts as broad anyway.
  CHECK(cautions(first + allow("b", "storefront", "ddc", "\"901-1800\"")).empty());
  CHECK(cautions(first + allow("b", "storefront", "vda", "\"1-900\"")).empty());
  CHECK(cautions(first + allow("b", "storefront", "vda", "\"901-2800\"")).empty());
}

}  // namespace portproof::test
