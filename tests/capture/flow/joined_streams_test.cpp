// A connection that is captured in two parts misses what it would have missed in one.
#include "capture/flow/joined_streams.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "tests/capture/flow/closed_flows.hpp"
#include "tests/capture/flow/packets.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr Side kServer = Side::low;
constexpr Side kClient = Side::high;

struct Segment {
  bool from_client{true};
  std::uint32_t sequence{0};
  std::uint32_t acknowledgement{0};
  std::uint32_t length{0};
  std::uint8_t flags{kTcpAck};
};
using Segments = std::vector<Segment>;

FlowFacts facts_of(Segments::const_iterator begin, Segments::const_iterator end) {
  Watched watched;
  double now = 0;
  for (; begin != end; ++begin) {
    Packet packet = begin->from_client ? tcp("10.0.0.9", 50000, "10.0.0.1", 1494, begin->flags)
                                       : tcp("10.0.0.1", 1494, "10.0.0.9", 50000, begin->flags);
    packet.tcp_sequence = begin->sequence;
    packet.tcp_acknowledgement = begin->acknowledgement;
    packet.payload_length = begin->length;
    watched.see(packet, now += 0.001);
  }
  const auto& flows = watched.end();
  REQUIRE(flows.size() == 1);
  return flows[0].facts;
}

// What the client's stream misses, in two parts and joined.
std::uint64_t missed_in_two(const Segments& segments, std::size_t cut) {
  const auto middle = segments.begin() + static_cast<std::ptrdiff_t>(cut);
  const FlowFacts earlier = facts_of(segments.begin(), middle);
  const FlowFacts later = facts_of(middle, segments.end());
  return join_streams(earlier, later)[index(kClient)].missed_bytes;
}

}  // namespace

TEST_CASE("what lies between the parts was missed, if it was acknowledged") {
  const Segment behind{true, 1300, 500, 100};
  CHECK(missed_in_two({{true, 1000, 500, 100}, {false, 500, 1100, 0}, behind, {false, 500, 1400, 0}}, 2) ==
        200);
  CHECK(missed_in_two({{true, 1000, 500, 100}, {false, 500, 1100, 0}, behind}, 2) == 0);
}

TEST_CASE("a segment sent again at the beginning of the second part was not missed") {
  const Segments segments{
      {true, 1000, 500, 100}, {true, 1100, 500, 100}, {true, 1000, 500, 100}, {false, 500, 1200, 0}};
  CHECK(facts_of(segments.begin() + 2, segments.end()).side(kClient).missed_bytes == 100);
  CHECK(missed_in_two(segments, 2) == 0);
}

TEST_CASE("a hole of the first part that the second one fills was none") {
  const Segments segments{
      {true, 1000, 500, 100}, {true, 1200, 500, 100}, {false, 500, 1300, 0}, {true, 1100, 500, 100}};
  CHECK(facts_of(segments.begin(), segments.begin() + 3).side(kClient).missed_bytes == 100);
  CHECK(missed_in_two(segments, 3) == 0);
}

TEST_CASE("a hole that is acknowledged only in the second part was missed") {
  const Segments segments{
      {true, 1000, 500, 100}, {true, 1200, 500, 100}, {false, 500, 1300, 0}, {true, 1300, 500, 10}};
  CHECK(missed_in_two(segments, 2) == 100);
}

TEST_CASE("a segment that was overtaken by the first one of the second part was not missed") {
  const Segments segments{{true, 1000, 500, 100},
                          {false, 500, 1100, 0},
                          {true, 1200, 500, 0},
                          {true, 1100, 500, 100},
                          {false, 500, 1200, 0}};
  CHECK(missed_in_two(segments, 2) == 0);
}

TEST_CASE("a keep-alive at either side of the cut misses nothing") {
  const Segments segments{{true, 1000, 500, 100}, {false, 500, 1100, 0}, {true, 1099, 500, 0},
                          {false, 500, 1100, 0},  {true, 1100, 500, 50}, {false, 500, 1150, 0}};
  for (std::size_t cut = 2; cut + 1 < segments.size(); ++cut) {
    CAPTURE(cut);
    CHECK(missed_in_two(segments, cut) == 0);
  }
}

TEST_CASE("a side of which no packet was captured misses nothing, however often the other is cut") {
  const Segments segments{{true, 1000, 500, 100}, {true, 1100, 900, 100}, {true, 1200, 1300, 100}};
  const FlowFacts earlier = facts_of(segments.begin(), segments.begin() + 2);
  const FlowFacts later = facts_of(segments.begin() + 2, segments.end());
  CHECK(join_streams(earlier, later)[index(kServer)].missed_bytes == 0);
}

TEST_CASE("what is acknowledged in the second part was missed, if its sender sends nothing there") {
  const Segments segments{{true, 1000, 500, 100}, {false, 500, 1100, 0}, {false, 500, 1250, 0}};
  CHECK(missed_in_two(segments, 1) == 150);
  CHECK(missed_in_two(segments, 2) == 150);
}

TEST_CASE(
    "what was acknowledged in the first part counts, though its sender was seen in the second one only") {
  const Segments segments{
      {false, 500, 1300, 0}, {true, 1200, 500, 50}, {true, 1300, 500, 50}, {false, 500, 1350, 0}};
  const std::uint64_t whole = facts_of(segments.begin(), segments.end()).side(kClient).missed_bytes;
  CHECK(whole == 50);
  for (std::size_t cut = 1; cut < segments.size(); ++cut) {
    CAPTURE(cut);
    CHECK(missed_in_two(segments, cut) == whole);
  }
}

TEST_CASE("an acknowledgement from before the second part's first byte does not count up to that") {
  const Segments segments{
      {true, 1000, 500, 100}, {false, 500, 1100, 10}, {false, 510, 1150, 10}, {true, 1200, 520, 100}};
  CHECK(missed_in_two(segments, 2) == 50);
  const Segments late{{true, 1000, 500, 100}, {true, 1200, 500, 100}, {false, 500, 1150, 0}};
  CHECK(missed_in_two(late, 1) == 50);
}

TEST_CASE("a stream whose SYN-ACK was lost begins with what is acknowledged first, in either part") {
  const Segments segments{
      {false, 499, 0, 0, kTcpSyn}, {false, 500, 1000, 0}, {true, 1100, 500, 50}, {false, 500, 1150, 0}};
  for (std::size_t cut = 1; cut < segments.size(); ++cut) {
    CAPTURE(cut);
    CHECK(missed_in_two(segments, cut) == 100);
  }
}

TEST_CASE("ports that are used again miss nothing between the two connections") {
  const Segments segments{
      {true, 1000, 500, 100},           {false, 500, 1100, 10},
      {true, 5'000'000, 0, 0, kTcpSyn}, {false, 9'000'000, 5'000'001, 0, kTcpSyn | kTcpAck},
      {true, 5'000'001, 9'000'001, 10}, {false, 9'000'001, 5'000'011, 0}};
  CHECK(missed_in_two(segments, 2) == 0);
}

TEST_CASE("whatever is lost, late or sent again, and wherever the cut is: parts miss what the whole missed") {
  std::mt19937 random(29);
  const auto below = [&random](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  for (int round = 0; round < 40; ++round) {
    CAPTURE(round);
    // A few segments of 100 bytes: sent in order, perhaps lost, late or sent again, and acknowledged.
    const auto start = static_cast<std::uint32_t>(random());
    Segments segments{{true, start, 500, 100}, {false, 500, start + 100, 0}};
    std::uint32_t sent = start + 100;
    unsigned lost = 0;
    for (unsigned count = 8 + below(8); count > 0; --count) {
      const bool again = below(4) == 0;
      const std::uint32_t at = again ? sent - 100 * (1 + below(std::min(3U, (sent - start) / 100))) : sent;
      if (!again) sent += 100;
      const bool lose = !again && lost < 3 && below(4) == 0;
      lost += lose ? 1 : 0;
      if (!lose) segments.push_back({true, at, 500, 100});
      if (below(2) == 0) segments.push_back({false, 500, sent, 0});
    }
    segments.push_back({true, sent, 500, 10});
    segments.push_back({false, 500, sent + 10, 0});
    const std::uint64_t whole = facts_of(segments.begin(), segments.end()).side(kClient).missed_bytes;
    for (std::size_t cut = 2; cut + 2 < segments.size(); ++cut) {
      CAPTURE(cut);
      CHECK(missed_in_two(segments, cut) == whole);
    }
  }
}
