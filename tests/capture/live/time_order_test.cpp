#include "capture/live/internal/time_order.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace portproof;

namespace {

Lane with(std::int64_t head) {
  return {Timestamp{head}, Timestamp{}};
}
Lane silent_until(std::int64_t time) {
  return {{}, Timestamp{time}};
}
std::optional<std::size_t> next(const std::vector<Lane>& lanes) {
  return next_lane(lanes, Timestamp{100});
}
constexpr std::int64_t kHour = 3'600'000'000'000;

}  // namespace

TEST_CASE("the earliest frame comes next, whichever interface received it") {
  CHECK(next({with(5), with(3), with(4)}) == 1);
  CHECK(next({with(3), with(3)}) == 0);
  CHECK(next({}) == std::nullopt);
}

TEST_CASE("a frame waits while another interface may still deliver an earlier one") {
  CHECK(next({with(5), silent_until(4)}) == std::nullopt);
  CHECK(next({with(5), silent_until(5)}) == 0);
  CHECK(next({with(5), silent_until(6), with(7)}) == 0);
  CHECK(next({silent_until(1), silent_until(2)}) == std::nullopt);
}

TEST_CASE("a frame from before the clock was set back does not wait") {
  CHECK(next({with(kHour), silent_until(80)}) == 0);
  CHECK(next({with(90), with(kHour + 1), with(kHour)}) == 2);  // first come, first served
  CHECK(next({with(90), with(95)}) == 0);
  CHECK(next({with(200), silent_until(150)}) == std::nullopt);  // a moment ahead is only late news of `now`
}

TEST_CASE("a silence that began before the clock was set back or forward holds nothing up") {
  CHECK(next({with(90), silent_until(kHour)}) == 0);
  CHECK(next({with(-kHour), silent_until(80)}) == 0);
}
