#include "capture/flow/duplicates.hpp"

#include <doctest/doctest.h>

#include "capture/observe.hpp"
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
  // A duplicate is counted, and stays a packet.
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

TEST_CASE("what is no duplicate") {
  MemorySource source;
  source.add(data(1), kStart);
  source.add(data(1), kStart + milliseconds(11));                     // sent again, later
  source.add(data(15), kStart + milliseconds(11));                    // the next bytes
  source.add(data(15, "PUT / HTTP/1.1"), kStart + milliseconds(12));  // other bytes
  source.add(Eth().ipv4(kServer, kClient).tcp(80, 50000, kTcpAck).seq(1).payload("GET / HTTP/1.1"),
             kStart + milliseconds(12));  // the other way
  CHECK(duplicates(source) == 0);
}

TEST_CASE("acknowledgements without identification look alike, and are not taken for copies") {
  MemorySource source;
  source.add(Eth().ipv4(kClient, kServer).tcp(50000, 80, kTcpAck).seq(1), kStart);
  source.add(Eth().ipv4(kClient, kServer).tcp(50000, 80, kTcpAck).seq(1), kStart);
  CHECK(duplicates(source) == 0);
}

TEST_CASE("a mirror that doubles is known by its share") {
  MemorySource source;
  for (std::uint32_t packet = 0; packet < 1000; ++packet) {
    source.add(data(packet * 14), kStart + milliseconds(packet));
    source.add(data(packet * 14), kStart + milliseconds(packet));
  }
  CHECK(duplicates(source) == 1000);
}
