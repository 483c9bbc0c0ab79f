#include "catalog/citation.hpp"

#include <doctest/doctest.h>

using namespace portproof;

TEST_CASE("a source cites rows of sections, or whole sections") {
  const auto citations = citations_of("Ports, row 3; Cloud (common); Odd, row 2, row 10");
  REQUIRE(citations.size() == 3);
  CHECK(citations[0].section == "Ports");
  CHECK(citations[0].row == std::size_t{3});
  CHECK(citations[1].section == "Cloud (common)");
  CHECK_FALSE(citations[1].row);
  CHECK(citations[2].section == "Odd, row 2");
  CHECK(citations[2].row == std::size_t{10});
  CHECK(citations_of("").empty());
}

TEST_CASE("what does not end in a row's number is a section's name") {
  for (const char* const text :
       {"Ports, row", "Ports, row x", "Ports, row 3a", "Ports row 3", "Ports, row -1"}) {
    CAPTURE(text);
    CHECK(citations_of(text)[0].section == text);
  }
}

TEST_CASE("a document that lists no sections can be cited in any way") {
  CHECK_FALSE(citation_fault({"Anything", 99}, Document{}));
}
