#include "report/distinct.hpp"

#include <doctest/doctest.h>

#include <random>
#include <set>

using namespace portproof;

TEST_CASE("each port is kept once, few or many") {
  for (const unsigned many : {20U, 60'000U}) {
    PortSet ports;
    std::set<std::uint16_t> expected;
    std::mt19937 random(many);
    for (unsigned count = 0; count < many; ++count) {
      const auto port = static_cast<std::uint16_t>(random());
      ports.insert(port);
      expected.insert(port);
    }
    ports.erase(*expected.begin());
    CHECK_FALSE(ports.contains(*expected.begin()));
    expected.erase(expected.begin());
    CHECK(ports.size() == expected.size());
    std::set<std::uint16_t> visited;
    ports.for_each([&visited](std::uint16_t port) { visited.insert(port); });
    CHECK(visited == expected);
  }
}

TEST_CASE("different numbers are counted exactly, dense or sparse") {
  for (const std::uint32_t range : {10U, 5'000U, 4'000'000U}) {
    DistinctNumbers numbers;
    std::set<std::uint32_t> expected;
    std::mt19937 random(range);
    for (int count = 0; count < 20'000; ++count) {
      const std::uint32_t number = static_cast<std::uint32_t>(random()) % range;
      numbers.insert(number);
      expected.insert(number);
    }
    CHECK(numbers.size() == expected.size());
  }
}

TEST_CASE("a number far from the others takes no bits for the gap") {
  DistinctNumbers numbers;
  std::set<std::uint32_t> expected;
  std::mt19937 random(1);
  const auto insert = [&](std::uint32_t number) {
    numbers.insert(number);
    expected.insert(number);
  };
  for (std::uint32_t number = 0; number < 1000; ++number) insert(number);
  insert(4'000'000'000);
  for (std::uint32_t count = 0; count < 3000; ++count) insert(static_cast<std::uint32_t>(random()) % 100'000);
  CHECK(numbers.size() == expected.size());
  CHECK(numbers.size() == expected.size());
  insert(4'000'000'000);
  insert(999'999'999);
  CHECK(numbers.size() == expected.size());
}
