#include "capture/decode/outer_packets.hpp"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "capture/decode/decode.hpp"
#include "tests/support/captured_frame.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// "47 192.0.2.1 > 192.0.2.2", outermost first.
std::vector<std::string> outer_packets(const Bytes& bytes, const DecodeOptions& options = {}) {
  const CapturedFrame frame{.bytes = bytes};
  Packet packet;
  OuterPackets outer;
  decode(frame.view(), packet, options, &outer);
  std::vector<std::string> words;
  for (const Packet& one : outer.packets()) {
    CHECK(one.carrier);
    CHECK(one.payload.empty());
    words.push_back(std::to_string(one.protocol) + " " + to_string(one.source) + " > " +
                    to_string(one.destination));
    if (one.protocol == kProtocolUdp) words.back() += ":" + std::to_string(one.destination_port);
  }
  return words;
}

using Words = std::vector<std::string>;
PacketBuilder outer(std::uint8_t protocol) {
  return Eth().ipv4("192.0.2.1", "192.0.2.2").protocol(protocol);
}

}  // namespace

TEST_CASE("a frame without tunnels has no outer packet") {
  CHECK(outer_packets(Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(1, 2, kTcpSyn)).empty());
  CHECK(
      outer_packets(Eth().vlan(5).ethertype(0x8847).raw({0, 1, 1, 64}).ipv4("10.0.0.1", "10.0.0.2").udp(1, 2))
          .empty());
}

TEST_CASE("each tunnel over IP or UDP gives its outer packet, outermost first") {
  const Bytes in_gre = outer(47).raw({0, 0, 8, 0}).ipv4("10.0.0.1", "10.0.0.2").udp(1, 2);
  CHECK(outer_packets(in_gre) == Words{"47 192.0.2.1 > 192.0.2.2"});
  const Bytes nested = outer(4)
                           .ipv4("10.1.0.1", "10.1.0.2")
                           .udp(50000, 4789)
                           .raw({8, 0, 0, 0, 0, 0, 7, 0})
                           .eth()
                           .ipv4("10.0.0.1", "10.0.0.2")
                           .udp(1, 2);
  CHECK(outer_packets(nested) == Words{"4 192.0.2.1 > 192.0.2.2", "17 10.1.0.1 > 10.1.0.2:4789"});
  CHECK(outer_packets(Eth().ipv4("10.0.0.1", "10.0.0.2").authentication().udp(1, 2)) ==
        Words{"51 10.0.0.1 > 10.0.0.2"});
}

TEST_CASE("a tunnel counts whatever is wrong with what it carries, but not if it carries nothing") {
  CHECK(outer_packets(outer(41).payload("evil evil evil")) == Words{"41 192.0.2.1 > 192.0.2.2"});
  const Bytes later = outer(4).ipv4("10.0.0.1", "10.0.0.2").udp(1, 2).fragment(1480, false);
  CHECK(outer_packets(later).size() == 1);
  // The outer packet is then the packet itself.
  CHECK(outer_packets(outer(47).raw({0, 0, 0x99, 0x99}).payload("x")).empty());
  CHECK(outer_packets(outer(97).payload("junk")).empty());
}

TEST_CASE("as many tunnels as a frame may have all count, with an authentication header each") {
  PacketBuilder frame = Eth().ipv6("fd20::1", "fd20::2");
  constexpr int kTunnels = kMaxLayers;
  for (int layer = 0; layer < kTunnels; ++layer) {
    frame.authentication().authentication().ipv6("fd20::" + std::to_string(layer + 3), "fd20::2");
  }
  CHECK(outer_packets(frame.udp(1, 2)).size() == 2 * kTunnels);
}

TEST_CASE("tunnels that are kept closed have no outer packet") {
  DecodeOptions keep;
  keep.peel_tunnels = false;
  CHECK(outer_packets(outer(47).raw({0, 0, 8, 0}).ipv4("10.0.0.1", "10.0.0.2").udp(1, 2), keep).empty());
}
