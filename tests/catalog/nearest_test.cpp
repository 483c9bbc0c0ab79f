#include "catalog/nearest.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

using namespace portproof;

TEST_CASE("the nearest word is the one with the fewest edits") {
  constexpr std::array<std::string_view, 4> kWords{"ports", "purpose", "source", "storefront"};
  CHECK(nearest_word("port", kWords) == "ports");
  CHECK(nearest_word("pots", kWords) == "ports");
  CHECK(nearest_word("potrs", kWords) == "ports");
  CHECK(nearest_word("storefornt", kWords) == "storefront");
  CHECK(nearest_word("ports", kWords) == "ports");
}

TEST_CASE("a word too far from all of them is near none") {
  constexpr std::array<std::string_view, 2> kWords{"vda", "ddc"};
  CHECK(nearest_word("gateway", kWords).empty());
  CHECK(nearest_word("", kWords).empty());
  CHECK(nearest_word("vdb", kWords) == "vda");
  CHECK(nearest_word(std::string(10'000, 'v'), kWords).empty());
  CHECK(nearest_word("vda", {}).empty());
}

TEST_CASE("a message ends with the suggestion, or unchanged") {
  constexpr std::array<std::string_view, 1> kWords{"ports"};
  CHECK(did_you_mean("prots", kWords) == "; did you mean \"ports\"?");
  CHECK(did_you_mean("elephant", kWords).empty());
}
