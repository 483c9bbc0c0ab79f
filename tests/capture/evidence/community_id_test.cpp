#include "capture/evidence/community_id.hpp"

#include <doctest/doctest.h>

#include "capture/flow/packet_key.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

IpAddress ip(std::string_view text) {
  return parse_ip_address(text).value();
}

// Of a flow that `from` opened.
std::string id_of(std::uint8_t protocol, const char* from, std::uint16_t from_port, const char* to,
                  std::uint16_t to_port) {
  Packet packet;
  packet.protocol = protocol;
  packet.source = ip(from);
  packet.source_port = from_port;
  packet.destination = ip(to);
  packet.destination_port = to_port;
  packet.icmp = IcmpClass::echo_request;
  const KeyedSide keyed = key_of(packet);
  return community_id(keyed.key, keyed.sender).value_or("none");
}

}  // namespace

// The expected values are the ones that the specification publishes for its captures (baseline.json).
TEST_CASE("a flow has its published Community ID") {
  CHECK(id_of(kProtocolTcp, "2001:470:e5bf:dead:4957:2174:e82c:4887", 63943, "2607:f8b0:400c:c03::1a", 25) ==
        "1:/qFaeAR+gFe1KYjMzVDsMv+wgU4=");
  CHECK(id_of(kProtocolUdp, "192.168.1.52", 54585, "8.8.8.8", 53) == "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
  CHECK(id_of(kProtocolSctp, "192.168.170.8", 7, "192.168.170.56", 7) == "1:MP2EtRCAUIZvTw6MxJHLV7N7JDs=");
}

TEST_CASE("both directions have the same one") {
  CHECK(id_of(kProtocolUdp, "8.8.8.8", 53, "192.168.1.52", 54585) == "1:d/FP5EW3wiY1vCndhwleRRKHowQ=");
}

TEST_CASE("a protocol without ports has one from its addresses") {
  constexpr std::uint8_t kRsvp = 46;
  CHECK(id_of(kRsvp, "10.1.12.1", 0, "10.1.12.2", 0) == "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw=");
  CHECK(id_of(kRsvp, "10.1.12.2", 0, "10.1.12.1", 0) == "1:KHlLkgoJW7ifUTyTSgyVfkFHzKw=");
}

TEST_CASE("echoes have one for request and reply") {
  CHECK(id_of(kProtocolIcmp, "192.168.0.89", 0, "192.168.0.1", 0) == "1:X0snYXpgwiv9TZtqg64sgzUn6Dk=");
  CHECK(id_of(kProtocolIcmpV6, "3ffe:507:0:1:200:86ff:fe05:80da", 0, "3ffe:501:0:1001::2", 0) ==
        "1:+TW+HtLHvV1xnGhV1lv7XoJrqQg=");
}

TEST_CASE("echo flows differ by who asked") {
  CHECK(id_of(kProtocolIcmp, "192.168.0.1", 0, "192.168.0.89", 0) !=
        id_of(kProtocolIcmp, "192.168.0.89", 0, "192.168.0.1", 0));
}

TEST_CASE("an echo to oneself has the same ID in either order") {
  FlowKey key;
  key.low.address = key.high.address = ip("10.0.0.1");
  key.protocol = kProtocolIcmp;
  key.kind = FlowKind::echo_of_low;
  CHECK(community_id(key, Side::low).has_value());
  CHECK(community_id(key, Side::low) == community_id(key, Side::high));
}

TEST_CASE("other ICMP has none, because its type and code are not kept") {
  FlowKey key;
  key.low.address = ip("10.0.0.1");
  key.high.address = ip("10.0.0.2");
  key.protocol = kProtocolIcmp;
  key.kind = FlowKind::icmp_other;
  CHECK_FALSE(community_id(key, Side::low).has_value());
}
