// Compares the flow table with the simple one on random packets. What streams miss is tested separately,
// because random sequence numbers make more holes than a flow may have.

#include <doctest/doctest.h>

#include "tests/capture/flow/closed_flows.hpp"
#include "tests/capture/flow/random_packets.hpp"
#include "tests/simple/simple_flows.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

struct Run {
  std::vector<Closed> real;
  std::vector<Closed> simple;
  FlowCounts counts;
};

std::vector<Closed> without_streams(std::vector<Closed> flows) {
  for (Closed& flow : flows) {
    for (SideFacts& side : flow.facts.sides) {
      side.stream = {};
      side.missed_bytes = 0;
    }
  }
  return flows;
}

// Both tables see the same packets; the real one is swept now and then, which must make no difference.
Run run(std::uint32_t packet_seed, std::uint64_t hash_seed, int packets, unsigned hosts) {
  RandomPackets source(packet_seed, hosts);
  FlowTableOptions options;
  options.seed = hash_seed;
  ClosedFlows sink;
  FlowTable table(options, sink);
  SimpleFlows simple(options.timeouts);
  ClosedFlows expected;
  Timestamp now = kBegin;
  for (int count = 0; count < packets; ++count) {
    now = now + source.pause();
    Packet packet = source.next();
    packet.time = now;
    table.observe(packet, now);
    simple.observe(packet);
    if (source.below(100) == 0) table.expire(now);
  }
  table.finish(now);
  for (const SimpleFlow& flow : simple.finish(now)) {
    expected.flows.push_back({flow.key, flow.facts, flow.name, flow.reason});
  }
  return {without_streams(sink.sorted()), without_streams(expected.sorted()), table.counts()};
}

}  // namespace

TEST_CASE("the flow table does what the simple one does") {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    // Few hosts: long flows that end and begin again. Many hosts: the index grows, moves and closes gaps.
    const Run result = run(seed, seed * 977, 10'000, seed % 2 == 0 ? 3 : 120);
    REQUIRE(result.real.size() == result.simple.size());
    for (std::size_t flow = 0; flow < result.real.size(); ++flow) {
      CAPTURE(flow);
      REQUIRE(result.real[flow] == result.simple[flow]);
    }
    std::uint64_t closed = 0;
    for (const std::uint64_t count : result.counts.closed) closed += count;
    CHECK(result.counts.opened == closed);
    CHECK(result.counts.opened == result.real.size());
    CHECK(result.counts.packets == 10'000);
  }
}

TEST_CASE("the seed of the hash does not change what closes") {
  CHECK(run(5, 0, 10'000, 40).real == run(5, 0xfeedface, 10'000, 40).real);
}
