// Single frames, each after the two bytes that say how it is decoded.
#include "capture/decode/packet.hpp"
#include "tests/fuzz/seeds/frames.hpp"
#include "tests/fuzz/seeds/seeds.hpp"

namespace portproof::test {

void make_decode(const Corpus& corpus) {
  const auto add = [&corpus](const std::string& name, unsigned choice, const Bytes& frame) {
    Bytes bytes(2);
    put16(bytes, 0, choice);
    append(bytes, frame);
    corpus.add(name, bytes);
  };
  const auto ipv4 = [](std::uint8_t number) { return Eth().ipv4("10.1.0.1", "10.1.0.2").protocol(number); };
  const auto udp = [](std::uint16_t port) { return Eth().ipv4("10.1.0.1", "10.1.0.2").udp(4000, port); };
  add("ethernet-tcp", 1, session()[2]);
  add("ethernet-vlans", 0x0401, udp_over(Eth().vlan(5, 0x88a8).vlan(10)));
  add("ethernet-arp", 1, mixture()[3]);
  add("ethernet-icmp-error", 1, mixture()[2]);
  add("ethernet-ipv6-chain", 1,
      Eth()
          .ipv6("fd20::1", "fd20::2")
          .hop_by_hop()
          .routing()
          .fragment(0, true)
          .destination_options()
          .udp(1, 2));
  add("ethernet-ipv6-authentication", 1,
      Eth().ipv6("fd20::1", "fd20::2").authentication().tcp(1, 2, kTcpSyn));
  add("ethernet-options", 1, Eth().ipv4("10.0.0.1", "10.0.0.2").ip_options(Bytes(8, 1)).tcp(1, 2, kTcpAck));
  add("ethernet-snapped", 0x0801, Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(1, 2, kTcpAck).cut(40));
  add("ethernet-llc-snap", 1, udp_over(Eth().snap()));
  add("mpls", 1, udp_over(Eth().ethertype(0x8847).raw({0, 1, 0, 64, 0, 2, 1, 64})));
  add("pppoe", 1, udp_over(Eth().ethertype(0x8864).raw({0x11, 0, 0, 7, 0, 31, 0, 0x21})));
  add("gre-key", 1, udp_over(ipv4(47).raw({0x20, 0, 8, 0, 0, 0, 0, 7})));
  add("gre-erspan", 1,
      udp_over(ipv4(47).raw({0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 0, 0, 1, 0, 0, 0, 0}).eth()));
  add("ip-in-ip", 1, udp_over(ipv4(4)));
  add("ip-in-ip-kept", 0x0201, udp_over(ipv4(4)));
  add("ip-in-ip-in-ip", 0x1001, udp_over(ipv4(4).ipv4("10.2.0.1", "10.2.0.2").protocol(4)));
  add("ether-ip", 1, udp_over(ipv4(97).raw({0x30, 0}).eth()));
  add("l2tp-v3", 1, udp_over(ipv4(115).raw({0, 0, 0, 7}).eth()));
  add("vxlan", 1, udp_over(udp(4789).raw({8, 0, 0, 0, 0, 0, 7, 0}).eth()));
  add("geneve", 1, udp_over(udp(6081).raw({1, 0, 0x65, 0x58, 0, 0, 7, 0, 0, 0, 0, 0}).eth()));
  add("gtp-u", 1, udp_over(udp(2152).raw({0x30, 0xff, 0, 29, 0, 0, 0, 9})));
  add("teredo", 1, udp(3544).ipv6("2001::1", "2001::2").udp(5000, 53).payload("?"));
  add("l2tp", 1, udp_over(udp(1701).raw({0, 2, 0, 1, 0, 2, 0xff, 3, 0, 0x21})));
  add("null", 0, udp_over(Ip().raw({2, 0, 0, 0})));
  add("token-ring", 6, udp_over(Ip().raw({0x10, 0x40}).raw(Bytes(12)).raw({0xaa, 0xaa, 3, 0, 0, 0, 8, 0})));
  add("ppp", 9, udp_over(Ip().raw({0xff, 3, 0, 0x21})));
  add("fddi", 10, udp_over(Ip().raw({0x50}).raw(Bytes(12)).raw({0xaa, 0xaa, 3, 0, 0, 0, 8, 0})));
  add("raw", 101, mixture()[2]);
  add("hdlc", 104, udp_over(Ip().raw({0x0f, 0, 8, 0})));
  add("wireless", 105, udp_over(Ip().raw({8, 1}).raw(Bytes(22)).raw({0xaa, 0xaa, 3, 0, 0, 0, 8, 0})));
  add("radiotap", 127,
      udp_over(
          Ip().raw({0, 0, 8, 0, 0, 0, 0, 0}).raw({8, 1}).raw(Bytes(22)).raw({0xaa, 0xaa, 3, 0, 0, 0, 8, 0})));
  add("frame-relay", 107, udp_over(Ip().raw({0x18, 0x41, 3, 0xcc})));
  add("cooked", 113, udp_over(Ip().raw(Bytes(14)).raw({8, 0})));
  add("cooked-2", 276, udp_over(Ip().raw({8, 0}).raw(Bytes(18))));
  add("pflog", 117, udp_over(Ip().raw({61, 2}).raw(Bytes(62))));
  add("ppi", 192, udp_over(Ip().raw({0, 0, 8, 0, 1, 0, 0, 0}).eth()));
  add("nflog", 239, udp_over(Ip().raw({2, 0, 0, 0, 33, 0, 9, 0})));
  const Bytes personal{0x41, 0x98, 7, 0x4d, 0xab, 4, 3, 2, 1, 0x7e, 0x33};
  add("personal", 230, Ip().raw(personal).raw({0xf3, 0x12, 1, 2, 'x'}));
  add("personal-options", 230, Ip().raw(personal).raw({0xe7, 2, 1, 0, 0xf3, 0x12, 1, 2}));
  add("personal-tap", 283,
      Ip().raw({0, 0, 12, 0, 0, 0, 1, 0, 0, 0, 0, 0}).raw(personal).raw({0xf1, 4, 1, 7}));
  add("lisp-control", 1, udp_over(udp(4342).raw({0x80, 0, 0, 0})));
  add("fabricpath", 1, udp_over(Eth().ethertype(0x8903).raw({8, 1}).eth()));
  add("tags", 1, udp_over(Eth().vlan(5, 0x9200).vlan(6, 0x9300).ethertype(0x892f).raw({0, 40, 0, 1, 8, 0})));
  add("inter-switch-link", 1,
      udp_over(Eth()
                   .to_mac("01:00:0c:00:00:02")
                   .ethertype(80)
                   .raw({0xaa, 0xaa, 3, 0, 0, 0x0c, 0, 10, 0, 1, 0, 0})
                   .eth()));
  add("tzsp", 1, udp_over(udp(37008).raw({1, 0, 0, 1, 41, 2, 0, 60, 1}).eth()));
  add("remote-mirroring", 1, udp_over(udp(7932).raw(Bytes(12)).eth()));
  add("vxlan-reserved", 1, udp_over(udp(4789).raw({0x48, 0, 0, 0, 0, 0, 7, 0x7f}).eth()));
  add("vxlan-unknown-port", 1, udp_over(udp(8473).raw({8, 0, 0, 0, 0, 0, 7, 0}).eth()));
  add("unknown-ethertype", 1, udp_over(Eth().ethertype(0x8200).raw({0, 10, 8, 0})));
  add("pktap", 258, udp_over(Ip().raw({108, 0, 0, 0, 1, 0, 0, 0}).raw(Bytes(100)).eth()));
}

}  // namespace portproof::test
