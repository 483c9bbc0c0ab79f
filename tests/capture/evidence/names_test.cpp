#include "capture/evidence/names.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "tests/support/captured_frame.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

NameInterval span(int first, int until) {
  return {kStart + seconds(first), kStart + seconds(until)};
}

NameIntervals all_of(const std::vector<NameInterval>& added) {
  NameIntervals intervals;
  for (const NameInterval& interval : added) add_interval(intervals, interval);
  return intervals;
}

}  // namespace

TEST_CASE("intervals that share a moment become one") {
  CHECK(all_of({span(0, 10), span(5, 20)}) == NameIntervals{span(0, 20)});
  CHECK(all_of({span(0, 10), span(10, 20)}) == NameIntervals{span(0, 20)});
  CHECK(all_of({span(0, 30), span(10, 20)}) == NameIntervals{span(0, 30)});
  CHECK(all_of({span(0, 1), span(4, 5), span(8, 9), span(1, 8)}) == NameIntervals{span(0, 9)});
}

TEST_CASE("the time between two intervals is not claimed") {
  const NameIntervals two = all_of({span(20, 30), span(0, 10)});
  CHECK(two == NameIntervals{span(0, 10), span(20, 30)});
  CHECK_FALSE(holds_between(two, kStart + seconds(11), kStart + seconds(19)));
  CHECK(holds_between(two, kStart + seconds(10), kStart + seconds(19)));
  CHECK(holds_between(two, kStart + seconds(11), kStart + seconds(20)));
  CHECK(holds_between(two, kStart + seconds(25), kStart + seconds(25)));
  CHECK_FALSE(holds_between(two, kStart + seconds(31), kStart + seconds(99)));
}

TEST_CASE("random intervals: any order and grouping gives the same, and that is right for every moment") {
  std::mt19937 random(37);
  const auto below = [&random](int limit) {
    return static_cast<int>(random() % static_cast<unsigned>(limit));
  };
  for (int round = 0; round < 500; ++round) {
    std::vector<NameInterval> added;
    for (int count = below(12); count > 0; --count) {
      const int first = below(100);
      added.push_back(span(first, first + below(15)));
    }
    const NameIntervals expected = all_of(added);
    std::shuffle(added.begin(), added.end(), random);
    const auto middle = added.begin() + below(static_cast<int>(added.size()) + 1);
    NameIntervals merged = all_of({added.begin(), middle});
    for (const NameInterval& interval : all_of({middle, added.end()})) add_interval(merged, interval);
    CHECK(merged == expected);
    for (std::size_t at = 1; at < merged.size(); ++at) CHECK(merged[at - 1].until < merged[at].first);
    for (int moment = 0; moment < 120; ++moment) {
      const Timestamp time = kStart + seconds(moment);
      const bool holds = std::any_of(added.begin(), added.end(), [time](const NameInterval& interval) {
        return interval.first <= time && time <= interval.until;
      });
      CHECK(holds_between(merged, time, time) == holds);
    }
  }
}
