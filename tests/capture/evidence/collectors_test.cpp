#include "capture/evidence/collectors.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>

#include "capture/observe/running_observation.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr std::uint64_t kHosts = 400;

// One host tries one port on each of 400 others, which refuse; a connection to each succeeds.
void add_scan(MemorySource& source) {
  source.add(Eth().arp("10.0.0.1", "10.0.0.2"), kStart);
  Timestamp time = kStart + seconds(60);
  const auto add = [&](std::vector<std::uint8_t> frame) {
    source.add(std::move(frame), time);
    time = time + milliseconds(10);
  };
  for (std::uint64_t host = 0; host < kHosts; ++host) {
    const std::string there = "10.1." + std::to_string(host / 200) + "." + std::to_string(1 + host % 200);
    add(Eth().ipv4("10.0.0.66", there).tcp(50000, 5985, kTcpSyn));
    add(Eth().ipv4(there, "10.0.0.66").tcp(5985, 50000, kTcpRst | kTcpAck));
    add(Eth().ipv4("10.0.0.7", there).tcp(50001, 443, kTcpSyn));
    add(Eth().ipv4(there, "10.0.0.7").tcp(443, 50001, kTcpSyn | kTcpAck).ack(1));
  }
}

struct Sums {
  std::uint64_t flows{0};
  std::uint64_t packets{0};
  std::uint64_t kept{0};    // attempts kept one by one
  std::uint64_t folded{0};  // attempts folded
  friend bool operator==(const Sums&, const Sums&) = default;
};

Sums sums_of(const Evidence& evidence) {
  Sums sums;
  for (const auto& [key, facts] : evidence.conversations) {
    sums.flows += facts.flows;
    sums.packets += facts.packets;
    sums.kept += is_attempt(key, facts) ? 1 : 0;
  }
  for (const auto& [key, attempts] : evidence.attempts) {
    sums.flows += attempts.facts.flows;
    sums.packets += attempts.facts.packets;
    sums.folded += attempts.conversations;
  }
  for (const LooseFlow& flow : evidence.loose) {
    sums.flows += 1;
    sums.packets += flow.facts.packets();
  }
  return sums;
}

// What harvests after every `every` frames give, merged.
Evidence in_pieces(const ObserveOptions& options, std::size_t every) {
  MemorySource source;
  add_scan(source);
  source.batches_of(every);
  RunningObservation observation(options);
  Evidence all;
  FrameBatch batch;
  while (source.next(batch) == ReadOutcome::frames) {
    REQUIRE(observation.take(batch.view()));
    absorb(all, observation.harvest(source, Timestamp::latest()).closed);
  }
  absorb(all, observation.finish(source, ReadOutcome::end).closed);
  return all;
}

}  // namespace

TEST_CASE("the collectors of all shards keep no more attempts than one may, and lose none") {
  ObserveOptions options;
  options.collect.is_whole = true;
  options.collect.most_attempts = 64;
  MemorySource source;
  add_scan(source);
  const Evidence evidence = observe(source, options);
  const Sums sums = sums_of(evidence);
  CHECK(sums.flows == 2 * kHosts);
  CHECK(sums.packets == 4 * kHosts);
  CHECK(sums.kept <= 64);
  CHECK(sums.kept + sums.folded == kHosts);
  CHECK(evidence.conversations.size() == kHosts + sums.kept);
  CHECK(evidence.limits_hit[Limit::attempts] == sums.folded);
  CHECK(evidence.loose.empty());
}

TEST_CASE("flows at the edges of an input are kept up to the limit, and the others are folded") {
  ObserveOptions options;
  options.collect.most_loose = 80;
  MemorySource source;
  add_scan(source);
  const Evidence evidence = observe(source, options);
  CHECK(evidence.loose.size() == 80);
  CHECK(evidence.limits_hit[Limit::loose_flows] > 0);
  CHECK(sums_of(evidence).packets == 4 * kHosts);
}

TEST_CASE("evidence taken repeatedly holds each flow once, within the same limits") {
  ObserveOptions options;
  options.collect.most_attempts = 64;
  options.collect.most_loose = 80;
  MemorySource source;
  add_scan(source);
  const Evidence whole = observe(source, options);
  for (const std::size_t every : {7U, 100U, 256U}) {
    CAPTURE(every);
    const Evidence pieces = in_pieces(options, every);
    const Sums sums = sums_of(pieces);
    CHECK(sums.flows == 2 * kHosts);
    CHECK(sums.packets == 4 * kHosts);
    CHECK(pieces.limits_hit[Limit::loose_flows] + pieces.loose.size() ==
          whole.limits_hit[Limit::loose_flows] + whole.loose.size());
  }
}
