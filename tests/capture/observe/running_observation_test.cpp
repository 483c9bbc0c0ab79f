#include <doctest/doctest.h>

#include <utility>

#include "capture/observe/running_observation.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// Connections that close, one that stays open and a DNS question, all between a few hosts.
void add_traffic(MemorySource& source) {
  Timestamp time = kStart;
  const auto add = [&](std::vector<std::uint8_t> frame) {
    source.add(std::move(frame), time);
    time = time + seconds(7);
  };
  add(Eth().ipv4("10.0.0.9", "10.0.0.2").tcp(51000, 1494, kTcpSyn));
  for (std::uint16_t round = 0; round < 40; ++round) {
    const auto port = static_cast<std::uint16_t>(50000 + round);
    add(Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(port, 443, kTcpSyn));
    add(Eth().ipv4("10.0.0.2", "10.0.0.1").tcp(443, port, kTcpSyn | kTcpAck));
    add(Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(port, 443, kTcpFin | kTcpAck));
    add(Eth().ipv4("10.0.0.2", "10.0.0.1").tcp(443, port, kTcpFin | kTcpAck));
    add(Eth().ipv4("10.0.0.2", "10.0.0.9").tcp(1494, 51000, kTcpAck));
  }
}

// All frames, harvested after each `every` of them; the pieces are merged as a watch merges them.
Evidence in_pieces(std::size_t every) {
  MemorySource source;
  add_traffic(source);
  source.batches_of(every);
  RunningObservation observation({});
  Evidence all;
  FrameBatch batch;
  Harvest harvest;
  const auto take = [&] {
    for (const auto& [key, facts] : harvest.closed.conversations) all.conversations[key].add(facts);
    all.loose.append(std::move(harvest.closed.loose));
  };
  while (source.next(batch) == ReadOutcome::frames) {
    REQUIRE(observation.take(batch.view()));
    harvest = observation.harvest(source, Timestamp::earliest());
    CHECK(harvest.input.accounting.balanced());
    CHECK(harvest.open.size() == observation.flows());
    take();
  }
  harvest = observation.finish(source, ReadOutcome::end);
  CHECK(harvest.open.empty());
  take();
  all.inputs = {harvest.input};
  all.loose.sort();
  return all;
}

}  // namespace

TEST_CASE("evidence harvested in pieces equals the evidence of the whole") {
  MemorySource source;
  add_traffic(source);
  const Evidence whole = observe(source, {});
  for (const std::size_t every : {1U, 3U, 50U, 256U}) {
    CAPTURE(every);
    const Evidence pieces = in_pieces(every);
    CHECK(pieces.conversations == whole.conversations);
    CHECK(pieces.loose == whole.loose);
    CHECK(pieces.inputs == whole.inputs);
  }
}

TEST_CASE(
    "open flows are listed with what they have so far, and only those with a packet since the last look") {
  MemorySource source;
  add_traffic(source);
  source.batches_of(6);  // the open one, and the first of the others
  RunningObservation observation({});
  FrameBatch batch;
  REQUIRE(source.next(batch) == ReadOutcome::frames);
  REQUIRE(observation.take(batch.view()));
  CHECK(observation.harvest(source, Timestamp::earliest()).open.size() == 2);
  const Harvest since = observation.harvest(source, kStart + seconds(35));
  REQUIRE(since.open.size() == 1);
  CHECK(since.open[0].facts.packets() == 2);
  CHECK(since.open[0].key.high.port == 51000);
}
