#include "app/watch/interval_loss.hpp"

#include <doctest/doctest.h>

using namespace portproof;

namespace {

constexpr Timestamp kStart = Timestamp::from_parts(1'795'161'600, 0);

Cut cut_at(std::int64_t second, std::uint64_t frames, std::uint64_t dropped) {
  Cut cut;
  cut.at = kStart + seconds(second);
  cut.elapsed = seconds(second);
  cut.harvest.input.accounting.frames = frames;
  cut.harvest.input.gaps.kernel_dropped = dropped;
  return cut;
}

}  // namespace

TEST_CASE("interval loss: each interval is judged by its own losses") {
  IntervalLoss loss(kStart, {});
  const Cut lossy = cut_at(60, 900, 100);
  const Cut clean = cut_at(120, 100'900, 100);
  REQUIRE(loss.reasons(lossy, {}).size() == 1);
  CHECK(loss.reasons(lossy, {}).front().find("in the last interval: 100 of 1000 packets") == 0);
  loss.end(lossy, loss.reasons(lossy, {}));
  CHECK(loss.reasons(clean, {}).empty());
}

TEST_CASE("interval loss: an earlier interval that could not pass is in the notes of all later ones") {
  IntervalLoss loss(kStart, {});
  const Cut lossy = cut_at(60, 900, 100);
  CHECK(loss.notes(lossy).size() == 1);
  loss.end(lossy, loss.reasons(lossy, {}));
  for (const std::int64_t second : {120, 180}) {
    const Cut clean = cut_at(second, 100'900, 100);
    const std::vector<std::string> notes = loss.notes(clean);
    REQUIRE(notes.size() == 3);
    CHECK(notes[1] == "1 interval of this run lost more than the limits allow; the last of them:");
    CHECK(notes[2].find("until 2026-11-20T08:01:00.000000000Z: in the last interval: 100 of 1000") == 0);
    loss.end(clean, loss.reasons(clean, {}));
  }
}

TEST_CASE("interval loss: a report in mid-interval does not end it") {
  const IntervalLoss loss(kStart, {});
  const Cut early = cut_at(30, 450, 50);
  const Cut late = cut_at(60, 900, 100);
  CHECK(loss.reasons(early, {}).front().find("in the last interval: 50 of 500 packets") == 0);
  CHECK(loss.reasons(late, {}).front().find("in the last interval: 100 of 1000 packets") == 0);
}

TEST_CASE("interval loss: only the last two dozen are listed, and all are counted") {
  IntervalLoss loss(kStart, {});
  for (int interval = 1; interval <= 30; ++interval) {
    const Cut cut = cut_at(interval * 60, 0, 0);
    loss.end(cut, {"reason " + std::to_string(interval)});
  }
  const std::vector<std::string> notes = loss.notes(cut_at(31 * 60, 0, 0));
  REQUIRE(notes.size() == 2 + 24);
  CHECK(notes[1].find("30 intervals of this run") == 0);
  CHECK(notes[2].find("reason 7") != std::string::npos);
  CHECK(notes.back().find("reason 30") != std::string::npos);
}

TEST_CASE("interval loss: an interval with two reasons counts once") {
  IntervalLoss loss(kStart, {});
  loss.end(cut_at(60, 0, 0), {"one reason", "another reason"});
  const std::vector<std::string> notes = loss.notes(cut_at(120, 0, 0));
  REQUIRE(notes.size() == 4);
  CHECK(notes[1].find("1 interval of this run") == 0);
}
