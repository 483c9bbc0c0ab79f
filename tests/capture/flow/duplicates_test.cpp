#include "capture/flow/duplicates.hpp"

#include <doctest/doctest.h>

#include <map>

#include "capture/observe/observe.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr const char* kClient = "10.0.0.9";
constexpr const char* kServer = "10.0.0.1";

std::uint64_t duplicates(MemorySource& source) {
  const Evidence evidence = observe(source, {});
  REQUIRE(evidence.inputs[0].accounting.balanced());
  // A duplicate is counted, and is still a packet.
  CHECK(evidence.inputs[0].accounting.in_flows == source.frames().size());
  return evidence.inputs[0].gaps.duplicates;
}

PacketBuilder data(std::uint32_t sequence, const char* payload = "GET / HTTP/1.1") {
  return Eth().ipv4(kClient, kServer).tcp(50000, 80, kTcpAck).seq(sequence).payload(payload);
}

}  // namespace

TEST_CASE("the same packet within ten milliseconds is a duplicate, tagged or not") {
  MemorySource source;
  source.add(data(1), kStart);
  source.add(data(1), kStart + milliseconds(9));
  source.add(Eth().vlan(10).ipv4(kClient, kServer).tcp(50000, 80, kTcpAck).seq(1).payload("GET / HTTP/1.1"),
             kStart + milliseconds(10));
  CHECK(duplicates(source) == 2);
}

TEST_CASE("packets that are not duplicates") {
  MemorySource source;
  source.add(data(1), kStart);
  source.add(data(1), kStart + milliseconds(11));                     // sent again, later
  source.add(data(15), kStart + milliseconds(11));                    // the next bytes
  source.add(data(15, "PUT / HTTP/1.1"), kStart + milliseconds(12));  // different bytes
  source.add(Eth().ipv4(kServer, kClient).tcp(80, 50000, kTcpAck).seq(1).payload("GET / HTTP/1.1"),
             kStart + milliseconds(12));  // the other direction
  CHECK(duplicates(source) == 0);
}

TEST_CASE("acknowledgements without identification look alike, and are not mistaken for copies") {
  MemorySource source;
  source.add(Eth().ipv4(kClient, kServer).tcp(50000, 80, kTcpAck).seq(1), kStart);
  source.add(Eth().ipv4(kClient, kServer).tcp(50000, 80, kTcpAck).seq(1), kStart);
  CHECK(duplicates(source) == 0);
}

TEST_CASE("a mirror that doubles packets is recognised by their share") {
  MemorySource source;
  for (std::uint32_t packet = 0; packet < 1000; ++packet) {
    source.add(data(packet * 14), kStart + milliseconds(packet));
    source.add(data(packet * 14), kStart + milliseconds(packet));
  }
  CHECK(duplicates(source) == 1000);
}

TEST_CASE("copies are recognised at any packet rate, whatever the seed") {
  MemorySource source;
  constexpr std::uint32_t kPackets = 20'000;
  for (std::uint32_t round = 0; round < 2; ++round) {
    for (std::uint32_t packet = 0; packet < kPackets; ++packet) {
      source.add(data(packet * 14), kStart + milliseconds(4 * round));
    }
  }
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    ObserveOptions options;
    options.table.seed = seed;
    source.rewind();
    const Evidence evidence = observe(source, options);
    CHECK(evidence.inputs[0].gaps.duplicates == kPackets);
    CHECK(evidence.limits_hit[Limit::duplicates] == 0);
  }
}

TEST_CASE("packets forgotten too soon are counted") {
  constexpr std::size_t kShares = 512;
  constexpr std::uint64_t kPackets = Duplicates::kMost / kShares * 6 * 2;
  const auto mark = [](std::uint64_t number) { return number << 16U; };
  Duplicates duplicates(kShares);
  for (std::uint64_t number = 1; number <= kPackets; ++number) {
    CHECK_FALSE(duplicates.again(mark(number), kStart));
  }
  // All that there is no room for, and few more: buckets fill unevenly.
  CHECK(duplicates.forgotten() >= kPackets / 2);
  CHECK(duplicates.forgotten() < kPackets * 2 / 3);
  std::uint64_t known = 0;
  for (std::uint64_t number = kPackets; number > 0; --number) {
    if (duplicates.again(mark(number), kStart + milliseconds(1))) ++known;
  }
  CHECK(known > 0);
  CHECK(known <= kPackets / 2);
  // Later there is room again.
  const std::uint64_t before = duplicates.forgotten();
  for (std::uint64_t number = 1; number <= 100; ++number) {
    CHECK_FALSE(duplicates.again(mark(number * 7919), kStart + milliseconds(50)));
    CHECK(duplicates.again(mark(number * 7919), kStart + milliseconds(60)));
  }
  CHECK(duplicates.forgotten() == before);
}

TEST_CASE("the packets of the last ten milliseconds are shown once, with when they came last") {
  Duplicates duplicates(1, 5);
  const auto mark = [](std::uint64_t number) { return number << 16U; };
  duplicates.again(mark(1), kStart);
  duplicates.again(mark(2), kStart + milliseconds(5));
  duplicates.again(mark(3), kStart + milliseconds(6));
  duplicates.again(mark(2), kStart + milliseconds(9));
  std::map<Duplicates::Tag, Timestamp> shown;
  const auto show = [&](Timestamp now) {
    shown.clear();
    duplicates.for_each(now,
                        [&](Duplicates::Tag tag, Timestamp time) { CHECK(shown.emplace(tag, time).second); });
  };
  show(kStart + milliseconds(12));
  REQUIRE(shown.size() == 2);
  CHECK(shown[2] == Duplicates::to_tick(kStart + milliseconds(9)));
  CHECK(shown[3] == Duplicates::to_tick(kStart + milliseconds(6)));
  show(kStart + milliseconds(20));
  CHECK(shown.empty());
  show(kStart + Duration{std::int64_t{1} << 42U});  // when ticks have come round
  CHECK(shown.empty());
}

TEST_CASE("a packet repeated after hours is not a copy of a recent one") {
  Duplicates duplicates;
  constexpr Duplicates::Mark kMark = 0x1234'5678'9abc'def0;
  constexpr Duplicates::Mark kOther = 0x4321'5678'9abc'def0;
  CHECK_FALSE(duplicates.again(kMark, kStart));
  // Ticks of 1,024 ns wrap to the same value after 2^42 ns.
  const Timestamp round = kStart + Duration{std::int64_t{1} << 42U};
  SUBCASE("at once") {
    CHECK_FALSE(duplicates.again(kMark, round));
  }
  SUBCASE("with others in between") {
    for (int part = 1; part < 8; ++part) {
      CHECK_FALSE(duplicates.again(kOther, kStart + Duration{part * (std::int64_t{1} << 39U)}));
    }
    CHECK_FALSE(duplicates.again(kMark, round));
    CHECK(duplicates.again(kMark, round + milliseconds(10)));
  }
}
