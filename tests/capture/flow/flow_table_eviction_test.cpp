// A full table: which flows are evicted, and that nothing is lost with them.

#include <doctest/doctest.h>

#include <set>

#include "tests/capture/flow/closed_flows.hpp"
#include "tests/capture/flow/packets.hpp"
#include "tests/capture/flow/random_packets.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

FlowTableOptions room_for(std::size_t flows) {
  FlowTableOptions options;
  options.max_flows = flows;
  return options;
}

void connect(Watched& watched, std::uint16_t port) {
  watched.see(tcp("10.0.0.9", port, "10.0.0.1", 1494, kTcpSyn));
  watched.see(tcp("10.0.0.1", 1494, "10.0.0.9", port, kTcpSyn | kTcpAck));
  watched.see(tcp("10.0.0.9", port, "10.0.0.1", 1494, kTcpAck));
}

void flood(Watched& watched, std::uint16_t syns) {
  for (std::uint16_t number = 0; number < syns; ++number) {
    watched.see(tcp("10.6.6.6", static_cast<std::uint16_t>(1000 + number), "10.0.0.1", 1494, kTcpSyn));
  }
}

std::uint64_t evicted(const Watched& watched) {
  return watched.table.counts().closed[static_cast<std::size_t>(CloseReason::evicted)];
}

}  // namespace

TEST_CASE("a flood of SYNs evicts itself, not established flows") {
  Watched watched(room_for(10));
  for (std::uint16_t port = 50000; port < 50005; ++port) connect(watched, port);
  flood(watched, 500);
  CHECK(watched.table.size() == 10);
  CHECK(evicted(watched) == 495);
  for (const Closed& flow : watched.sink.flows) CHECK(flow.facts.packets() == 1);
  watched.end();
  CHECK(watched.sink.packets() == 515);
}

TEST_CASE("nor a stream that is never answered, as long as it is active") {
  Watched watched(room_for(10));
  for (int round = 0; round < 50; ++round) {
    watched.see(udp("10.0.0.7", 514, "10.0.0.8", 514));
    flood(watched, 5);
  }
  for (const Closed& flow : watched.sink.flows) CHECK(flow.key.protocol == kProtocolTcp);
}

TEST_CASE("a SYN-ACK alone does not make a flow worth keeping") {
  Watched watched(room_for(4));
  connect(watched, 50000);
  for (std::uint16_t port = 1; port < 100; ++port) {
    watched.see(tcp("10.6.6.6", port, "10.0.0.1", 1494, kTcpSyn));
    watched.see(tcp("10.0.0.1", 1494, "10.6.6.6", port, kTcpSyn | kTcpAck));
  }
  for (const Closed& flow : watched.sink.flows) CHECK(flow.key.low.port == 1494);
  for (const Closed& flow : watched.sink.flows) CHECK(flow.key.high.port < 100);
}

TEST_CASE("among established flows, active ones outlive silent ones") {
  Watched watched(room_for(8));
  for (std::uint16_t port = 50000; port < 50008; ++port) connect(watched, port);
  for (std::uint16_t port = 50008; port < 50100; ++port) {
    watched.see(tcp("10.0.0.9", 50003, "10.0.0.1", 1494, kTcpAck));
    connect(watched, port);
  }
  CHECK(evicted(watched) == 92);
  CHECK(watched.table.size() == 8);
  for (const Closed& flow : watched.sink.flows) CHECK(flow.key.high.port != 50003);
}

TEST_CASE("a flow that has ended closes for its own reason, not as evicted") {
  Watched watched(room_for(1));
  watched.see(udp("10.0.0.1", 1, "10.0.0.2", 2), 0);
  watched.see(udp("10.0.0.1", 3, "10.0.0.2", 4), 200);
  REQUIRE(watched.sink.flows.size() == 1);
  CHECK(watched.sink.flows[0].reason == CloseReason::idle);
}

TEST_CASE("eviction loses no packet and no flow") {
  for (const std::size_t room : {1U, 2U, 7U, 64U}) {
    CAPTURE(room);
    RandomPackets source(static_cast<std::uint32_t>(room), 30);
    ClosedFlows sink;
    FlowTable table(room_for(room), sink);
    Timestamp now = kBegin;
    std::uint64_t bytes = 0;
    for (int count = 0; count < 20'000; ++count) {
      now = now + source.pause();
      const Packet packet = source.next();
      bytes += packet.wire_length;
      table.observe(packet, now);
      CHECK(table.size() <= room);
      if (source.below(50) == 0) table.expire(now);
    }
    table.finish(now);
    CHECK(sink.packets() == 20'000);
    std::uint64_t closed_bytes = 0;
    for (const Closed& flow : sink.flows) closed_bytes += flow.facts.bytes();
    CHECK(closed_bytes == bytes);
    CHECK(table.counts().opened == sink.flows.size());
    CHECK(table.counts().closed[static_cast<std::size_t>(CloseReason::evicted)] > 0);
  }
}
