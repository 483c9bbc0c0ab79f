// The flow table against the naive one, on packets that follow no rule. Streams, and answers from other
// ports, have tests of their own: the naive table knows neither.

#include <doctest/doctest.h>

#include "tests/capture/flow/naive_flow_table.hpp"
#include "tests/capture/flow/random_packets.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

struct Run {
  std::vector<Closed> real;
  std::vector<Closed> naive;
  FlowCounts counts;
};

std::vector<Closed> without_streams(std::vector<Closed> flows) {
  for (Closed& flow : flows) {
    for (SideFacts& side : flow.facts.sides) {
      side.stream = {};
      side.missed_bytes = 0;
    }
    if (flow.facts.asked_port == 0) continue;
    flow.facts.asked_port = 0;
    flow.facts.initiator.reset();
    flow.facts.basis = DirectionBasis::first_packet;
  }
  return flows;
}

// Both tables see the same packets; the real one is swept now and then, which must not show.
Run run(std::uint32_t packet_seed, std::uint64_t hash_seed, int packets, unsigned hosts) {
  RandomPackets source(packet_seed, hosts);
  FlowTableOptions options;
  options.seed = hash_seed;
  ClosedFlows sink;
  FlowTable table(options, sink);
  NaiveFlowTable naive(options.timeouts);
  Timestamp now = kBegin;
  for (int count = 0; count < packets; ++count) {
    now = now + source.pause();
    const Packet packet = source.next();
    table.observe(packet, now);
    naive.observe(packet, now);
    if (source.below(100) == 0) table.expire(now);
  }
  table.finish(now);
  naive.finish(now);
  return {without_streams(sink.sorted()), naive.sink.sorted(), table.counts()};
}

}  // namespace

TEST_CASE("the flow table does what the naive one does") {
  for (std::uint32_t seed = 1; seed <= 12; ++seed) {
    CAPTURE(seed);
    // Few hosts: long flows that end and begin again. Many: the index grows, moves and closes up.
    const Run result = run(seed, seed * 977, 10'000, seed % 2 == 0 ? 3 : 120);
    REQUIRE(result.real.size() == result.naive.size());
    for (std::size_t flow = 0; flow < result.real.size(); ++flow) {
      CAPTURE(flow);
      REQUIRE(result.real[flow] == result.naive[flow]);
    }
    std::uint64_t closed = 0;
    for (const std::uint64_t count : result.counts.closed) closed += count;
    CHECK(result.counts.opened == closed);
    CHECK(result.counts.opened == result.real.size());
    CHECK(result.counts.packets == 10'000);
  }
}

TEST_CASE("the seed of the hash changes nothing that closes") {
  CHECK(run(5, 0, 10'000, 40).real == run(5, 0xfeedface, 10'000, 40).real);
}
