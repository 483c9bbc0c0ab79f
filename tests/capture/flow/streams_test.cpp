// The bytes of TCP streams that the capture missed: exact if segments were removed, zero if all are there, in
// whatever order they come.
#include "capture/flow/internal/streams.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

#include "capture/flow/flow.hpp"
#include "capture/flow/joined_streams.hpp"
#include "tests/capture/flow/closed_flows.hpp"
#include "tests/capture/flow/packets.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr int kSynAck = kTcpSyn | kTcpAck;
constexpr int kFinAck = kTcpFin | kTcpAck;

// A segment of a connection between a client (sorts high) and a server.
struct Segment {
  bool from_client{false};
  int flags{kTcpAck};
  std::uint32_t sequence{0};
  std::uint32_t acknowledgement{0};
  std::uint32_t length{0};
};

Packet packet_of_segment(const Segment& segment) {
  Packet packet = segment.from_client ? tcp("10.0.0.9", 50000, "10.0.0.1", 1494, segment.flags)
                                      : tcp("10.0.0.1", 1494, "10.0.0.9", 50000, segment.flags);
  packet.tcp_sequence = segment.sequence;
  packet.tcp_acknowledgement = segment.acknowledgement;
  packet.payload_length = segment.length;
  return packet;
}

constexpr Side kClientSide = Side::high;
constexpr Side kServerSide = Side::low;

std::vector<Closed> flows_of(const std::vector<Segment>& segments) {
  Watched watched;
  double now = 0;
  for (const Segment& segment : segments) watched.see(packet_of_segment(segment), now += 0.001);
  return watched.end();
}

std::uint64_t missed(const std::vector<Segment>& segments, Side side) {
  const std::vector<Closed> flows = flows_of(segments);
  REQUIRE(flows.size() == 1);
  return flows[0].facts.side(side).missed_bytes;
}

// A whole connection in which the client sends `segments` of 100 bytes, each acknowledged, from a sequence
// number that wraps around on the way.
std::vector<Segment> upload(unsigned segments, std::uint32_t client = 0xffffff00, std::uint32_t server = 77) {
  std::vector<Segment> all{{true, kTcpSyn, client, 0, 0},
                           {false, kSynAck, server, client + 1, 0},
                           {true, kTcpAck, client + 1, server + 1, 0}};
  std::uint32_t at = client + 1;
  for (unsigned count = 0; count < segments; ++count) {
    all.push_back({true, kTcpAck | kTcpPsh, at, server + 1, 100});
    at += 100;
    all.push_back({false, kTcpAck, server + 1, at, 0});
  }
  all.push_back({true, kFinAck, at, server + 1, 0});
  all.push_back({false, kFinAck, server + 1, at + 1, 0});
  all.push_back({true, kTcpAck, at + 1, server + 2, 0});
  return all;
}

std::vector<Segment> without(std::vector<Segment> segments, std::initializer_list<std::size_t> indexes) {
  std::vector<std::size_t> sorted(indexes);
  std::sort(sorted.rbegin(), sorted.rend());
  for (const std::size_t index : sorted)
    segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(index));
  return segments;
}

}  // namespace

TEST_CASE("nothing is missed if everything is there") {
  CHECK(missed(upload(10), kClientSide) == 0);
  CHECK(missed(upload(10), kServerSide) == 0);
}

TEST_CASE("segments that were removed are missed, byte for byte") {
  const std::vector<Segment> whole = upload(10);
  CHECK(missed(without(whole, {3}), kClientSide) == 100);          // the first data
  CHECK(missed(without(whole, {9}), kClientSide) == 100);          // in the middle
  CHECK(missed(without(whole, {9, 10, 11}), kClientSide) == 200);  // with the acknowledgement in between
  CHECK(missed(without(whole, {5, 9, 15}), kClientSide) == 300);   // three holes
  CHECK(missed(without(whole, {21}), kClientSide) == 100);         // the last data
  CHECK(missed(without(whole, {21, 23}), kClientSide) == 100);     // and the FIN after it
  CHECK(missed(without(whole, {23}), kClientSide) == 0);           // a FIN is not a byte
  CHECK(missed(without(whole, {0}), kClientSide) == 0);            // nor is a SYN
  CHECK(missed(without(whole, {0, 3}), kClientSide) == 100);       // the SYN-ACK shows where data begins
  CHECK(missed(without(whole, {9}), kServerSide) == 0);
}

TEST_CASE("a missed SYN-ACK hides nothing of what followed") {
  // The server sends 100 bytes, and the client acknowledges them.
  const std::vector<Segment> segments{{true, kTcpSyn, 10, 0, 0},
                                      {true, kTcpAck, 11, 500, 0},  // acknowledges the SYN, 499
                                      {true, kTcpAck, 11, 600, 0},
                                      {false, kTcpAck, 600, 11, 50},
                                      {true, kTcpAck, 11, 650, 0}};
  CHECK(missed(segments, kServerSide) == 100);
}

TEST_CASE("data sent before the capture began, and acknowledged in it, is not a loss") {
  const std::vector<Segment> segments{
      {false, kTcpAck, 5000, 1300, 0},  // acknowledges data that was not captured
      {true, kTcpAck, 1400, 5000, 100},
      {false, kTcpAck, 5000, 1400, 0},
      {false, kTcpAck, 5000, 1500, 0}};
  CHECK(missed(segments, kClientSide) == 0);
}

TEST_CASE("a side of which nothing was captured is a missing direction, not lost bytes") {
  const std::vector<Segment> segments{
      {false, kSynAck, 500, 11, 0}, {false, kTcpAck, 501, 111, 0}, {false, kTcpAck, 501, 9111, 0}};
  CHECK(missed(segments, kClientSide) == 0);
}

TEST_CASE("data that was not acknowledged was not missed: it may never have arrived") {
  std::vector<Segment> segments = upload(4);
  segments.resize(5);                                              // one segment and its acknowledgement
  segments.push_back({true, kTcpAck, 0xffffff01 + 300, 78, 100});  // two are missing before it
  CHECK(missed(segments, kClientSide) == 0);
  segments.push_back({false, kTcpAck, 78, 0xffffff01 + 200, 0});  // one of them did arrive
  CHECK(missed(segments, kClientSide) == 100);
}

TEST_CASE("order, repetition and probes change nothing") {
  std::vector<Segment> segments = upload(10);
  SUBCASE("two segments swapped") {
    std::swap(segments[7], segments[9]);
  }
  SUBCASE("a segment long after its acknowledgement") {
    const Segment late = segments[5];
    segments.erase(segments.begin() + 5);
    segments.insert(segments.begin() + 15, late);
  }
  SUBCASE("sent again, in segments of different sizes") {
    Segment again = segments[7];
    again.sequence -= 50;
    segments.insert(segments.begin() + 12, again);
  }
  SUBCASE("the hole is filled from its middle") {
    const Segment late = segments[9];
    segments.erase(segments.begin() + 9);
    Segment middle = late;
    middle.sequence += 30;
    middle.length = 20;
    Segment head = late;
    head.length = 40;
    Segment tail = late;
    tail.sequence += 45;
    tail.length = 90;
    segments.insert(segments.begin() + 14, {middle, head, tail});
  }
  SUBCASE("keep-alives, one byte before the end") {
    segments.insert(segments.begin() + 9, {true, kTcpAck, segments[9].sequence - 1, 78, 1});
  }
  SUBCASE("a reset with an unrelated sequence number") {
    segments.push_back({true, kTcpRst, 12345, 0, 0});
    segments.push_back({false, kTcpRst | kTcpAck, 54321, 999'999, 0});
  }
  SUBCASE("an acknowledgement outside any window") {
    segments.insert(segments.begin() + 9, {false, kTcpAck, 78, segments[9].sequence + 0x60000000, 0});
  }
  CHECK(missed(segments, kClientSide) == 0);
  CHECK(missed(segments, kServerSide) == 0);
}

TEST_CASE("a connection reopened with other numbers is a new one, once it is answered") {
  std::vector<Segment> segments = upload(3);
  segments.resize(9);  // neither side closes
  const std::vector<Segment> next = upload(2, 5'000'000, 9'000'000);
  segments.insert(segments.end(), next.begin(), next.end());
  const std::vector<Closed> flows = flows_of(segments);
  REQUIRE(flows.size() == 2);
  CHECK(flows[0].facts.missed_bytes() + flows[1].facts.missed_bytes() == 0);
  CHECK(flows[1].facts.basis == DirectionBasis::syn);
  CHECK(flows[1].facts.initiator == kClientSide);
  CHECK(flows[1].facts.openings == 1);
}

TEST_CASE("a SYN waits for its answer, whatever happens to the old stream meanwhile") {
  std::vector<Segment> segments = upload(3);
  segments.resize(9);  // neither side closes
  const std::vector<Segment> next = upload(2, 5'000'000, 9'000'000);
  segments.push_back(next[0]);
  segments.push_back(segments[5]);  // sent again
  segments.insert(segments.end(), next.begin() + 1, next.end());
  const std::vector<Closed> flows = flows_of(segments);
  REQUIRE(flows.size() == 2);
  CHECK(flows[1].facts.basis == DirectionBasis::syn);
}

TEST_CASE("what was missed of a connection stays missed when another follows on its ports") {
  // Neither side closes, and the answer to the second SYN is not captured. Its numbers may lie on either side
  // of the numbers of the first.
  for (const std::uint32_t server : {9'000'000U, 0x8fffffffU, 0xf0000000U}) {
    CAPTURE(server);
    const std::uint32_t first = 0xfbb00000;
    const std::vector<Segment> segments{
        {false, kTcpAck, first, 1000, 40},       {true, kTcpAck, 1000, first + 40, 0},
        {false, kTcpAck, first + 42, 1000, 40},  {true, kTcpAck, 1000, first + 82, 10},
        {true, kTcpSyn, 5'000'000, 0, 0},        {true, kTcpAck, 5'000'001, server, 10},
        {false, kTcpAck, server, 5'000'011, 40}, {true, kTcpAck, 5'000'011, server + 40, 0}};
    CHECK(missed(segments, kServerSide) == 2);
    CHECK(missed(segments, kClientSide) == 0);
  }
}

TEST_CASE("a segment with a cut header does not reduce what was missed") {
  std::vector<Segment> segments = without(upload(6), {9});
  segments.resize(14);  // neither side closes
  Watched watched;
  for (const Segment& segment : segments) watched.see(packet_of_segment(segment));
  Packet cut = packet_of_segment({true, kTcpAck, 0, 0, 0});
  cut.transport_cut = true;
  watched.see(cut);
  const std::vector<Closed>& flows = watched.end();
  REQUIRE(flows.size() == 1);
  CHECK(flows[0].facts.side(kClientSide).missed_bytes == 100);
}

TEST_CASE("a keep-alive that is the first packet of its side hides no byte") {
  // RFC 9293, 3.8.4: an empty segment, one byte before the next one.
  std::vector<Segment> segments{{true, kTcpAck, 999, 50, 0}, {false, kTcpAck, 50, 1000, 0}};
  SUBCASE("and nothing follows") {}
  SUBCASE("and data follow") {
    segments.push_back({true, kTcpAck, 1000, 50, 10});
    segments.push_back({false, kTcpAck, 50, 1010, 0});
  }
  SUBCASE("and more of its kind follow") {
    segments.push_back({true, kTcpAck, 999, 50, 0});
    segments.push_back({true, kTcpAck, 999, 50, 0});
    segments.push_back({true, kTcpAck, 1000, 50, 10});
    segments.push_back({false, kTcpAck, 50, 1010, 0});
  }
  CHECK(missed(segments, kClientSide) == 0);
  CHECK(missed(segments, kServerSide) == 0);
  SUBCASE("but two bytes that are missing are missed") {
    CHECK(missed({{true, kTcpAck, 999, 50, 0}, {false, kTcpAck, 50, 1001, 0}}, kClientSide) == 2);
  }
}

TEST_CASE("the span of a stream lists the holes that another part may fill") {
  const std::vector<Closed> flows = flows_of({{true, kTcpAck, 1000, 50, 100},
                                              {true, kTcpAck, 1200, 50, 100},
                                              {false, kTcpAck, 50, 1250, 0},
                                              {true, kTcpAck, 1400, 50, 100},
                                              {false, kTcpAck, 50, 1600, 0}});
  REQUIRE(flows.size() == 1);
  const StreamSpan& span = flows[0].facts.side(kClientSide).stream;
  REQUIRE(span.holes.count == 3);
  CHECK(span.holes.holes[0] == StreamHole{1100, 1200});
  CHECK(span.holes.holes[1] == StreamHole{1300, 1400});
  CHECK(span.holes.holes[2] == StreamHole{1500, 1600});
  CHECK_FALSE(span.holes.more);
  CHECK(span.next == 1600);
}

TEST_CASE("the span of a stream says what was acknowledged before anything of it was seen") {
  const Segment heard{false, kTcpAck, 50, 900, 0};
  const Segment heard_again{false, kTcpAck, 50, 1050, 0};
  const Segment sent{true, kTcpAck, 1000, 50, 100};
  const auto span_of = [](const std::vector<Segment>& segments) {
    return flows_of(segments).front().facts.side(kClientSide).stream;
  };
  const StreamSpan unseen = span_of({heard, heard_again});
  CHECK_FALSE(unseen.known);
  CHECK(unseen.heard == 900);
  CHECK(unseen.acknowledged == 1050);
  const StreamSpan seen = span_of({heard, heard_again, sent});
  CHECK(seen.known);
  CHECK(seen.first == 1000);
  CHECK(seen.heard == 900);
  CHECK(seen.acknowledged == 1050);
  CHECK(span_of({sent, heard}).acknowledged == 900);
  CHECK_FALSE(span_of({sent, heard}).heard);
  CHECK(span_of({sent}).acknowledged == 1000);
}

TEST_CASE("an acknowledgement from far off is of another stream, if nothing was seen yet") {
  const std::vector<Segment> segments{{false, kTcpAck, 50, 900'000'000, 0}, {true, kTcpAck, 1000, 50, 100}};
  CHECK(missed(segments, kClientSide) == 0);
  CHECK_FALSE(flows_of(segments).front().facts.side(kClientSide).stream.heard);
}

TEST_CASE("what was missed at the end of a connection stays missed when its ports are used again") {
  const std::vector<Segment> segments{
      {true, kTcpSyn, 1000, 0, 0},          {false, kTcpSyn | kTcpAck, 50, 1001, 0},
      {true, kTcpAck, 1001, 51, 0},         {false, kTcpAck, 51, 1012, 0},
      {true, kTcpSyn, 800'000, 0, 0},       {false, kTcpSyn | kTcpAck, 900'000, 800'001, 0},
      {true, kTcpAck, 800'001, 900'001, 0}, {true, kTcpAck, 800'001, 900'001, 10}};
  CHECK(missed(segments, kClientSide) == 11);
}

TEST_CASE("a forged SYN on a stream under way ends nothing") {
  std::vector<Segment> segments = upload(6);
  segments.insert(segments.begin() + 8, {true, kTcpSyn, 4'000'000, 0, 0});
  const std::vector<Closed> flows = flows_of(segments);
  REQUIRE(flows.size() == 1);
  CHECK(flows[0].facts.missed_bytes() == 0);
}

TEST_CASE("two parts of one connection show what was missed between them") {
  const std::vector<Segment> whole = upload(10);
  const auto part = [&whole](std::ptrdiff_t from, std::ptrdiff_t to) {
    const std::vector<Closed> flows = flows_of({whole.begin() + from, whole.begin() + to});
    REQUIRE(flows.size() == 1);
    return flows[0].facts;
  };
  for (const JoinedStream& stream : join_streams(part(0, 11), part(11, 26))) CHECK(stream.missed_bytes == 0);
  const auto streams = join_streams(part(0, 11), part(15, 26));  // two segments from the client
  CHECK(streams[index(kClientSide)].missed_bytes == 200);
  CHECK(streams[index(kServerSide)].missed_bytes == 0);
}

TEST_CASE("any loss, reordering and repetition: missed is what was acknowledged and never came") {
  std::mt19937 random(11);
  const auto below = [&random](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  for (int round = 0; round < 300; ++round) {
    CAPTURE(round);
    const auto start = static_cast<std::uint32_t>(random());
    std::vector<Segment> segments{{true, kTcpSyn, start, 0, 0}, {false, kSynAck, 77, start + 1, 0}};
    std::set<std::uint32_t> seen;  // offsets of the client's bytes that the capture has
    std::uint32_t sent = 0;
    std::uint32_t taken = 0;
    for (unsigned count = 20 + below(100); count > 0; --count) {
      const bool again = sent > 500 && below(8) == 0;
      const std::uint32_t offset = again ? sent - below(500) - 1 : sent;
      const std::uint32_t length = again ? std::min(1 + below(300), sent - offset) : 1 + below(300);
      sent = std::max(sent, offset + length);
      if (below(4) > 0) {
        const std::size_t back = std::min<std::size_t>(segments.size() - 2, below(5) == 0 ? below(6) : 0);
        segments.insert(segments.end() - static_cast<std::ptrdiff_t>(back),
                        {true, kTcpAck, start + 1 + offset, 78, length});
        for (std::uint32_t byte = offset; byte < offset + length; ++byte) seen.insert(byte);
      }
      if (below(3) > 0) {
        taken = std::max(taken, sent - std::min(sent, below(400)));
        segments.push_back({false, kTcpAck, 78, start + 1 + taken, 0});
      }
    }
    const auto had = std::distance(seen.begin(), seen.lower_bound(taken));
    CHECK(missed(segments, kClientSide) == taken - static_cast<std::uint32_t>(had));
  }
}

TEST_CASE("more holes than there is room for are settled, not forgotten") {
  std::vector<Segment> segments{{true, kTcpSyn, 0, 0, 0}, {false, kSynAck, 77, 1, 0}};
  const std::uint32_t holes = StreamGaps::kHolesOfFlow * 3;
  for (std::uint32_t count = 0; count < holes; ++count) {
    segments.push_back({true, kTcpAck, 1 + count * 20 + 10, 78, 10});
  }
  segments.push_back({false, kTcpAck, 78, 1 + holes * 20, 0});
  CHECK(missed(segments, kClientSide) == std::uint64_t{holes} * 10);
  // Then the span does not claim to list them all, even if the rest of them is filled again.
  for (std::uint32_t count = holes - StreamGaps::kHolesOfFlow; count < holes; ++count) {
    segments.push_back({true, kTcpAck, 1 + count * 20, 78, 20});
  }
  const std::vector<Closed> flows = flows_of(segments);
  REQUIRE(flows.size() == 1);
  const StreamHoles& listed = flows[0].facts.side(kClientSide).stream.holes;
  CHECK(listed.count == 0);
  CHECK(listed.more);
}

TEST_CASE("the holes of a stream do not change as it runs for gigabytes") {
  Watched watched;
  std::uint32_t at = 1;
  std::uint64_t removed = 0;
  watched.see(packet_of_segment({true, kTcpSyn, 0, 0, 0}), 0);
  watched.see(packet_of_segment({false, kSynAck, 77, 1, 0}), 0);
  for (unsigned count = 0; count < 1000; ++count) {
    constexpr std::uint32_t kLength =
        10'000'000;  // an oversized super-frame, so that the numbers wrap around twice in all
    if (count % 100 != 50) {
      watched.see(packet_of_segment({true, kTcpAck, at, 78, kLength}), 1);
    } else {
      removed += kLength;
    }
    at += kLength;
    watched.see(packet_of_segment({false, kTcpAck, 78, at, 0}), 1);
  }
  const auto& flows = watched.end();
  REQUIRE(flows.size() == 1);
  CHECK(flows[0].facts.side(kClientSide).missed_bytes == removed);
}
