// What lies between Ethernet and IP, and VLAN tags if they distinguish flows.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "capture/decode/link.hpp"
#include "tests/capture/decode/summary.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

PacketBuilder udp_in(PacketBuilder below) {
  return below.ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("?");
}
PacketBuilder typed(std::uint16_t type, const Bytes& header) {
  return Eth().ethertype(type).raw(header);
}
PacketBuilder untouched(std::uint16_t type, const Bytes& header) {
  return Eth().vlan(10).ethertype(type).raw(header);
}

const std::string kUdp = "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1";

}  // namespace

TEST_CASE("labels, sessions and tags") {
  const std::vector<std::pair<Bytes, std::string>> rows{
      {udp_in(typed(0x8847, {0, 1, 1, 64})), ", in mpls:16"},
      {udp_in(typed(0x8848, {0, 1, 0, 64, 0, 2, 1, 64})), ", in mpls:16, in mpls:32"},
      {udp_in(untouched(0x8847, {0, 1, 1, 64})), ", in mpls:16"},
      {udp_in(typed(0x8847, {0, 1, 1, 64, 0, 0, 0, 0}).eth()), ", in mpls:16"},
      {udp_in(typed(0x8847, {0, 1, 1, 64}).eth().vlan(5)), ", in mpls:16"},
      {udp_in(typed(0x8847, {0, 1, 1, 64, 0x10, 0, 0, 0x21})), ", in mpls:16"},
      {udp_in(typed(0x8847, {0, 1, 1, 64, 0x10, 0, 0, 0x57})), ", in mpls:16"},
      {udp_in(typed(0x8847, {0, 1, 1, 64, 0x10, 0, 0, 1, 0, 0x21})), ", in mpls:16"},
      {udp_in(typed(0x8864, {0x11, 0, 0, 7, 0, 31, 0, 0x21})), ", in pppoe:7"},
      {udp_in(typed(0x8864, {0x11, 0, 0, 7, 0, 30, 0x21})), ", in pppoe:7"},
      {udp_in(typed(0x894f, {0, 2, 1, 1, 0, 0, 9, 255})), ", in nsh:9"},
      {udp_in(typed(0x894f, {0, 3, 1, 3, 0, 0, 9, 255, 1, 2, 3, 4}).eth()), ", in nsh:9"},
      {udp_in(typed(0x88e7, {0, 0, 1, 0}).eth()), ", in pbb:256"},
      {udp_in(typed(0x8926, {0, 5, 0, 0, 8, 0})), ", in vn-tag:5"},
      {udp_in(typed(0x893f, {0, 0, 0, 9, 0, 0, 8, 0})), ", in e-tag:9"},
      {udp_in(typed(0x88e5, {1, 0, 0, 0, 0, 1, 8, 0})), ", in macsec:1"},
      {udp_in(typed(0x88e5, {0x21, 0, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 8, 0})), ", in macsec:1"},
      {udp_in(typed(0x22f3, {0, 6, 0, 3, 0, 4}).eth()), ", in trill:3"},
      {udp_in(typed(0x8909, {1, 1, 0, 1, 0, 5, 8, 0})), ""},
      {udp_in(typed(0xd28b, {0, 1, 0, 0x10, 1, 2, 3, 4, 5, 6, 7, 8, 8, 0})), ""},
      {udp_in(typed(0xd28b, {0, 1, 1, 0x20, 1, 2, 3, 4, 5, 6, 8, 0})), ""},
  };
  for (const auto& [frame, words] : rows) {
    CAPTURE(words);
    CHECK(summary(frame) == kUdp + words);
    // These are not tunnels over IP: there would be no outer packet to report instead.
    CapturedFrame kept;
    kept.bytes = frame;
    CHECK(summary(kept, {.peel_tunnels = false, .max_tunnels = 0}) == kUdp + words);
  }
}

TEST_CASE("link layers that carry no packet") {
  check({
      {"BFD in an associated channel", typed(0x8847, {0, 1, 1, 64, 0x10, 0, 0, 7}).payload(Bytes(24)),
       "no flow: other-non-ip"},
      {"an unknown associated channel", typed(0x8847, {0, 1, 1, 64, 0x10, 0, 0x12, 0x34}).payload(Bytes(24)),
       "no flow: other-non-ip, unread: unknown-content"},
      {"a packet in BFD's associated channel", udp_in(typed(0x8847, {0, 1, 1, 64, 0x10, 0, 0, 7})),
       "no flow: other-non-ip, unread: unknown-content"},
      {"a pseudowire that is not Ethernet", typed(0x8847, {0, 1, 1, 64}).payload(Bytes(40)),
       "no flow: other-non-ip, unread: unknown-content"},
      {"ARP in a pseudowire", typed(0x8847, {0, 1, 1, 64}).eth().arp("10.0.0.1", "10.0.0.2"), "no flow: arp"},
      {"PPPoE discovery", typed(0x8863, {0x11, 9, 0, 0, 0, 0}), "no flow: other-non-ip"},
      {"PPP control traffic", typed(0x8864, {0x11, 0, 0, 7, 0, 6, 0xc0, 0x21, 9, 1, 0, 4}),
       "no flow: other-non-ip"},
      {"PPPoE of another version", typed(0x8864, {0x12, 0, 0, 7, 0, 31, 0, 0x21}),
       "no flow: other-non-ip, unread: unknown-content"},
      {"encrypted MACsec", typed(0x88e5, {0x0c, 0, 0, 0, 0, 1}).payload(Bytes(40)),
       "no flow: other-non-ip, unread: encrypted-frame"},
      {"NSH of length zero", typed(0x894f, {0, 1, 1, 1, 0, 0, 9, 255}),
       "no flow: other-non-ip, unread: unknown-content"},
      {"a label that is cut", typed(0x8847, {0, 1}), "rejected: cut-headers"},
      {"labels without an end", typed(0x8847, Bytes(400)), "rejected: layer-depth"},
  });
}

TEST_CASE("a pseudowire without a control word is read, whatever its MAC addresses begin with") {
  const std::vector<std::string> second{":00:0c:07:ac:01", ":3c:8c:11:22:33", ":15:5d:00:10:2a"};
  for (int first = 0x20; first < 0x80; first += 2) {
    for (const std::string& rest : second) {
      const std::string mac = fmt::format("{:02x}{}", first, rest);
      CAPTURE(mac);
      const auto frame = [&](const std::string& from) {
        return typed(0x8847, {0, 1, 1, 64}).eth().to_mac(mac).from_mac(from);
      };
      for (const std::string& from :
           {mac, std::string("06:11:22:33:44:55"), std::string("00:50:56:01:02:03")}) {
        CAPTURE(from);
        CHECK(summary(udp_in(frame(from))) == kUdp + ", in mpls:16");
        CHECK(summary(udp_in(frame(from).vlan(7))) == kUdp + ", in mpls:16");
        CHECK(summary(frame(from).ethertype(0x88b5).payload(Bytes(60))).find("unread") != std::string::npos);
      }
    }
  }
}

TEST_CASE("an IP packet behind labels is read, even if it is padded, sliced, or without length or checksum") {
  const auto labelled = [] { return typed(0x8847, {0, 1, 1, 64}); };
  const std::string in_mpls = ", in mpls:16";
  CHECK(summary(udp_in(labelled()).pad_to(64)) == kUdp + in_mpls);
  CHECK(summary(udp_in(labelled()).ip_length(0)) == kUdp + in_mpls);
  CHECK(summary(udp_in(labelled()).ip_length(1400)).find(kUdp.substr(0, 36)) == 0);
  CHECK(summary(labelled().ipv6("fd20::1", "fd20::2").udp(5000, 53).payload("?")) ==
        "udp [fd20::1]:5000 > [fd20::2]:53, payload 1" + in_mpls);
  CHECK(summary(labelled().ipv6("::1", "::2").udp(5000, 53).payload("?")) ==
        "udp [::1]:5000 > [::2]:53, payload 1" + in_mpls);
  // A header that ends in its options: 60 bytes, of which 42 are there.
  Bytes cut(42);
  cut[0] = 0x4f;
  cut[2] = 0x0f;
  cut[9] = 29;
  CHECK(summary(labelled().raw(cut)) == "29 0.0.0.0 > 0.0.0.0, payload 0 of 3780" + in_mpls);
}

TEST_CASE("a packet in a PPPoE session ends with the session's payload") {
  // RFC 2516, 4: whatever follows the length is padding, even if the packet does not state its own length.
  CHECK(
      summary(udp_in(typed(0x8864, {0x11, 0, 0, 7, 0, 31, 0, 0x21})).ip_length(0).udp_length(0).pad_to(60)) ==
      kUdp + ", in pppoe:7");
}

TEST_CASE("VLAN IDs distinguish flows if requested") {
  const DecodeOptions keyed{.key_vlan = true};
  const auto text = [&keyed](const Bytes& bytes) {
    CapturedFrame frame;
    frame.bytes = bytes;
    return summary(frame, keyed);
  };
  CHECK(text(udp_in(Eth())) == kUdp);
  CHECK(text(udp_in(Eth().vlan(0))) == kUdp);  // a priority tag only
  CHECK(text(udp_in(Eth().vlan(0xe00a))) == kUdp + ", vlans 10/0");
  CHECK(text(udp_in(Eth().vlan(5, 0x88a8).vlan(10))) == kUdp + ", vlans 5/10");
  CHECK(text(udp_in(Eth().vlan(5).vlan(10).vlan(20))) == kUdp + ", vlans 5/10");
  // Of the innermost frame.
  const Bytes vxlan{8, 0, 0, 0, 0, 0x13, 0x88, 0};
  const auto outer = [] { return Eth().vlan(7).ipv4("192.0.2.1", "192.0.2.2"); };
  CHECK(text(udp_in(outer().udp(1, 4789).raw(vxlan).eth().vlan(10))) == kUdp + ", in vxlan:5000, vlans 10/0");
  CHECK(text(udp_in(outer().udp(1, 4789).raw(vxlan).eth())) == kUdp + ", in vxlan:5000");
  CHECK(text(udp_in(outer().protocol(4))) == kUdp + ", in 4in4, vlans 7/0");
  CHECK(summary(udp_in(Eth().vlan(10))) == kUdp);
}
