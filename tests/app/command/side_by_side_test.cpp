#include "app/command/side_by_side.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <vector>

using namespace portproof;

TEST_CASE("side by side: each number is worked on once, by any number of threads") {
  for (const unsigned threads : {1U, 3U, 40U}) {
    CAPTURE(threads);
    std::vector<std::atomic<int>> times(20);
    Stop stop;
    const auto done = side_by_side(times.size(), threads, stop, [&](std::size_t number) -> Expected<void> {
      ++times[number];
      return {};
    });
    CHECK(done.has_value());
    CHECK_FALSE(stop.requested());
    for (const auto& count : times) CHECK(count == 1);
  }
}

TEST_CASE("side by side: one thread works in order, and the first error ends the run") {
  std::vector<std::size_t> begun;
  Stop stop;
  const auto done = side_by_side(9, 1, stop, [&](std::size_t number) -> Expected<void> {
    begun.push_back(number);
    if (number == 2) return fail(ErrorKind::io, "no room left", "x.evidence");
    return {};
  });
  REQUIRE_FALSE(done);
  CHECK(done.error().what == "no room left");
  CHECK(begun == std::vector<std::size_t>{0, 1, 2});
  CHECK(stop.requested());
}

TEST_CASE("side by side: what is thrown is an error, and leaves no thread") {
  Stop stop;
  const auto done =
      side_by_side(4, 2, stop, [&](std::size_t) -> Expected<void> { throw std::runtime_error("oh\nno"); });
  REQUIRE_FALSE(done);
  CHECK(done.error().kind == ErrorKind::internal);
  CHECK(done.error().what.find("oh") != std::string::npos);
}

TEST_CASE("side by side: nothing begins once a stop is requested") {
  Stop stop;
  int begun = 0;
  const auto done = side_by_side(5, 1, stop, [&](std::size_t number) -> Expected<void> {
    ++begun;
    if (number == 1) stop.request();
    return {};
  });
  CHECK(done.has_value());
  CHECK(begun == 2);
}
