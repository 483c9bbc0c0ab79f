#include "tests/capture/decode/every_kind.hpp"

#include <utility>

#include "capture/decode/packet.hpp"
#include "tests/support/packet_builder.hpp"

namespace portproof::test {

// One frame of each tunnel.
std::vector<Bytes> every_tunnel() {
  const auto over = [](std::uint8_t protocol) {
    return Eth().ipv4("192.0.2.1", "192.0.2.2").protocol(protocol);
  };
  const auto at = [](std::uint16_t port) { return Eth().ipv4("192.0.2.1", "192.0.2.2").udp(40000, port); };
  const auto udp_in = [](PacketBuilder below) -> Bytes {
    return below.ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("some payload");
  };
  return {
      udp_in(over(4)),
      over(55)
          .raw({17, 0x80, 0xda, 0x7c, 10, 0, 0, 2, 10, 0, 0, 1})
          .raw({0x13, 0x88, 0, 53, 0, 9, 0, 0, '?'}),
      udp_in(over(47).raw({0xb0, 0, 8, 0, 1, 2, 0, 0, 0, 0, 0, 7, 0, 0, 0, 9})),
      udp_in(over(47).raw({0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 10, 0, 100, 0, 0, 0, 0}).eth()),
      udp_in(over(47).raw({0x30, 1, 0x88, 0x0b, 0, 30, 0, 7, 0, 0, 0, 1, 0xff, 3, 0, 0x21})),
      udp_in(over(97).raw({0x30, 0}).eth()),
      udp_in(over(103).raw({0x21, 0, 0, 0, 0, 0, 0, 0})),
      udp_in(over(115).raw({0, 0, 0, 9}).eth()),
      udp_in(over(137).raw({0, 1, 1, 64})),
      udp_in(at(4789).raw({8, 0, 0, 0, 0, 0x13, 0x88, 0}).eth().vlan(10)),
      udp_in(at(4790).raw({0x0c, 0, 0, 4, 0, 0, 1, 0, 0, 2, 1, 1, 0, 0, 9, 255})),
      udp_in(at(6081).raw({2, 0x40, 8, 0, 0, 0, 1, 0}).raw(Bytes(8))),
      udp_in(at(2152).raw({0x34, 255, 0, 37, 0, 0, 0, 9, 0, 0, 0, 0x85, 1, 0, 9, 0})),
      udp_in(at(1701).raw({0, 2, 0, 17, 0, 3, 0xff, 3, 0, 0x21})),
      udp_in(at(1701).raw({0, 3, 0, 0, 0, 0, 0, 5}).eth()),
      udp_in(at(4341).raw({8, 0, 0, 0, 0, 0, 5, 0})),
      udp_in(at(5247).raw({0, 0x10, 2, 0, 0, 0, 0, 0}).eth()),
      at(3544).raw({0, 0, 1, 2, 3, 4, 5, 6}).ipv6("2001:0:1::1", "fd20::2").udp(5000, 53).payload("?"),
      udp_in(Eth().ethertype(0x8847).raw({0, 1, 0, 64, 0, 2, 1, 64})),
      udp_in(Eth().ethertype(0x8847).raw({0, 1, 1, 64, 0x10, 0, 0, 0x21})),
      udp_in(Eth().ethertype(0x8847).raw({0, 1, 1, 64}).eth().to_mac("6c:3c:8c:11:22:33")),
      udp_in(Eth().ethertype(0x8864).raw({0x11, 0, 0, 7, 0, 42, 0, 0x21})),
      udp_in(Eth().ethertype(0x88e7).raw({0, 0, 1, 0}).eth()),
      udp_in(Eth().ethertype(0x88e5).raw({1, 0, 0, 0, 0, 1, 8, 0})),
      udp_in(Eth().ethertype(0x22f3).raw({0, 6, 0, 3, 0, 4}).eth()),
      udp_in(Eth().ethertype(0x8903).raw({8, 1}).eth()),
      udp_in(at(4789).raw({0xff, 1, 2, 3, 0, 0, 7, 0xff}).eth()),
      udp_in(at(4790).raw({0x0a, 0, 0, 0, 0, 0, 7, 0}).eth()),
      udp_in(at(37008).raw({1, 0, 0, 1, 0, 41, 2, 0, 54, 1}).eth()),
      udp_in(at(7932).raw(Bytes(12)).eth()),
      udp_in(at(48879).raw({0x88, 0, 0, 5, 0, 0, 7, 0x80}).eth()),
      udp_in(over(47)
                 .raw({0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 10, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1})
                 .raw(Bytes(8))
                 .eth()),
  };
}

// One frame of each kind that the decoder knows.
std::vector<Bytes> every_kind() {
  const auto v4 = [] { return Eth().ipv4("10.0.0.1", "10.0.0.2"); };
  const auto v6 = [] { return Eth().ipv6("fd20::1", "fd20::2"); };
  std::vector<Bytes> kinds = {
      v4().tcp(50000, 1494, kTcpSyn).tcp_options({2, 4, 5, 0xb4}),
      v4().tcp(50000, 1494, kTcpAck).seq(5).ack(9).payload("some payload"),
      v4().udp(5000, 53).payload("some payload that is long enough"),
      v4().ip_options(Bytes(12, 1)).udp(5000, 53).payload("x"),
      v4().sctp(5000, 2905).payload(Bytes(16)),
      v4().echo_request().payload("ping"),
      v4().unreachable(3, Ip().ipv4("10.0.0.2", "10.0.0.1").udp(5000, 53).payload("hello")),
      v4().fragment(0, true).udp(5000, 53).payload(Bytes(64)),
      v4().fragment(64, false).protocol(17).payload(Bytes(64)),
      v4().authentication().tcp(50000, 80, kTcpSyn),
      v4().protocol(89).payload(Bytes(24)),
      v6().tcp(50000, 2598, kTcpAck).payload("some payload"),
      v6().udp(5000, 53).payload("some payload that is long enough"),
      v6().hop_by_hop(16).routing().destination_options().authentication().udp(5000, 53).payload("x"),
      v6().fragment(0, true).udp(5000, 53).payload(Bytes(64)),
      v6().fragment(64, false).protocol(17).payload(Bytes(64)),
      v6().unreachable(4, Ip().ipv6("fd20::2", "fd20::1").hop_by_hop().udp(5000, 53)),
      v6().mobility(16),
      Eth().vlan(10).ipv4("10.0.0.1", "10.0.0.2").tcp(50000, 80, kTcpAck).payload("x"),
      Eth().vlan(5, 0x88a8).vlan(10).ipv6("fd20::1", "fd20::2").udp(5000, 53),
      Eth().snap().ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("x"),
      Eth().llc(0x42, 0x42, 3).payload(Bytes(35)),
      Eth().broadcast().arp("10.0.0.1", "10.0.0.2").pad_to(60),
      Eth().vlan(5, 0x9200).vlan(10, 0x9300).ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("x"),
      v4().protocol(47).raw({0, 0, 0x65, 0x58}).eth().arp("10.0.0.1", "10.0.0.2"),
  };
  // An HSR tag, and Cisco's inter-switch link.
  kinds.push_back(Eth()
                      .ethertype(0x892f)
                      .raw({0, 40, 0, 1, 8, 0})
                      .ipv4("10.0.0.1", "10.0.0.2")
                      .udp(5000, 53)
                      .payload("x"));
  kinds.push_back(Eth()
                      .to_mac("01:00:0c:00:00:02")
                      .ethertype(80)
                      .raw({0xaa, 0xaa, 3, 0, 0, 0x0c, 0, 10, 0, 1, 0, 0})
                      .eth()
                      .ipv4("10.0.0.1", "10.0.0.2")
                      .udp(5000, 53)
                      .payload("x"));
  for (Bytes& tunnel : every_tunnel()) kinds.push_back(std::move(tunnel));
  return kinds;
}

}  // namespace portproof::test
