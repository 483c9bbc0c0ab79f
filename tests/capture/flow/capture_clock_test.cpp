#include "capture/flow/capture_clock.hpp"

#include <doctest/doctest.h>

using namespace portproof;

namespace {

constexpr Timestamp kBegin = Timestamp::from_parts(1'000'000, 0);

Timestamp at(std::int64_t second) {
  return kBegin + seconds(second);
}

}  // namespace

TEST_CASE("a clock that saw no frame has not started") {
  const CaptureClock clock;
  CHECK_FALSE(clock.started());
  CHECK(clock.jumps() == 0);
}

TEST_CASE("the clock follows the frames and never runs backwards") {
  CaptureClock clock;
  CHECK(clock.advance(at(0)) == at(0));
  CHECK(clock.advance(at(5)) == at(5));
  CHECK(clock.advance(at(4)) == at(5));
  CHECK(clock.jumps() ==
        0);  // a thousand scanners have a record each, and beyond that the smallest are merged
  CHECK(clock.advance(at(3)) == at(5));
  CHECK(clock.jumps() == 1);
  CHECK(clock.advance(at(5 + 3600)) == at(3605));
  CHECK(clock.jumps() == 1);
  CHECK(clock.first() == at(0));
}

TEST_CASE("a single frame far ahead is not believed") {
  CaptureClock clock;
  clock.advance(at(0));
  CHECK(clock.advance(at(90'000)) == at(0));
  CHECK(clock.advance(at(1)) == at(1));
  CHECK(clock.jumps() == 1);
  // Nor are many that do not follow each other.
  for (int round = 0; round < 40; ++round) {
    CHECK(clock.advance(at(90'000)) == at(1));
    CHECK(clock.advance(at(1)) == at(1));
  }
  CHECK(clock.jumps() == 41);
  // Nor are many that each agree with no other.
  for (int round = 1; round < 40; ++round) CHECK(clock.advance(at(100'000 * round)) == at(1));
}

TEST_CASE("frames that agree on a time far ahead are believed, and are not jumps") {
  CaptureClock clock;
  clock.advance(at(0));
  for (int frame = 0; frame < CaptureClock::kAgreement - 1; ++frame) {
    CHECK(clock.advance(at(90'000 + frame)) == at(0));
  }
  CHECK(clock.jumps() == CaptureClock::kAgreement - 1);
  const std::int64_t last = 90'000 + CaptureClock::kAgreement;
  CHECK(clock.advance(at(last)) == at(last));
  CHECK(clock.jumps() == 0);
  CHECK(clock.advance(at(last + 1)) == at(last + 1));
}

TEST_CASE("times at the ends of the scale do no harm") {
  CaptureClock clock;
  clock.advance(Timestamp::earliest());
  for (int frame = 0; frame < 40; ++frame) clock.advance(Timestamp::latest());
  CHECK(clock.now() == Timestamp::latest());
  clock.advance(Timestamp::earliest());
  CHECK(clock.now() == Timestamp::latest());
}
