#include "capture/decode/link.hpp"

#include <doctest/doctest.h>

#include "tests/capture/decode/summary.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr const char* kUdp = "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1";

PacketBuilder udp_in(PacketBuilder below) {
  return below.ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("?");
}

PacketBuilder tags(int count) {
  PacketBuilder frame = Eth();
  for (int tag = 0; tag < count; ++tag) frame.vlan(static_cast<std::uint16_t>(tag + 1));
  return frame;
}

}  // namespace

TEST_CASE("Ethernet and what it carries") {
  check({
      {"plain IPv4", udp_in(Eth()), kUdp},
      {"one VLAN tag", udp_in(Eth().vlan(10)), kUdp},
      {"two tags, 802.1ad outside", udp_in(Eth().vlan(5, 0x88a8).vlan(10)), kUdp},
      {"two tags, as before the standard", udp_in(Eth().vlan(5, 0x9100).vlan(10)), kUdp},
      {"as many tags as are followed", udp_in(tags(kMaxLayers)), kUdp},
      {"one more tag", udp_in(tags(kMaxLayers + 1)), "rejected: layer-depth"},
      {"ARP", Eth().broadcast().arp("10.0.0.1", "10.0.0.2").pad_to(60), "no flow: arp"},
      {"ARP in a VLAN", Eth().vlan(10).arp("10.0.0.1", "10.0.0.2"), "no flow: arp"},
      {"LLDP", Eth().to_mac("01:80:c2:00:00:0e").ethertype(0x88cc).payload("..."), "no flow: lldp"},
      {"an EtherType that is not followed", Eth().ethertype(0x8892).payload("..."), "no flow: other-non-ip"},
      {"the first EtherType", Eth().ethertype(0x0600).payload("..."),
       "no flow: other-non-ip, unread: unknown-ethertype 0600"},
      {"neither a type nor a length", Eth().ethertype(0x05ff).payload(Bytes(20)),
       "no flow: other-non-ip, unread: unknown-ethertype 05ff"},
      {"a type field that says IPv6 in front of IPv4", udp_in(Eth()).patch(12, 0x86).patch(13, 0xdd), kUdp},
      {"an IP EtherType in front of another version", udp_in(Eth()).ip_version(5),
       "rejected: bad-ip-version"},
      {"a broadcast frame", udp_in(Eth().broadcast()),
       "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1, broadcast"},
      {"one bit short of broadcast", udp_in(Eth().to_mac("ff:ff:ff:ff:ff:fe")), kUdp},
      {"one bit short of broadcast, elsewhere", udp_in(Eth().to_mac("fe:ff:ff:ff:ff:ff")), kUdp},
      {"a frame to a multicast group", udp_in(Eth().to_mac("01:00:5e:00:00:fb")), kUdp},
  });
}

TEST_CASE("LLC and SNAP") {
  check({
      {"spanning tree", Eth().llc(0x42, 0x42, 3).payload(Bytes(35)).pad_to(60), "no flow: stp"},
      {"spanning tree in a VLAN", Eth().vlan(1).llc(0x42, 0x42, 3).payload(Bytes(35)), "no flow: stp"},
      {"per-VLAN spanning tree", Eth().snap(0x00000c).ethertype(0x010b).payload(Bytes(35)), "no flow: stp"},
      {"Cisco discovery", Eth().snap(0x00000c).ethertype(0x2000).payload(Bytes(35)), "no flow: other-non-ip"},
      {"IP in SNAP, padded", udp_in(Eth().snap()).pad_to(60), kUdp},
      {"IP in SNAP of bridged Ethernet", udp_in(Eth().snap(0x0000f8)), kUdp},
      {"a VLAN tag in SNAP", udp_in(Eth().snap().vlan(10)), kUdp},
      {"ARP in SNAP", Eth().snap().arp("10.0.0.1", "10.0.0.2"), "no flow: arp"},
      {"IP in LLC", udp_in(Eth().llc(0x06, 0x06, 3)), kUdp},
      {"NetBEUI", Eth().llc(0xf0, 0xf0, 3).payload(Bytes(35)),
       "no flow: other-non-ip, unread: unknown-llc f0f0"},
      {"an LLC header that is cut", Eth().llc(0xaa, 0xaa, 3).cut(16), "rejected: cut-headers"},
      {"a SNAP header that is cut", udp_in(Eth().snap()).cut(21), "rejected: cut-headers"},
  });
}

TEST_CASE("nested layers end at the limit") {
  PacketBuilder frame = Eth();
  Bytes snap{0xaa, 0xaa, 3, 0, 0, 0, 0, 8};  // SNAP whose type field is a length again
  frame.ethertype(8);
  for (int layer = 0; layer < 100; ++layer) frame.raw(snap);
  CHECK(summary(frame) == "rejected: layer-depth");
}

TEST_CASE("link headers that are incomplete") {
  const Bytes frame = udp_in(Eth().vlan(10));
  for (const std::size_t size : {0U, 13U, 17U}) {
    CAPTURE(size);
    CHECK(summary(Bytes(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size))) ==
          "rejected: cut-headers");
    CHECK(summary_snapped(frame, size) == "rejected: snapped-headers");
  }
}

TEST_CASE("raw IP") {
  const Bytes v4 = udp_in(Ip());
  const Bytes v6 = Ip().ipv6("fd20::1", "fd20::2").udp(5000, 53).payload("?");
  for (const LinkType link_type : {LinkType{12}, LinkType{14}, LinkType{101}, LinkType{228}, LinkType{229}}) {
    CAPTURE(link_type);
    CHECK(summary(v4, link_type) == kUdp);
    CHECK(summary(v6, link_type) == "udp [fd20::1]:5000 > [fd20::2]:53, payload 1");
    CHECK(summary(Bytes{}, link_type) == "rejected: cut-headers");
    CHECK(summary(Bytes{0x50, 0}, link_type) == "rejected: bad-ip-version");
  }
}

TEST_CASE("BSD loopback") {
  for (const LinkType link_type : {LinkType{0}, LinkType{108}}) {
    check(
        {
            {"IPv4, little endian", udp_in(Ip().raw({2, 0, 0, 0})), kUdp},
            {"IPv4, big endian", udp_in(Ip().raw({0, 0, 0, 2})), kUdp},
            {"IPv6 of macOS", udp_in(Ip().raw({30, 0, 0, 0})), kUdp},
            {"IPv6 of FreeBSD", udp_in(Ip().raw({0, 0, 0, 28})), kUdp},
            {"an EtherType in the second half", udp_in(Ip().raw({0x0f, 0, 8, 0})), kUdp},
            {"AppleTalk", udp_in(Ip().raw({16, 0, 0, 0})), "no flow: other-non-ip"},
            {"a header that is cut", Bytes{2, 0, 0}, "rejected: cut-headers"},
        },
        link_type);
  }
}

TEST_CASE("Linux cooked captures") {
  const auto sll = [](std::uint8_t addressed_to, std::uint8_t hardware_high, std::uint8_t hardware_low,
                      std::uint8_t type_high, std::uint8_t type_low) {
    return Ip().raw(
        {0, addressed_to, hardware_high, hardware_low, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0, type_high, type_low});
  };
  check(
      {
          {"IPv4", udp_in(sll(0, 0, 1, 8, 0)), kUdp},
          {"IPv4 in a VLAN", udp_in(sll(0, 0, 1, 0x81, 0).raw({0, 10, 8, 0})), kUdp},
          {"a broadcast", udp_in(sll(1, 0, 1, 8, 0)),
           "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1, broadcast"},
          {"ARP", sll(0, 0, 1, 8, 6), "no flow: arp"},
          {"spanning tree", sll(0, 0, 1, 0, 4).raw({0x42, 0x42, 3}), "no flow: stp"},
          {"Novell", sll(0, 0, 1, 0, 1), "no flow: other-non-ip, unread: unknown-ethertype 0001"},
          {"Novell to all", sll(1, 0, 1, 0, 1), "no flow: other-non-ip"},
          {"CAN", sll(0, 1, 0x18, 0, 12).payload(Bytes(16)), "no flow: other-non-ip"},
          {"a packet as CAN", udp_in(sll(0, 0, 1, 0, 12)),
           "no flow: other-non-ip, unread: unknown-ethertype 000c"},
          {"no protocol", udp_in(sll(0, 0, 1, 0, 0)),
           "no flow: other-non-ip, unread: unknown-ethertype 0000"},
          {"a number that nobody has", sll(0, 0, 1, 5, 0xf0).payload(Bytes(20)),
           "no flow: other-non-ip, unread: unknown-ethertype 05f0"},
          {"netlink", udp_in(sll(0, 3, 0x38, 8, 0)), "no flow: other-non-ip"},
          {"a header that is cut", sll(0, 0, 1, 8, 0).cut(15), "rejected: cut-headers"},
      },
      113);

  const auto sll2 = [](std::uint8_t addressed_to, std::uint8_t type_high, std::uint8_t type_low) {
    return Ip().raw({type_high, type_low, 0, 0, 0, 0, 0, 1, 0, 1, addressed_to, 6, 2, 0, 0, 0, 0, 1, 0, 0});
  };
  check(
      {
          {"IPv4", udp_in(sll2(0, 8, 0)), kUdp},
          {"a broadcast", udp_in(sll2(1, 8, 0)), "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1, broadcast"},
          {"LLDP", sll2(0, 0x88, 0xcc), "no flow: lldp"},
          {"LLC", sll2(0, 0, 4).raw({0x42, 0x42, 3}), "no flow: stp"},
          {"a header that is cut", sll2(0, 8, 0).cut(19), "rejected: cut-headers"},
      },
      276);
}

TEST_CASE("a link type without a decoder") {
  for (const LinkType link_type : {LinkType{2}, LinkType{147}, LinkType{148}, LinkType{0xffff}}) {
    CHECK(summary(udp_in(Eth()), link_type) == "rejected: unknown-link-type");
  }
}
