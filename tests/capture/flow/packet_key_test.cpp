#include "capture/flow/packet_key.hpp"

#include <vector>

#include <doctest/doctest.h>

#include "capture/flow/internal/packed_key.hpp"
#include "tests/capture/flow/packets.hpp"

using namespace portproof;
using namespace portproof::test;

TEST_CASE("both directions have one key, but different senders") {
  const KeyedSide there = key_of(tcp("10.0.0.2", 50000, "10.0.0.1", 1494, kTcpSyn));
  const KeyedSide back = key_of(tcp("10.0.0.1", 1494, "10.0.0.2", 50000, kTcpAck));
  CHECK(there.key == back.key);
  CHECK(there.sender == Side::high);
  CHECK(back.sender == Side::low);
  CHECK(there.key.low.port == 1494);
  CHECK(there.key.high.port == 50000);
}

TEST_CASE("what makes keys differ") {
  const FlowKey tcp_flow = key_of(tcp("10.0.0.1", 53, "10.0.0.2", 53, kTcpSyn)).key;
  const FlowKey udp_flow = key_of(udp("10.0.0.1", 53, "10.0.0.2", 53)).key;
  CHECK(tcp_flow != udp_flow);
  CHECK(key_of(udp("0.0.0.0", 53, "10.0.0.2", 53)).key != key_of(udp("::", 53, "10.0.0.2", 53)).key);
  CHECK(key_of(udp("10.0.0.1", 53, "10.0.0.2", 54)).key != key_of(udp("10.0.0.1", 54, "10.0.0.2", 53)).key);
  const FlowKey echo = key_of(icmp("10.0.0.1", "10.0.0.2", IcmpClass::echo_reply)).key;
  const FlowKey error = key_of(icmp("10.0.0.1", "10.0.0.2", IcmpClass::error)).key;
  CHECK(echo.kind == FlowKind::echo_of_high);
  CHECK(error.kind == FlowKind::icmp_error);
  CHECK(key_of(icmp("10.0.0.1", "10.0.0.2", IcmpClass::other)).key.kind == FlowKind::icmp_other);
}

TEST_CASE("an echo belongs to the end that sends the requests, whichever packet comes first") {
  const auto kind = [](const char* from, const char* to, IcmpClass what) {
    return key_of(icmp(from, to, what)).key.kind;
  };
  CHECK(kind("10.0.0.1", "10.0.0.2", IcmpClass::echo_request) == FlowKind::echo_of_low);
  CHECK(kind("10.0.0.2", "10.0.0.1", IcmpClass::echo_reply) == FlowKind::echo_of_low);
  CHECK(kind("10.0.0.2", "10.0.0.1", IcmpClass::echo_request) == FlowKind::echo_of_high);
}

TEST_CASE("the outer packets of a tunnel, and control traffic of the link, have flows of their own") {
  Packet packet = udp("10.0.0.1", 50000, "10.0.0.2", 4789);
  packet.carrier = true;
  CHECK(key_of(packet).key.kind == FlowKind::carrier);
  CHECK(is_judged(packet));
  Packet hello = packet_of(kProtocolOspf, "10.0.0.1", 0, "224.0.0.5", 0);
  CHECK(key_of(hello).key.kind == FlowKind::plain);
  hello.control = LinkControl::ospf;
  CHECK(key_of(hello).key.kind == FlowKind::link_control);
  CHECK_FALSE(is_judged(hello));
}

TEST_CASE("equal ports on both sides are ordered by address, equal endpoints are the low side") {
  CHECK(key_of(udp("10.0.0.2", 500, "10.0.0.1", 500)).sender == Side::high);
  const KeyedSide self = key_of(udp("10.0.0.1", 500, "10.0.0.1", 500));
  CHECK(self.sender == Side::low);
  CHECK(self.key.low == self.key.high);
  // The same address: the port decides.
  CHECK(key_of(tcp("127.0.0.1", 9000, "127.0.0.1", 80, kTcpSyn)).sender == Side::high);
}

TEST_CASE("a protocol without ports has none in its key") {
  const KeyedSide gre = key_of(packet_of(47, "10.0.0.1", 1, "10.0.0.2", 2));
  CHECK(gre.key.low.port == 0);
  CHECK(gre.key.high.port == 0);
  for (const std::uint8_t protocol : {kProtocolSctp, kProtocolDccp, kProtocolUdpLite}) {
    CHECK(key_of(packet_of(protocol, "10.0.0.1", 1, "10.0.0.2", 2)).key.high.port == 2);
  }
}

TEST_CASE("VLAN IDs, if packets have them, keep flows of the same addresses apart") {
  Packet packet = udp("10.0.0.1", 53, "10.0.0.2", 53);
  const FlowKey without = key_of(packet).key;
  packet.vlans = 10U << 12U;
  const FlowKey outer = key_of(packet).key;
  packet.vlans |= 20;
  const FlowKey both = key_of(packet).key;
  CHECK(without != outer);
  CHECK(outer != both);
}

namespace {

PackedSide packed_of(const Packet& packet) {
  PackedSide packed;
  pack(packet, packed);
  return packed;
}

}  // namespace

TEST_CASE("the flow table's packed key is equivalent, and loses nothing") {
  const std::vector<Packet> packets{tcp("10.0.0.2", 50000, "10.0.0.1", 1494, kTcpSyn),
                                    udp("fd20::1", 5353, "ff02::fb", 5353),
                                    icmp("10.0.0.1", "10.0.0.2", IcmpClass::echo_reply),
                                    icmp("10.0.0.9", "10.0.0.2", IcmpClass::error),
                                    packet_of(47, "10.0.0.1", 1, "10.0.0.2", 2),
                                    udp("10.0.0.1", 7, "10.0.0.1", 7),
                                    packet_of(kProtocolSctp, "fd20::1", 1, "fd20::2", 2),
                                    packet_of(255, "10.0.0.1", 1, "10.0.0.2", 2),
                                    packet_of(kProtocolDccp, "10.0.0.1", 1, "10.0.0.2", 2),
                                    packet_of(kProtocolUdpLite, "10.0.0.1", 0xffff, "10.0.0.2", 2),
                                    icmp("10.0.0.1", "10.0.0.2", IcmpClass::other)};
  for (Packet packet : packets) {
    const PackedKey without = packed_of(packet).key;
    packet.vlans = 0xabcdef;
    CHECK_FALSE(packed_of(packet).key == without);
    CHECK(unpack(packed_of(packet).key) == key_of(packet).key);
    packet.vlans = 0;
    const KeyedSide plain = key_of(packet);
    const PackedSide packed = packed_of(packet);
    packet.carrier = true;
    CHECK(with_kind(packed.key, FlowKind::carrier) == packed_of(packet).key);
    CHECK(unpack(packed_of(packet).key) == key_of(packet).key);
    CHECK(unpack(packed.key) == plain.key);
    CHECK(packed.sender == plain.sender);
  }
}
