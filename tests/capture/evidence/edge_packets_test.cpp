// Copies of a packet in two inputs.
#include "capture/evidence/edge_packets.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>

#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/settle.hpp"
#include "capture/observe/running_observation.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

Bytes query(std::uint16_t port = 5000) {
  return Eth().ipv4("10.0.0.9", "10.0.0.1").udp(port, 53).payload("question");
}

Timestamp at(unsigned millisecond) {
  return kStart + milliseconds(millisecond);
}

struct Seen {
  Bytes frame;
  unsigned millisecond;
};

Evidence input(const char* path, const std::vector<Seen>& frames, std::uint64_t seed = 0) {
  MemorySource source;
  source.set_path(path);
  for (const Seen& seen : frames) source.add(seen.frame, at(seen.millisecond));
  ObserveOptions options;
  options.table.seed = seed;
  return observe(source, options);
}

// What each input has of duplicates, in the order of the inputs.
std::vector<std::uint64_t> duplicates(Evidence evidence) {
  std::vector<std::uint64_t> counts;
  for (const Input& input : settle(std::move(evidence), no_oracle, kMostAttempts).inputs)
    counts.push_back(input.gaps.duplicates);
  return counts;
}

using Counts = std::vector<std::uint64_t>;

std::uint64_t left_out_of(Edge edge, EdgePackets packets) {
  std::uint64_t left_out = 0;
  CHECK(packets_at(edge, std::move(packets), left_out).size() == kMostEdgePackets);
  return left_out;
}

}  // namespace

TEST_CASE("a packet whose copy lies in the input before is a duplicate, whatever the seeds") {
  const Evidence earlier = input("a", {{query(1), 0}, {query(2), 20}, {query(3), 25}}, 1);
  const Evidence later = input("b", {{query(3), 26}, {query(2), 27}, {query(1), 28}, {query(3), 30}}, 2);
  CHECK(duplicates(later) == Counts{1});  // the second of port 3
  CHECK(duplicates(merge(earlier, later).value()) == Counts{0, 3});
  CHECK(duplicates(merge(later, earlier).value()) == Counts{0, 3});
}

TEST_CASE("not if it came later, went the other way or has other ends") {
  const Evidence earlier = input("a", {{query(), 0}});
  CHECK(duplicates(merge(earlier, input("b", {{query(), 10}})).value()) == Counts{0, 1});
  CHECK(duplicates(merge(earlier, input("b", {{query(), 11}})).value()) == Counts{0, 0});
  CHECK(duplicates(merge(earlier, input("b", {{query(5001), 1}})).value()) == Counts{0, 0});
  const Bytes elsewhere = Eth().ipv4("10.0.0.9", "10.0.0.2").udp(5000, 53).payload("question");
  CHECK(duplicates(merge(earlier, input("b", {{elsewhere, 1}})).value()) == Counts{0, 0});
  const Bytes back = Eth().ipv4("10.0.0.1", "10.0.0.9").udp(53, 5000).payload("question");
  CHECK(duplicates(merge(earlier, input("b", {{back, 1}})).value()) == Counts{0, 0});
}

TEST_CASE("copies may lie further apart than a short input is long") {
  std::array<Evidence, 3> pieces{input("a", {{query(), 0}}), input("b", {{query(7), 2}, {query(7), 3}}),
                                 input("c", {{query(), 5}, {query(7), 6}, {query(), 8}})};
  std::array<std::size_t, 3> order{0, 1, 2};
  do {
    const auto& [first, second, third] = order;
    Evidence left = merge(merge(pieces[first], pieces[second]).value(), pieces[third]).value();
    const Evidence right = merge(pieces[first], merge(pieces[second], pieces[third]).value()).value();
    CHECK(left == right);
    CHECK(duplicates(std::move(left)) == Counts{0, 1, 3});
  } while (std::next_permutation(order.begin(), order.end()));
}

TEST_CASE("an input keeps only packets that another may have copies of") {
  CHECK(input("a", {{query(1), 0}, {query(1), 1}, {query(2), 50}, {query(3), 100}}).edge_packets.size() == 2);
  const Bytes acknowledgement = Eth().ipv4("10.0.0.9", "10.0.0.1").tcp(50000, 80, kTcpAck);
  CHECK(input("a", {{acknowledgement, 0}}).edge_packets.empty());
  MemorySource source;
  source.add(query(), kStart);
  ObserveOptions whole;
  whole.collect.is_whole = true;
  CHECK(observe(source, whole).edge_packets.empty());
  MemorySource untimed;
  untimed.add(query(), Timestamp{0});
  CHECK(observe(untimed, {}).edge_packets.empty());
}

TEST_CASE("a running observation has the edges of its input once") {
  MemorySource source;
  const std::vector<Seen> frames{{query(1), 0}, {query(2), 5}, {query(2), 6}, {query(3), 50}, {query(4), 60}};
  for (const Seen& seen : frames) source.add(seen.frame, at(seen.millisecond));
  source.batches_of(1);
  RunningObservation observation({});
  FrameBatch batch;
  Evidence all;
  while (source.next(batch) == ReadOutcome::frames) {
    REQUIRE(observation.take(batch.view()));
    merge_into(all.edge_packets, observation.harvest(source, Timestamp::earliest()).closed.edge_packets);
  }
  merge_into(all.edge_packets, observation.finish(source, ReadOutcome::end).closed.edge_packets);
  CHECK(all.edge_packets == input("a", frames).edge_packets);
  CHECK(all.edge_packets.size() == 4);
}

TEST_CASE("of too many packets at an edge those nearest to it stay, and the others are counted") {
  EdgePackets packets;
  constexpr std::uint64_t kPackets = kMostEdgePackets + 3;
  for (std::uint64_t number = 1; number <= kPackets; ++number) {
    packets.push_back({number, kStart + Duration{static_cast<std::int64_t>(number)}, 0, Edge::first});
  }
  CHECK(left_out_of(Edge::first, packets) == 3);
  CHECK(left_out_of(Edge::last, packets) == 3);
  std::uint64_t left_out = 0;
  CHECK(packets_at(Edge::first, packets, left_out).front().mark == 1);
  CHECK(packets_at(Edge::last, packets, left_out).front().mark == 4);
}
