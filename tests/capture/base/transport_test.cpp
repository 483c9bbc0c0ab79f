#include "capture/base/transport.hpp"

#include <set>
#include <string>

#include <doctest/doctest.h>

#include "capture/base/flow_key.hpp"

using namespace portproof;

TEST_CASE("every transport has a name of its own, which parses as it is written") {
  std::set<std::string> names;
  for (std::uint16_t value = 0; value < kTransportCount; ++value) {
    if (value == kProtocolIcmpV6)
      continue;  // a transport of the same name as ICMP: neither has one of its own
    const auto transport = static_cast<Transport>(value);
    CAPTURE(name(transport));
    CHECK(parse_transport(name(transport)) == transport);
    CHECK(names.insert(std::string{name(transport)}).second);
  }
  CHECK(name(Transport::esp) == "esp");
  CHECK(name(Transport::icmp_other) == "icmp-other");
  CHECK(name(static_cast<Transport>(253)) == "ip-253");
}

TEST_CASE("a protocol with a name also has its number, apart from ICMP, which is two transports") {
  CHECK(parse_transport("ip-47") == Transport::gre);
  CHECK(parse_transport("ip-6") == Transport::tcp);
  for (const char* text : {"ip-1", "ip-58", "ip-256", "ip-04", "ip-", "ip", "", "253", "TCP", "icmpv6"}) {
    CAPTURE(text);
    CHECK_FALSE(parse_transport(text).has_value());
  }
}

TEST_CASE("which transports have ports, and which show who began") {
  for (const Transport transport :
       {Transport::tcp, Transport::udp, Transport::sctp, Transport::dccp, Transport::udp_lite}) {
    CHECK(has_ports(transport));
    CHECK(has_direction(transport));
  }
  CHECK_FALSE(has_ports(Transport::icmp));
  CHECK(has_direction(Transport::icmp));
  CHECK_FALSE(has_ports(Transport::icmp_other));
  CHECK_FALSE(has_direction(Transport::icmp_other));
  CHECK_FALSE(has_direction(Transport::esp));
}

TEST_CASE("ICMP and ICMPv6 have the same transports") {
  CHECK(transport_of(kProtocolIcmp, FlowKind::echo_of_low) == Transport::icmp);
  CHECK(transport_of(kProtocolIcmpV6, FlowKind::plain) == Transport::icmp);
  CHECK(transport_of(kProtocolIcmpV6, FlowKind::icmp_other) == Transport::icmp_other);
  CHECK(transport_of(kProtocolGre, FlowKind::carrier) == Transport::gre);
}
