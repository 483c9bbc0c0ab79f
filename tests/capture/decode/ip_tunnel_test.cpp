#include "capture/decode/internal/ip_tunnel.hpp"

#include <doctest/doctest.h>

#include "tests/capture/decode/summary.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

const std::string kUdp = "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1";
const std::string kUdp6 = "udp [fd20::1]:5000 > [fd20::2]:53, payload 1";

PacketBuilder udp_in(PacketBuilder below) {
  return below.ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("?");
}
PacketBuilder udp6_in(PacketBuilder below) {
  return below.ipv6("fd20::1", "fd20::2").udp(5000, 53).payload("?");
}
PacketBuilder outer4(std::uint8_t protocol) {
  return Eth().ipv4("192.0.2.1", "192.0.2.2").protocol(protocol);
}
PacketBuilder outer6(std::uint8_t protocol) {
  return Eth().ipv6("2001:db8::1", "2001:db8::2").protocol(protocol);
}

void check_in(const std::vector<std::pair<Bytes, std::string>>& rows, const std::string& packet) {
  for (const auto& [frame, words] : rows) {
    CAPTURE(words);
    CHECK(summary(frame) == packet + ", in " + words);
  }
}

}  // namespace

TEST_CASE("IP in IP, in its four forms") {
  check_in({{udp_in(outer4(4)), "4in4"}, {udp_in(outer6(4)), "4in6"}, {udp_in(outer4(94)), "4in4"}}, kUdp);
  check_in({{udp6_in(outer4(41)), "6in4"}, {udp6_in(outer6(41)), "6in6"}}, kUdp6);
}

TEST_CASE("GRE with each of its payloads") {
  check_in(
      {
          {udp_in(outer4(47).raw({0, 0, 8, 0})), "gre"},
          {udp_in(outer6(47).raw({0, 0, 8, 0})), "gre"},
          {udp_in(outer4(47).raw({0x80, 0, 8, 0, 1, 2, 0, 0})), "gre"},
          {udp_in(outer4(47).raw({0xb0, 0, 8, 0, 1, 2, 0, 0, 0, 0, 0, 7, 0, 0, 0, 9})), "gre:7"},
          {udp_in(outer4(47).raw({0x40, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 4, 1, 2, 3, 4, 0, 0, 0, 0})), "gre"},
          {udp_in(outer4(47).raw({0x20, 0, 0x65, 0x58, 0, 0, 1, 0}).eth()), "gre:256"},
          {udp_in(outer4(47).raw({0, 0, 0x65, 0x58}).eth().vlan(10)), "gre"},
          {udp_in(outer4(47).raw({0, 0, 0x88, 0x47, 0, 1, 1, 64})), "gre, in mpls:16"},
          {udp_in(outer4(47).raw({0, 0, 0x88, 0x3e, 0, 0, 0, 0})), "gre"},
          {udp_in(outer4(47).raw({0, 0, 0x88, 0x3e})), "gre"},
          {udp_in(outer4(47).raw({0, 0, 0x89, 9, 8, 0, 1, 1, 0, 1, 0, 5})), "gre"},
          {udp_in(outer4(47).raw({0x30, 1, 0x88, 0x0b, 0, 30, 0, 7, 0, 0, 0, 1, 0xff, 3, 0, 0x21})),
           "pptp:7"},
          {udp_in(outer4(47).raw({0, 0, 0x88, 0xbe}).eth()), "erspan-1"},
          {udp_in(outer4(47).raw({0x10, 0, 0x88, 0xbe, 0, 0, 0, 1, 0x10, 10, 0, 100, 0, 0, 0, 0}).eth()),
           "erspan-2:100"},
          {udp_in(outer4(47)
                      .raw({0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 10, 0, 100, 0, 0, 0, 0, 0, 0, 0, 0})
                      .eth()),
           "erspan-3:100"},
          {udp_in(outer4(47)
                      .raw({0x10, 0, 0x22, 0xeb, 0, 0, 0, 1, 0x20, 10, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1})
                      .raw(Bytes(8))
                      .eth()),
           "erspan-3:5"},
      },
      kUdp);
}

TEST_CASE("other tunnels over IP") {
  check_in({{udp_in(outer4(97).raw({0x30, 0}).eth()), "etherip"},
            {udp_in(outer6(143).eth()), "ether-in-ip"},
            {udp_in(outer4(137).raw({0, 1, 1, 64})), "mpls:16"},
            {udp_in(outer4(103).raw({0x21, 0, 0, 0, 0, 0, 0, 0})), "pim-register"},
            {udp_in(outer4(115).raw({0, 0, 0, 9}).eth()), "l2tpv3:9"},
            {udp_in(outer4(115).raw({0, 0, 0, 9, 1, 2, 3, 4}).eth()), "l2tpv3:9"},
            {udp_in(outer4(115).raw({0, 0, 0, 9}).raw(Bytes(12)).eth()), "l2tpv3:9"}},
           kUdp);
}

TEST_CASE("minimal encapsulation") {
  const Bytes datagram{0x13, 0x88, 0, 53, 0, 9, 0, 0, '?'};
  const auto with = [&datagram](const Bytes& header) { return outer4(55).raw(header).raw(datagram); };
  const Bytes both_ends{17, 0x80, 0xda, 0x7c, 10, 0, 0, 2, 10, 0, 0, 1};
  const Bytes destination_only{17, 0, 0xe4, 0xfd, 10, 0, 0, 2};
  CHECK(summary(with(both_ends)) == kUdp + ", in 4in4");
  CHECK(summary(with(destination_only)) == "udp 192.0.2.1:5000 > 10.0.0.2:53, payload 1, in 4in4");
  check({
      {"a wrong checksum", with({17, 0, 0xe4, 0xfe, 10, 0, 0, 2}),
       "55 192.0.2.1 > 192.0.2.2, payload 17, unread: unread-tunnel 55"},
      {"over IPv6, which has no such thing", outer6(55).raw(both_ends).raw(datagram),
       "55 2001:db8::1 > 2001:db8::2, payload 21, unread: unread-tunnel 55"},
      {"another tunnel inside", outer4(55).raw({47, 0, 0xc6, 0xfd, 10, 0, 0, 2}).raw({0, 2, 8, 0}),
       "47 192.0.2.1 > 10.0.0.2, payload 4, in 4in4, unread: unread-tunnel 47"},
  });
  const Bytes frame = with(both_ends);
  CHECK(summary_snapped(frame, 14 + 20 + 10) ==
        "55 192.0.2.1 > 192.0.2.2, payload 10 of 21, transport cut, unread: snapped-headers");
}

TEST_CASE("without an IP packet inside, the outer packet is the result") {
  check({
      {"ARP in bridged Ethernet", outer4(47).raw({0, 0, 0x65, 0x58}).eth().arp("10.0.0.1", "10.0.0.2"),
       "47 192.0.2.1 > 192.0.2.2, payload 46"},
      {"a keep-alive", outer4(47).raw({0, 0, 0, 0}), "47 192.0.2.1 > 192.0.2.2, payload 4"},
      {"a protocol that is not followed", outer4(47).raw({0, 0, 0x20, 1}).payload("next hops"),
       "47 192.0.2.1 > 192.0.2.2, payload 13"},
      {"a later version of GRE", outer4(47).raw({0, 2, 8, 0}),
       "47 192.0.2.1 > 192.0.2.2, payload 4, unread: unread-tunnel 47"},
      {"an acknowledgement of PPTP", outer4(47).raw({0x20, 0x81, 0x88, 0x0b, 0, 0, 0, 7, 0, 0, 0, 1}),
       "47 192.0.2.1 > 192.0.2.2, payload 12"},
      {"EtherIP of another version", udp_in(outer4(97).raw({0x40, 0}).eth()),
       "97 192.0.2.1 > 192.0.2.2, payload 45, unread: unread-tunnel 97"},
      {"a control message of L2TPv3", outer4(115).raw(Bytes(12)), "115 192.0.2.1 > 192.0.2.2, payload 12"},
      {"a hello of PIM", outer4(103).raw({0x20, 0, 0, 0, 0, 1, 0, 2, 0, 105}),
       "103 192.0.2.1 > 192.0.2.2, payload 10"},
  });
}

TEST_CASE("a packet inside that is malformed or cut") {
  check({
      {"another version", udp_in(outer4(4)).ip_version(7), "rejected: bad-ip-version"},
      {"an impossible header length", udp_in(outer4(47).raw({0, 0, 8, 0})).ip_header_words(3),
       "rejected: bad-ip-header"},
      {"nothing", outer4(4), "rejected: cut-headers"},
      {"a later fragment inside", outer4(4).ipv4("10.0.0.1", "10.0.0.2").fragment(64, false).protocol(17),
       "no flow: later-fragment"},
      {"a later fragment outside",
       Eth().ipv4("192.0.2.1", "192.0.2.2").fragment(64, false).protocol(47).payload(Bytes(64)),
       "no flow: later-fragment"},
  });
  const Bytes frame = udp_in(outer4(47).raw({0, 0, 8, 0}));
  CHECK(summary_snapped(frame, 14 + 20 + 4 + 10) ==
        "47 192.0.2.1 > 192.0.2.2, payload 14 of 33, transport cut, unread: snapped-headers");
  CHECK(summary_snapped(frame, 14 + 20 + 4 + 24) ==
        "udp 10.0.0.1:5000 > 10.0.0.2:53, transport cut, in gre, unread: snapped-headers");
}

TEST_CASE("how deep tunnels are unwrapped") {
  CapturedFrame frame;
  frame.bytes = udp_in(outer4(47).raw({0, 0, 8, 0}).ipv4("198.51.100.1", "198.51.100.2").protocol(4));
  CHECK(summary(frame) == kUdp + ", in gre, in 4in4");
  CHECK(summary(frame, {.max_tunnels = 1}) == "4 198.51.100.1 > 198.51.100.2, payload 29, in gre");
  CHECK(summary(frame, {.max_tunnels = 0}) == "47 192.0.2.1 > 192.0.2.2, payload 53");
  CHECK(summary(frame, {.peel_tunnels = false}) == "47 192.0.2.1 > 192.0.2.2, payload 53");
}

TEST_CASE("more layers than are followed") {
  const auto nested = [](int count) {
    PacketBuilder frame = Eth();
    for (int layer = 0; layer < count; ++layer) frame.ipv4("192.0.2.1", "192.0.2.2").protocol(4);
    return udp_in(frame);
  };
  std::string most = kUdp;
  for (std::size_t layer = 0; layer < TunnelStack::kKept; ++layer) most += ", in 4in4";
  CHECK(summary(nested(kMaxLayers)) == most);
  CHECK(summary(nested(kMaxLayers + 1)) == "rejected: layer-depth");
}

TEST_CASE("an error about a tunnelled packet quotes what was inside, and is not a layer itself") {
  const Bytes quoted = Ip().ipv4("192.0.2.1", "192.0.2.2").protocol(4).ipv4("10.0.0.1", "10.0.0.2").udp(1, 2);
  CHECK(summary(Eth().ipv4("192.0.2.2", "192.0.2.1").unreachable(1, quoted)) ==
        "icmp 192.0.2.2 > 192.0.2.1 error, payload 48, quotes 4 192.0.2.1 > 192.0.2.2");
}
