#include "capture/base/huge_array.hpp"

#include <doctest/doctest.h>

#include <utility>

using namespace portproof;

TEST_CASE("a huge array begins as zeros, small or large") {
  for (const std::size_t size : {std::size_t{3}, kHugePage / sizeof(int) + 1}) {
    const HugeArray<int> array(size);
    CHECK(array.size() == size);
    CHECK(array[0] == 0);
    CHECK(array[size - 1] == 0);
  }
}

TEST_CASE("a huge array that was moved from is empty") {
  HugeArray<int> from(3);
  from[2] = 7;
  HugeArray<int> into(std::move(from));
  CHECK(into.size() == 3);
  CHECK(into[2] == 7);
  CHECK(from.size() == 0);  // NOLINT(bugprone-use-after-move): it is what is tested
  CHECK(from.begin() == from.end());

  HugeArray<int> again;
  again = std::move(into);
  CHECK(again[2] == 7);
  CHECK(into.size() == 0);  // NOLINT(bugprone-use-after-move): it is what is tested
  CHECK(into.begin() == into.end());
}
