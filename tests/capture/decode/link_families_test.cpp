// Link layers other than Ethernet and the ones in link_test.cpp: one packet each, and frames that carry none.
#include <doctest/doctest.h>

#include <algorithm>

#include "tests/capture/decode/summary.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr const char* kUdp = "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1";
constexpr const char* kBroadcast = "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1, broadcast";
constexpr const char* kOther = "no flow: other-non-ip";

const Bytes kSnap{0xaa, 0xaa, 3, 0, 0, 0, 8, 0};
const Bytes kMacs{2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1};
const Bytes kToAll{0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

PacketBuilder udp_in(PacketBuilder below) {
  return below.ipv4("10.0.0.1", "10.0.0.2").udp(5000, 53).payload("?");
}
PacketBuilder udp_behind(const Bytes& header) {
  return udp_in(Ip().raw(header));
}

Bytes joined(std::initializer_list<Bytes> parts) {
  Bytes all;
  for (const Bytes& part : parts) append(all, part);
  return all;
}

// A wireless data frame's header; the frame control as on the wire.
Bytes wireless(std::uint8_t first, std::uint8_t second, std::size_t length) {
  Bytes header(length);
  header[0] = first;
  header[1] = second;
  return header;
}

}  // namespace

TEST_CASE("point-to-point lines") {
  for (const LinkType link_type : {LinkType{9}, LinkType{50}}) {
    check(
        {
            {"PPP in HDLC framing", udp_behind({0xff, 3, 0, 0x21}), kUdp},
            {"without address and control", udp_behind({0, 0x21}), kUdp},
            {"with a protocol in one byte", udp_behind({0x21}), kUdp},
            {"labels", udp_behind({0xff, 3, 2, 0x81, 0, 1, 1, 64}),
             "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1, in mpls:16"},
            {"bridged Ethernet", udp_in(Ip().raw({0xff, 3, 0, 0x31, 0, 1}).eth()), kUdp},
            {"bridged Ethernet with a LAN id", udp_in(Ip().raw({0, 0x31, 0x40, 1, 0, 0, 0, 9}).eth()), kUdp},
            {"bridged token ring", udp_behind({0, 0x31, 0, 3}),
             "no flow: other-non-ip, unread: unknown-content"},
            {"link control", Bytes{0xff, 3, 0xc0, 0x21, 9, 1, 0, 8, 0, 0, 0, 1}, kOther},
            {"Cisco's framing", udp_behind({0x0f, 0, 8, 0}), kUdp},
            {"a header that is cut", Bytes{0xff, 3, 0}, "rejected: cut-headers"},
        },
        link_type);
  }
  check({{"a direction first", udp_behind({1, 0xff, 3, 0, 0x21}), kUdp}}, 204);
  check({{"a PPPoE session", udp_behind({0x11, 0, 0, 7, 0, 31, 0, 0x21}),
          "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1, in pppoe:7"}},
        51);
  check(
      {
          {"Cisco HDLC", udp_behind({0x0f, 0, 8, 0}), kUdp},
          {"its keep-alive", joined({{0x8f, 0, 0x80, 0x35}, Bytes(18)}), kOther},
          {"its discovery", joined({{0x8f, 0, 0x20, 0}, Bytes(40)}), kOther},
          {"OSI", joined({{0x0f, 0, 0, 0xfe}, {0x83, 27, 1}}), kOther},
          {"a packet as OSI", udp_behind({0x0f, 0, 0, 0xfe}),
           "no flow: other-non-ip, unread: unknown-ethertype 00fe"},
          {"a header that is cut", Bytes{0x0f, 0, 8}, "rejected: cut-headers"},
      },
      104);
}

TEST_CASE("frame relay") {
  check(
      {
          {"IPv4", udp_behind({0x18, 0x41, 3, 0xcc}), kUdp},
          {"padded", udp_behind({0x18, 0x41, 3, 0, 0xcc}), kUdp},
          {"SNAP", udp_behind({0x18, 0x41, 3, 0, 0x80, 0, 0, 0, 8, 0}), kUdp},
          {"bridged Ethernet", udp_in(Ip().raw({0x18, 0x41, 3, 0, 0x80, 0, 0x80, 0xc2, 0, 7}).eth()), kUdp},
          {"an address of four bytes", udp_behind({0x18, 0x40, 0, 1, 3, 0xcc}), kUdp},
          {"Cisco's encapsulation", udp_behind({0x18, 0x41, 8, 0}), kUdp},
          {"IS-IS", Bytes{0x18, 0x41, 3, 0x83, 27, 1}, kOther},
          {"an address without an end", Bytes(12), "no flow: other-non-ip, unread: unknown-content"},
          {"a header that is cut", Bytes{0x18, 0x41, 3}, "rejected: cut-headers"},
      },
      107);
}

TEST_CASE("ATM") {
  for (const LinkType link_type : {LinkType{100}, LinkType{106}}) {
    check({{"LLC", udp_behind(kSnap), kUdp},
           {"IP alone", udp_in(Ip()), kUdp},
           {"bridged Ethernet", udp_in(Ip().raw({0xaa, 0xaa, 3, 0, 0x80, 0xc2, 0, 7, 0, 0}).eth()), kUdp},
           {"nothing", Bytes{}, "rejected: cut-headers"}},
          link_type);
  }
  check({{"LLC", udp_behind(joined({{0x82, 0, 0, 5}, kSnap})), kUdp},
         {"emulated LAN", udp_in(Ip().raw({0x81, 0, 0, 5, 0, 9}).eth()), kUdp},
         {"signalling", udp_behind({6, 0, 0, 5}), kOther}},
        123);
}

TEST_CASE("other local networks") {
  check({{"token ring", udp_behind(joined({{0x10, 0x40}, kMacs, kSnap})), kUdp},
         {"to all", udp_behind(joined({{0x10, 0x40}, kToAll, {2, 0, 0, 0, 0, 1}, kSnap})), kBroadcast},
         {"with a route",
          udp_behind(joined(
              {{0x10, 0x40, 2, 0, 0, 0, 0, 2, 0x82, 0, 0, 0, 0, 1}, {6, 0x30, 0, 0x12, 0, 0x20}, kSnap})),
          kUdp},
         {"a frame of the ring's own", udp_behind(joined({{0x10, 0}, kMacs})), kOther}},
        6);
  check({{"FDDI", udp_behind(joined({{0x50}, kMacs, kSnap})), kUdp},
         {"a frame of its own", udp_behind(joined({{0xc0}, kMacs})), kOther}},
        10);
  check({{"IP over fibre channel", udp_behind(joined({Bytes(16), kSnap})), kUdp}}, 122);
  check({{"ARCNET", udp_behind({1, 2, 212, 0, 0, 1}), kUdp},
         {"split: the first", udp_behind({1, 2, 212, 0xff, 0, 1, 1, 0, 1}), kUdp},
         {"split: another", udp_behind({1, 2, 212, 2, 0, 1}),
          "no flow: later-fragment, unread: later-fragment"},
         {"the old way", udp_behind({1, 2, 240}), kUdp},
         {"ARP", udp_behind({1, 2, 213, 0, 0, 1}), "no flow: arp"}},
        7);
  check({{"ARCNET on Linux", udp_behind({1, 2, 0, 0, 212, 0, 0, 1}), kUdp},
         {"the old way", udp_behind({1, 2, 0, 0, 240}), kUdp}},
        129);
}

TEST_CASE("headers of capturing systems") {
  check({{"decrypted IPsec", udp_behind({2, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0}), kUdp}}, 109);
  check({{"a packet filter's log", udp_behind(joined({{61, 2}, Bytes(62)})), kUdp}}, 117);
  Bytes attribute{33, 0, 9, 0};
  append(attribute, udp_in(Ip()));
  append(attribute, Bytes(3));
  check({{"a packet after an attribute", udp_behind({2, 0, 0, 0, 5, 0, 10, 0, 'x', 0, 0, 0, 33, 0, 9, 0}),
          kUdp},
         {"big endian", udp_behind({2, 0, 0, 0, 0, 33, 0, 9}), kUdp},
         {"no packet", Bytes{2, 0, 0, 0, 5, 0, 10, 0, 'x', 0, 0, 0}, kOther},
         {"a second packet", joined({{2, 0, 0, 0}, attribute, {5, 0, 10, 0, 'x', 0, 0, 0}, attribute}),
          "udp 10.0.0.1:5000 > 10.0.0.2:53, payload 1, unread: aggregated-frames"},
         {"an attribute of length zero", Bytes{2, 0, 0, 0, 0, 0, 9, 0}, "rejected: cut-headers"}},
        239);
  check({{"Solaris", udp_behind(Bytes(24)), kUdp}}, 226);
  check({{"InfiniBand", udp_behind(joined({Bytes(40), {8, 0, 0, 0}})), kUdp}}, 242);
  for (const LinkType link_type : {LinkType{149}, LinkType{258}}) {
    check({{"macOS", udp_in(Ip().raw({16, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0}).eth()), kUdp},
           {"no packet", Bytes{12, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0}, kOther},
           {"a link type without a decoder", Bytes{12, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0},
            "rejected: unknown-link-type"}},
          link_type);
  }
  check({{"Juniper", udp_in(Ip().raw({0x4d, 0x47, 0x43, 1}).eth()), kUdp},
         {"with extensions", udp_in(Ip().raw({0x4d, 0x47, 0x43, 0x81, 0, 3, 1, 1, 9}).eth()), kUdp},
         {"without a link layer", udp_behind({0x4d, 0x47, 0x43, 2, 0, 0, 0, 2}), kUdp},
         {"without its magic number", udp_in(Ip().raw({0, 0, 0, 1}).eth()),
          "no flow: other-non-ip, unread: unknown-content"}},
        178);
}

TEST_CASE("a frame in a frame in a frame") {
  const Bytes header{12, 0, 0, 0, 1, 0, 0, 0, 149, 0, 0, 0};
  Bytes frame;
  for (int layer = 0; layer < 100; ++layer) append(frame, header);
  CHECK(summary(frame, 149) == "rejected: layer-depth");
}

TEST_CASE("wireless LAN") {
  check(
      {
          {"from a station", udp_behind(joined({wireless(8, 1, 24), kSnap})), kUdp},
          {"from the network", udp_behind(joined({wireless(8, 2, 24), kSnap})), kUdp},
          {"between access points", udp_behind(joined({wireless(8, 3, 30), kSnap})), kUdp},
          {"with a class of service", udp_behind(joined({wireless(0x88, 2, 26), kSnap})), kUdp},
          {"high throughput", udp_behind(joined({wireless(0x88, 0x82, 30), kSnap})), kUdp},
          {"encrypted", udp_behind(joined({wireless(8, 0x42, 24), kSnap})),
           "no flow: other-non-ip, unread: encrypted-frame"},
          {"without data", wireless(0x48, 1, 24), kOther},
          {"a beacon", wireless(0x80, 0, 60), kOther},
          {"a header that is cut", wireless(8, 2, 20), "rejected: cut-headers"},
      },
      105);
  Bytes aggregated = wireless(0x88, 2, 26);
  aggregated[24] = 0x80;
  append(aggregated, Bytes(14));
  // The length of the first one says that there is more.
  const std::string first = std::string(kUdp) + ", unread: aggregated-frames";
  check({{"several frames in one: the first", udp_behind(joined({aggregated, kSnap})), first.c_str()}}, 105);
  Bytes to_all = wireless(8, 2, 24);
  std::fill_n(to_all.begin() + 4, 6, std::uint8_t{0xff});
  check({{"to all", udp_behind(joined({to_all, kSnap})), kBroadcast}}, 105);

  const Bytes data = joined({wireless(8, 2, 24), kSnap});
  const Bytes service = joined({wireless(0x88, 2, 26), {0, 0}, kSnap});
  check({{"radiotap", udp_behind(joined({{0, 0, 8, 0, 0, 0, 0, 0}, data})), kUdp},
         {"with flags", udp_behind(joined({{0, 0, 9, 0, 2, 0, 0, 0, 0x10}, data})), kUdp},
         {"padded", udp_behind(joined({{0, 0, 9, 0, 2, 0, 0, 0, 0x20}, service})), kUdp},
         {"with a time", udp_behind(joined({{0, 0, 17, 0, 3, 0, 0, 0}, Bytes(8), {0x20}, service})), kUdp},
         {"with more fields", udp_behind(joined({{0, 0, 13, 0, 2, 0, 0, 0x80, 0, 0, 0, 0, 0x20}, service})),
          kUdp},
         {"a length beyond the frame", Bytes{0, 0, 99, 0, 0, 0, 0, 0}, "rejected: cut-headers"}},
        127);
  check({{"Prism", udp_behind(joined({{0x44, 0, 0, 0}, Bytes(140), data})), kUdp},
         {"AVS under its number", udp_behind(joined({{0x80, 0x21, 0x10, 1, 0, 0, 0, 12}, Bytes(4), data})),
          kUdp}},
        119);
  check({{"AVS", udp_behind(joined({{0x80, 0x21, 0x10, 1, 0, 0, 0, 64}, Bytes(56), data})), kUdp}}, 163);
  check({{"per-packet information", udp_behind(joined({{0, 0, 12, 0, 105, 0, 0, 0}, Bytes(4), data})), kUdp},
         {"of Ethernet", udp_in(Ip().raw({0, 0, 8, 0, 1, 0, 0, 0}).eth()), kUdp}},
        192);
}
