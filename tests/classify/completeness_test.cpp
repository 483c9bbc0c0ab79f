#include "classify/completeness.hpp"

#include <doctest/doctest.h>

#include <limits>

namespace portproof::test {
namespace {

using Reasons = std::vector<std::string>;

Input input(std::uint64_t frames = 1000, std::uint64_t bytes = 100'000) {
  Input made;
  made.accounting.frames = frames;
  made.wire_bytes = bytes;
  return made;
}

}  // namespace

TEST_CASE("completeness: nothing missing, no reason") {
  CHECK(gap_reasons({}, {}).empty());
  CHECK(gap_reasons({input()}, {}).empty());
}

TEST_CASE("completeness: packets dropped by the kernel or the interface") {
  Input lossy = input(97);
  lossy.gaps.kernel_dropped = 2;
  lossy.gaps.interface_dropped = 1;
  CHECK(gap_reasons({lossy}, {}) ==
        Reasons{"3 of 100 packets were dropped by the kernel or the interface (3%; the limit is 0%)"});
  Limits limits;
  limits.lost_packets = 0.03;
  CHECK(gap_reasons({lossy}, limits).empty());
  limits.lost_packets = 0.0299;
  CHECK(gap_reasons({lossy}, limits) ==
        Reasons{"3 of 100 packets were dropped by the kernel or the interface (3%; the limit is 2.99%)"});
}

TEST_CASE("completeness: a share equal to the limit is within it") {
  for (std::uint64_t part = 1; part <= 100; ++part) {
    Input made = input(100);
    made.gaps.one_way = part;
    Limits limits;
    limits.one_way = std::stod("0." + std::string(part < 10 ? "0" : "") + std::to_string(part));
    if (part == 100) limits.one_way = 1;
    CAPTURE(part);
    CHECK(gap_reasons({made}, limits).empty());
  }
}

TEST_CASE("completeness: packets that could not be decoded, and headers that were cut") {
  Input cut = input();
  cut.gaps.undecoded = 1;
  CHECK(gap_reasons({cut}, {}) ==
        Reasons{"1 of 1000 packets could not be decoded or had its headers cut (0.1%; the limit is 0%)"});
  cut.gaps.snapped_headers = 4;
  CHECK(gap_reasons({cut}, {}) ==
        Reasons{"5 of 1000 packets could not be decoded or had their headers cut (0.5%; the limit is 0%)"});
}

TEST_CASE("completeness: bytes that were acknowledged but never captured") {
  Input made = input(1000, 99'000);
  made.gaps.missed_bytes = 1000;
  CHECK(gap_reasons({made}, {}) ==
        Reasons{"1000 of 100000 bytes were acknowledged but never captured (1%; the limit is 0%)"});
  Limits limits;
  limits.missed_bytes = 0.01;
  CHECK(gap_reasons({made}, limits).empty());
}

TEST_CASE("completeness: connections with only one direction mirrored") {
  Input made = input();
  made.gaps.one_way = 20;
  CHECK(gap_reasons({made}, {}) ==
        Reasons{"20 of 1000 packets belong to connections of which only one direction was captured (2%; the "
                "limit is 0%)"});
}

TEST_CASE("completeness: a truncated or unreadable input, and times that jump, have no limit") {
  Limits limits;
  limits.lost_packets = limits.missed_bytes = limits.undecoded = limits.one_way = 1;
  Input cut = input();
  cut.gaps.cut_short = 1;
  cut.error = "ends in the middle of a record";
  Input unreadable = input(0, 0);
  unreadable.error = "no capture";
  CHECK(gap_reasons({cut}, limits) == Reasons{"1 input could not be read to the end"});
  CHECK(gap_reasons({cut, unreadable}, limits) == Reasons{"2 inputs could not be read to the end"});
  Input jumpy = input();
  jumpy.gaps.time_jumps = 1;
  CHECK(gap_reasons({jumpy}, limits) == Reasons{"1 packet has an implausible timestamp"});
  jumpy.gaps.time_jumps = 2;
  CHECK(gap_reasons({jumpy}, limits) == Reasons{"2 packets have implausible timestamps"});
  Input untimed = input();
  untimed.gaps.untimed = 1;
  CHECK(gap_reasons({untimed}, limits) == Reasons{"1 packet has no usable timestamp"});
  untimed.gaps.untimed = 2;
  CHECK(gap_reasons({untimed}, limits) == Reasons{"2 packets have no usable timestamps"});
}

TEST_CASE("completeness: duplicates are not a gap") {
  Input made = input();
  made.gaps.duplicates = 500;
  CHECK(gap_reasons({made}, {}).empty());
}

TEST_CASE("completeness: shares are over all inputs together, and huge counters do not wrap") {
  Input lossy = input(50);
  lossy.gaps.kernel_dropped = 1;
  Limits limits;
  limits.lost_packets = 0.01;
  CHECK(gap_reasons({lossy}, limits).size() == 1);
  CHECK(gap_reasons({lossy, input(1000)}, limits).empty());
  Input hostile = input(10);
  hostile.gaps.kernel_dropped = std::numeric_limits<std::uint64_t>::max();
  hostile.gaps.interface_dropped = 2;
  CHECK(gap_reasons({hostile, hostile}, limits).size() == 1);
}

TEST_CASE("completeness: every kind of gap has its own reason, in a fixed order") {
  Input bad = input();
  bad.gaps.kernel_dropped = bad.gaps.undecoded = bad.gaps.missed_bytes = bad.gaps.one_way = 1;
  bad.gaps.cut_short = bad.gaps.time_jumps = bad.gaps.untimed = 1;
  CHECK(gap_reasons({bad}, {}).size() == 7);
}

TEST_CASE("completeness: a limit that was hit is a reason where it may have cost something that matters") {
  for (const LimitRow& row : kLimits) {
    CAPTURE(row.name);
    LimitsHit hit;
    hit.add(row.limit, 2);
    const bool always = row.cost == LimitCost::flows || row.cost == LimitCost::errors;
    CHECK(limit_reasons(hit, {}).empty() == !always);
    CHECK(limit_reasons(hit, {.names = true}).empty() == !(always || row.cost == LimitCost::names));
    CHECK(limit_reasons(hit, {.stations = true}).empty() == !(always || row.cost == LimitCost::stations));
  }
  CHECK(limit_reasons({}, {.names = true, .stations = true}).empty());
  LimitsHit hit;
  hit.add(Limit::dns_names, 1);
  CHECK(limit_reasons(hit, {.names = true}) ==
        Reasons{"the limit dns-names was hit 1 time, and roles of the inventory depend on names"});
}

}  // namespace portproof::test
