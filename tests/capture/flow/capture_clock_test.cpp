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

TEST_CASE("steady steps of hours are believed, and then taken at once") {
  constexpr std::int64_t kTwoHours = 7200;
  CaptureClock clock;
  clock.advance(at(0));
  // Two frames each time: a keep-alive and its answer.
  CHECK(clock.advance(at(kTwoHours)) == at(0));
  CHECK(clock.advance(at(kTwoHours)) == at(0));
  CHECK(clock.jumps() == 2);
  CHECK(clock.advance(at(2 * kTwoHours + 5)) == at(2 * kTwoHours + 5));
  CHECK(clock.jumps() == 0);
  CHECK(clock.advance(at(3 * kTwoHours)) == at(3 * kTwoHours));
  CHECK(clock.jumps() == 0);
  // A much longer one is a surprise again.
  CHECK(clock.advance(at(9 * kTwoHours)) == at(3 * kTwoHours));
  CHECK(clock.jumps() == 1);
}

TEST_CASE("steps that are not alike, of more than a day, or taken back are not believed so soon") {
  CaptureClock uneven;
  uneven.advance(at(0));
  CHECK(uneven.advance(at(7200)) == at(0));
  CHECK(uneven.advance(at(7200 + 20'000)) == at(0));
  CHECK(uneven.jumps() == 2);
  CaptureClock days;
  days.advance(at(0));
  for (int day = 1; day < 10; ++day) CHECK(days.advance(at(day * 90'000)) == at(0));
  CaptureClock back;
  back.advance(at(0));
  for (int round = 1; round < 10; ++round) {
    CHECK(back.advance(at(7200 * round)) < at(7200));
    CHECK(back.advance(at(round)) == at(round));
  }
}

TEST_CASE("steps that vary are believed once enough frames agree") {
  CaptureClock clock;
  clock.advance(at(0));
  std::int64_t second = 0;
  for (int frame = 1; frame < CaptureClock::kAgreement; ++frame) {
    second += frame % 2 == 0 ? 5000 : 20'000;
    CHECK(clock.advance(at(second)) == at(0));
  }
  second += 5000;
  CHECK(clock.advance(at(second)) == at(second));
  CHECK(clock.jumps() == 0);
}

TEST_CASE("few frames a month or more before the rest have a wrong time, and so have those before 1990") {
  const Timestamp now = Timestamp::from_parts(1'795'000'000, 0);
  const auto believed = [now](Timestamp first) {
    CaptureClock clock;
    clock.advance(first);
    for (int frame = 0; frame < CaptureClock::kAgreement; ++frame) clock.advance(now);
    CHECK(clock.now() == now);
    return clock;
  };
  const Timestamp zero{};
  const Timestamp long_ago = now + seconds(-32 * 86'400);
  const Timestamp lately = now + seconds(-20 * 86'400);
  CHECK(believed(zero).refutes(zero, 1000));
  CHECK(believed(long_ago).refutes(long_ago, 15));
  CHECK_FALSE(believed(long_ago).refutes(long_ago, 16));
  CHECK_FALSE(believed(lately).refutes(lately, 1));
  CaptureClock clock = believed(zero);
  clock.begin_again();
  CHECK(clock.first() == now);
}

TEST_CASE("how many frames have no usable time") {
  CaptureClock never;
  CHECK(never.untimed(0, 0) == 0);
  CaptureClock zero;
  for (int frame = 0; frame < 5; ++frame) zero.advance(Timestamp{});
  CHECK(zero.untimed(5, 0) == 5);
  CaptureClock good;
  const Timestamp now = Timestamp::from_parts(1'795'000'000, 0);
  for (int frame = 0; frame < 5; ++frame) good.advance(now);
  CHECK(good.untimed(5, 0) == 0);
  CHECK(good.untimed(5, 2) == 2);
  // Four frames that lie back leave the first five in the majority; the fifth does not.
  for (int frame = 0; frame < 4; ++frame) good.advance(now + seconds(-5000));
  CHECK(good.untimed(9, 0) == 0);
  good.advance(now + seconds(-5000));
  CHECK(good.untimed(10, 0) == 10);
}
