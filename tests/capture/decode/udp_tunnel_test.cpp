#include "capture/decode/internal/udp_tunnel.hpp"

#include <doctest/doctest.h>

#include "tests/capture/decode/summary.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

const std::string kUdp = "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1";
const std::string kUdp6 = "udp [2001:0:1::1]:5000 > [fd20::2]:53, payload 1";

PacketBuilder udp_in(PacketBuilder below) {
  return below.ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("?");
}
PacketBuilder to(std::uint16_t port) {
  return Eth().ipv4("192.0.2.1", "192.0.2.2").udp(40000, port);
}
PacketBuilder teredo_in(PacketBuilder below) {
  return below.ipv6("2001:0:1::1", "fd20::2").udp(5000, 53).payload("?");
}

const Bytes kVxlan{8, 0, 0, 0, 0, 0x13, 0x88, 0};
const Bytes kGeneve{0, 0, 0x65, 0x58, 0, 0x13, 0x88, 0};

void check_in(const std::vector<std::pair<Bytes, std::string>>& rows, const std::string& packet) {
  for (const auto& [frame, words] : rows) {
    CAPTURE(words);
    CHECK(summary(frame) == packet + ", in " + words);
  }
}

// It is an ordinary UDP packet, whatever its port suggests.
void check_ordinary(const std::vector<std::pair<std::string, Bytes>>& rows) {
  for (const auto& [sentence, frame] : rows) {
    CAPTURE(sentence);
    const std::string text = summary(frame);
    CHECK(text.find("udp 192.0.2.1:40000 > 192.0.2.2:") == 0);
    CHECK(text.find(", in ") == std::string::npos);
    CHECK(text.find("transport cut") == std::string::npos);
  }
}

}  // namespace

TEST_CASE("overlay networks") {
  check_in(
      {
          {udp_in(to(4789).raw(kVxlan).eth()), "vxlan:5000"},
          {udp_in(to(8472).raw(kVxlan).eth().vlan(10)), "vxlan:5000"},
          {udp_in(Eth().ipv4("192.0.2.1", "192.0.2.2").udp(4789, 40000).raw(kVxlan).eth()), "vxlan:5000"},
          {udp_in(Eth().ipv6("2001:db8::1", "2001:db8::2").udp(1, 4789).raw(kVxlan).eth()), "vxlan:5000"},
          {udp_in(to(4789).raw({0x88, 0, 0, 7, 0, 0, 1, 0}).eth()), "vxlan:1"},
          {udp_in(to(4790).raw({0x0c, 0, 0, 1, 0, 0, 1, 0})), "vxlan:1"},
          {udp_in(to(4790).raw({0x0c, 0, 0, 3, 0, 0, 1, 0}).eth()), "vxlan:1"},
          {udp_in(to(4790).raw({0x0c, 0, 0, 4, 0, 0, 1, 0, 0, 2, 1, 1, 0, 0, 9, 255})), "vxlan:1, in nsh:9"},
          {udp_in(to(6081).raw(kGeneve).eth()), "geneve:5000"},
          {udp_in(to(6081).raw({2, 0x40, 8, 0, 0, 0, 1, 0}).raw(Bytes(8))), "geneve:1"},
          {udp_in(to(4754).raw({0, 0, 8, 0})), "gre"},
          {udp_in(to(6635).raw({0, 1, 1, 64})), "mpls:16"},
          {udp_in(to(4341).raw({8, 0, 0, 0, 0, 0, 5, 0})), "lisp:5"},
          {udp_in(to(4341).raw(Bytes(8))), "lisp"},
      },
      kUdp);
}

TEST_CASE("access networks") {
  check_in(
      {
          {udp_in(to(2152).raw({0x30, 255, 0, 29, 0, 0, 0, 9})), "gtp-u:9"},
          {udp_in(to(2152).raw({0x32, 255, 0, 33, 0, 0, 0, 9, 0, 1, 0, 0})), "gtp-u:9"},
          {udp_in(to(2152).raw({0x34, 255, 0, 37, 0, 0, 0, 9, 0, 0, 0, 0x85, 1, 0, 9, 0})), "gtp-u:9"},
          {udp_in(to(1701).raw({0, 2, 0, 17, 0, 3, 0xff, 3, 0, 0x21})), "l2tp:17/3"},
          {udp_in(to(1701).raw({0x4a, 2, 0, 46, 0, 17, 0, 3, 0, 1, 0, 0, 0, 2, 9, 9, 0x21})), "l2tp:17/3"},
          {udp_in(to(1701).raw({0, 3, 0, 0, 0, 0, 0, 5}).eth()), "l2tpv3:5"},
          {udp_in(to(5247).raw({0, 0x10, 2, 0, 0, 0, 0, 0}).eth()), "capwap"},
          {udp_in(to(5247)
                      .raw({0, 0x10, 3, 0, 0, 0, 0, 0})
                      .raw({2, 8})  // swapped
                      .raw(Bytes(22))
                      .raw({0xaa, 0xaa, 3, 0, 0, 0, 8, 0})),
           "capwap"},
      },
      kUdp);
  check_in({{teredo_in(to(3544)), "teredo"},
            {teredo_in(to(3544).raw({0, 0, 1, 2, 3, 4, 5, 6})), "teredo"},
            {teredo_in(to(3544).raw({0, 1, 0, 0}).raw(Bytes(9)).raw({0, 0, 1, 2, 3, 4, 5, 6})), "teredo"}},
           kUdp6);
}

TEST_CASE("ordinary UDP on the port of a tunnel") {
  const Bytes text{'h', 'e', 'l', 'l', 'o', ' ', 'w', 'o', 'r', 'l', 'd', ' ', 'h', 'e', 'r', 'e', ' ', '.'};
  for (const std::uint16_t port : kTunnelPorts) {
    CAPTURE(port);
    check_ordinary({{"text", to(port).payload(text)},
                    {"zeros", to(port).payload(Bytes(60))},
                    {"a byte", to(port).payload("x")},
                    {"nothing", to(port)},
                    {"a DNS answer", to(port).payload(Bytes{0x12, 0x34, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0, 1,
                                                            'a', 0, 0, 1, 0, 1})}});
  }
  check_ordinary({
      {"VXLAN without its flag", udp_in(to(4789).raw(Bytes(8)).eth())},
      {"VXLAN around something other than Ethernet", to(4789).raw(kVxlan).payload(Bytes(30))},
      {"VXLAN around ARP", to(4789).raw(kVxlan).eth().arp("10.0.0.1", "10.0.0.2")},
      {"VXLAN around a malformed packet", udp_in(to(4789).raw(kVxlan).eth()).ip_header_words(2)},
      {"Geneve of another version", udp_in(to(6081).raw({0x40, 0, 8, 0, 0, 0, 1, 0}))},
      {"Geneve with options beyond the packet", to(6081).raw({63, 0, 8, 0, 0, 0, 1, 0}).payload(Bytes(40))},
      {"GTP without user data", udp_in(to(2152).raw({0x30, 1, 0, 29, 0, 0, 0, 9}))},
      {"GTP that claims more than there is", udp_in(to(2152).raw({0x30, 255, 1, 0, 0, 0, 0, 9}))},
      {"GTP around a packet that claims more", udp_in(to(2152).raw({0x30, 255, 0, 20, 0, 0, 0, 9}))},
      {"GTP with an extension of length zero",
       udp_in(to(2152).raw({0x34, 255, 0, 37, 0, 0, 0, 9, 0, 0, 0, 0x85, 0, 0, 9, 0}))},
      {"Teredo without its own address", to(3544).ipv6("fd20::1", "fd20::2").udp(5000, 53).payload("?")},
      {"a control message of L2TP", udp_in(to(1701).raw({0xc8, 2, 0, 47, 0, 17, 0, 3, 0, 1, 0, 1}))},
      {"L2TP without a session", udp_in(to(1701).raw({0, 2, 0, 17, 0, 0, 0xff, 3, 0, 0x21}))},
      {"a later fragment in CAPWAP", udp_in(to(5247).raw({0, 0x10, 2, 0x80, 0, 0, 0, 8}).eth())},
  });
}

TEST_CASE("what the capture cut off inside does not cost the outer packet, but is reported") {
  const Bytes frame = udp_in(to(4789).raw(kVxlan).eth());
  CHECK(summary_snapped(frame, 14 + 28 + 8 + 14 + 12) ==
        "udp 192.0.2.1:40000 > 192.0.2.2:4789, payload 34 of 51, transport cut, unread: snapped-headers");
  CHECK(summary_snapped(frame, 14 + 28 + 4) ==
        "udp 192.0.2.1:40000 > 192.0.2.2:4789, payload 4 of 51, transport cut, unread: snapped-headers");
}

TEST_CASE("a first fragment is unwrapped, though its packet claims more than it holds") {
  PacketBuilder frame =
      Eth().ipv4("192.0.2.1", "192.0.2.2").fragment(0, true).udp(40000, 2152).udp_length(1000);
  frame.raw({0x30, 255, 3, 0xd8, 0, 0, 0, 9}).ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload(Bytes(4));
  frame.ip_length(0x3d8);  // of the inner packet
  CHECK(summary(frame).find("udp 10.0.0.1:5000 > 10.0.0.2:53") == 0);
}

TEST_CASE("tunnels over UDP stay closed if requested") {
  CapturedFrame frame;
  frame.bytes = udp_in(to(4789).raw(kVxlan).eth());
  const std::string outer = "udp 192.0.2.1:40000 > 192.0.2.2:4789, payload 51";
  CHECK(summary(frame, {.peel_tunnels = false}) == outer);
  CHECK(summary(frame, {.max_tunnels = 0}) == outer);
  CHECK(summary(frame, {.max_tunnels = 1}) == kUdp + ", in vxlan:5000");
}

TEST_CASE("VXLAN in VXLAN in VXLAN costs no more than its bytes") {
  PacketBuilder frame = Eth();
  for (int layer = 0; layer <= kMaxLayers; ++layer) {
    frame.ipv4("192.0.2.1", "192.0.2.2").udp(8472, 4789).raw(kVxlan).eth();
  }
  CHECK(summary(frame.arp("10.0.0.1", "10.0.0.2")) == "rejected: layer-depth");
}
