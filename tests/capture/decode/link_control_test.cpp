#include "capture/decode/internal/link_control.hpp"

#include <doctest/doctest.h>

#include "capture/decode/decode.hpp"
#include "tests/support/captured_frame.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr std::size_t kTimeToLiveV4 = 14 + 8;
constexpr std::size_t kHopLimitV6 = 14 + 7;

LinkControl control_of(const Bytes& bytes) {
  const CapturedFrame frame{.bytes = bytes};
  Packet packet;
  REQUIRE(decode(frame.view(), packet).kind == Decoded::Kind::packet);
  return packet.control;
}

PacketBuilder to_group(std::uint8_t protocol, std::string_view group, std::uint8_t time_to_live = 64) {
  return Eth()
      .ipv4("10.20.4.11", group)
      .protocol(protocol)
      .payload("some data")
      .patch(kTimeToLiveV4, time_to_live);
}

// A neighbour solicitation, with so many bytes of options.
PacketBuilder solicitation(std::string_view from, std::string_view to, std::uint8_t hop_limit,
                           const Bytes& options = {1, 1, 2, 0, 0, 0, 0, 1}) {
  Bytes body(16, 0xfe);
  body.insert(body.end(), options.begin(), options.end());
  return Eth().ipv6(from, to).icmpv6(135, 0).payload(body).patch(kHopLimitV6, hop_limit);
}

}  // namespace

TEST_CASE("routing and group protocols are control traffic if they stay on the link") {
  CHECK(control_of(to_group(kProtocolOspf, "224.0.0.5")) == LinkControl::ospf);
  CHECK(control_of(to_group(kProtocolEigrp, "224.0.0.10")) == LinkControl::eigrp);
  CHECK(control_of(to_group(kProtocolPim, "224.0.0.13")) == LinkControl::pim);
  CHECK(control_of(to_group(kProtocolVrrp, "224.0.0.18")) == LinkControl::vrrp);
  CHECK(control_of(to_group(kProtocolIgrp, "255.255.255.255")) == LinkControl::igrp);
  CHECK(control_of(Eth().ipv6("fe80::1", "ff02::5").protocol(kProtocolOspf).payload("x")) ==
        LinkControl::ospf);
  CHECK(control_of(to_group(kProtocolOspf, "10.20.4.12")) == LinkControl::none);
  CHECK(control_of(to_group(kProtocolOspf, "239.1.1.1")) == LinkControl::none);
  CHECK(control_of(to_group(kProtocolGre, "224.0.0.5")) == LinkControl::none);
}

TEST_CASE("reports to a group of any scope are control traffic if no router passes them on") {
  CHECK(control_of(to_group(kProtocolIgmp, "239.1.1.1", 1)) == LinkControl::igmp);
  CHECK(control_of(to_group(kProtocolIgmp, "239.1.1.1", 64)) == LinkControl::none);
  CHECK(control_of(to_group(kProtocolIgmp, "224.0.0.22", 64)) == LinkControl::igmp);
  CHECK(control_of(to_group(kProtocolIgmp, "198.51.100.66", 1)) == LinkControl::none);
  const auto report = [](std::string_view group, std::uint8_t hop_limit) {
    return Eth()
        .ipv6("fe80::1", group)
        .hop_by_hop()
        .icmpv6(131, 0)
        .payload("x")
        .patch(kHopLimitV6, hop_limit);
  };
  CHECK(control_of(report("ff05::1:3", 1)) == LinkControl::mld);
  CHECK(control_of(report("ff05::1:3", 64)) == LinkControl::none);
  CHECK(control_of(report("ff02::16", 64)) == LinkControl::mld);
}

TEST_CASE("neighbour discovery is control traffic on one link, and only in its own form") {
  CHECK(control_of(solicitation("fd20::2:20", "ff02::1:ff00:1", 255)) == LinkControl::neighbour_discovery);
  CHECK(control_of(solicitation("fd20::2:20", "fd20::2:21", 255)) == LinkControl::neighbour_discovery);
  CHECK(control_of(solicitation("fd20::2:20", "fe80::1", 255)) == LinkControl::neighbour_discovery);
  CHECK(control_of(solicitation("fd20::2:20", "fd20::2:21", 64)) == LinkControl::none);
  CHECK(control_of(solicitation("fd20::2:20", "2001:db8::66", 255)) == LinkControl::none);
  CHECK(control_of(solicitation("fd20::2:20", "fd20::2:21", 255, {1, 9, 2, 0, 0, 0, 0, 1})) ==
        LinkControl::none);
  CHECK(control_of(solicitation("fd20::2:20", "fd20::2:21", 255, {1, 0, 2, 0, 0, 0, 0, 1})) ==
        LinkControl::none);
}

TEST_CASE("other ICMP is no control traffic, wherever it goes") {
  CHECK(control_of(Eth().ipv6("fd20::2:20", "ff02::1").icmpv6(200, 0).payload("x")) == LinkControl::none);
  CHECK(control_of(Eth().ipv4("10.20.4.11", "224.0.0.1").icmp(13, 0).payload("x")) == LinkControl::none);
  CHECK(control_of(Eth().ipv4("10.20.4.11", "224.0.0.2").icmp(10, 0)) == LinkControl::router_discovery);
  CHECK(control_of(Eth().ipv4("10.20.4.11", "198.51.100.66").icmp(10, 0)) == LinkControl::none);
}
