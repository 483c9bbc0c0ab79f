#include "app/watch/loss.hpp"

#include <doctest/doctest.h>

using namespace portproof;

namespace {

Mark mark(std::int64_t second, std::uint64_t frames, std::uint64_t dropped) {
  Mark mark;
  mark.at = Timestamp{} + seconds(second);
  mark.elapsed = seconds(second);
  mark.input.accounting.frames = frames;
  mark.input.gaps.kernel_dropped = dropped;
  InterfaceFigures interface;
  interface.name = "eth1";
  interface.received = frames;
  interface.kernel_dropped = dropped;
  mark.interfaces = {interface};
  return mark;
}

}  // namespace

TEST_CASE("an interval is judged by its own losses") {
  Limits limits;
  limits.lost_packets = 0.01;
  const Mark start = mark(0, 0, 0);
  const Mark lossy = mark(60, 900, 100);
  const Mark later = mark(120, 100'900, 100);
  CHECK(loss_reasons(between(start, lossy), limits).size() == 1);
  CHECK(
      loss_reasons(between(start, lossy), limits).front().find("in the last interval: 100 of 1000 packets") ==
      0);
  CHECK(loss_reasons(between(lossy, later), limits).empty());
  CHECK(loss_reasons(between(start, later), limits).empty());  // 0.1 % of the total
}

TEST_CASE("time without link counts as a loss of packets does") {
  Limits limits;
  limits.lost_packets = 0.1;
  const Mark start = mark(0, 0, 0);
  Mark end = mark(100, 10, 0);
  end.interfaces[0].without_link = seconds(9);
  CHECK(loss_reasons(between(start, end), limits).empty());
  end.interfaces[0].without_link = seconds(11);
  REQUIRE(loss_reasons(between(start, end), limits).size() == 1);
  CHECK(loss_reasons(between(start, end), limits).front() ==
        "in the last interval: eth1 had no link for 11.000 of 100.000 seconds");
}

TEST_CASE("an interval has its true length, whatever happens to the system clock") {
  Limits limits;
  limits.lost_packets = 0.1;
  const Mark start = mark(10'000, 0, 0);
  Mark end = mark(10'100, 10, 0);
  CHECK(loss_notes(between(start, end)).size() == 2);
  end.at = Timestamp{} + seconds(6500);
  end.interfaces[0].without_link = seconds(9);
  CHECK(loss_reasons(between(start, end), limits).empty());
  const auto notes = loss_notes(between(start, end));
  REQUIRE(notes.size() == 3);
  CHECK(notes[1] ==
        "the system clock was set back by 3600.000 seconds in that interval, which lasted 100.000 seconds");
  end.at = Timestamp{} + seconds(13'700);
  CHECK(loss_notes(between(start, end))[1].find("set forward by 3600.000 seconds") != std::string::npos);
}
