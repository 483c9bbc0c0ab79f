#include "capture/flow/fragment_table.hpp"

#include <doctest/doctest.h>

#include <map>

#include "capture/observe/observe.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

IpAddress ip(std::string_view text) {
  return parse_ip_address(text).value();
}

constexpr const char* kClient = "10.0.0.9";
constexpr const char* kServer = "10.0.0.1";

PacketBuilder first_part(std::uint16_t port = 2049, std::uint32_t id = 7) {
  return Eth().ipv4(kClient, kServer).udp(5000, port).payload("12345678").fragment(0, true, id);
}
PacketBuilder later_part(std::uint32_t id = 7, std::uint32_t offset = 16) {
  return Eth().ipv4(kClient, kServer).protocol(17).payload("the rest").fragment(offset, false, id);
}

// What became of the frames: flows by server port, and the fragments without a flow.
struct Seen {
  std::map<std::uint16_t, std::uint64_t> packets;
  std::uint64_t not_placed;
};
Seen seen(MemorySource& source) {
  const FlowListing listing = list_flows(source, {});
  REQUIRE(listing.input.accounting.balanced());
  Seen answer{{}, listing.input.accounting.no_flow[static_cast<std::size_t>(NoFlowReason::later_fragment)]};
  for (const LooseFlow& flow : listing.flows) answer.packets[flow.key.low.port] += flow.facts.packets();
  return answer;
}

using Packets = std::map<std::uint16_t, std::uint64_t>;

}  // namespace

TEST_CASE("later fragments count towards the flow of their first fragment") {
  MemorySource source;
  source.add(first_part());
  source.add(later_part());
  source.add(later_part(7, 24));
  const Seen answer = seen(source);
  CHECK(answer.packets == Packets{{2049, 3}});
  CHECK(answer.not_placed == 0);
}

TEST_CASE("as do IPv6 fragments") {
  MemorySource source;
  source.add(
      Eth().ipv6("2001:db8::9", "2001:db8::1").fragment(0, true, 70000).udp(5000, 2049).payload("12345678"));
  source.add(
      Eth().ipv6("2001:db8::9", "2001:db8::1").fragment(16, false, 70000).protocol(17).payload("the rest"));
  const FlowListing listing = list_flows(source, {});
  REQUIRE(listing.flows.size() == 1);
  CHECK(listing.flows[0].facts.packets() == 2);
}

TEST_CASE("fragments without a flow are counted") {
  MemorySource source;
  source.add(later_part());  // before its first fragment
  source.add(first_part());
  source.add(later_part(8));  // of another packet
  source.add(
      Eth().ipv4(kServer, kClient).protocol(17).payload("the rest").fragment(16, false, 7));  // reversed
  source.add(later_part(), kStart + seconds(3));
  source.add(later_part(), kStart + seconds(60));  // much later
  const Seen answer = seen(source);
  CHECK(answer.packets == Packets{{2049, 2}});
  CHECK(answer.not_placed == 4);
}

TEST_CASE("of two first fragments the last one counts, and an overlapping fragment makes no flow") {
  MemorySource source;
  source.add(first_part(2049));
  source.add(first_part(53));
  source.add(later_part(7, 8));  // overlaps the bytes of the first
  const Seen answer = seen(source);
  CHECK(answer.packets == Packets{{53, 2}, {2049, 1}});
  CHECK(answer.not_placed == 0);
}

TEST_CASE("a flood of first fragments fits the same memory, and later ones are counted or matched") {
  FragmentTable table(1);
  Packet packet;
  packet.source = parse_ip_address(kClient).value();
  packet.destination = parse_ip_address(kServer).value();
  packet.fragment = {Fragment::Part::first, packet.source, packet.destination, 17, 0};
  const std::uint32_t flood = 4 * FragmentTable::kEntries;
  for (std::uint32_t id = 0; id < flood; ++id) {
    packet.fragment.identification = id;
    packet.source_port = static_cast<std::uint16_t>(id);
    table.remember(packet, kStart + Duration{id});
  }
  std::size_t placed = 0;
  for (std::uint32_t id = 0; id < flood; ++id) {
    Packet later;
    later.fragment = packet.fragment;
    later.fragment.part = Fragment::Part::later;
    later.fragment.identification = id;
    if (!table.place(later, kStart + seconds(1))) continue;
    CHECK(later.source_port == static_cast<std::uint16_t>(id));
    ++placed;
  }
  CHECK(placed <= FragmentTable::kEntries);
  CHECK(placed > FragmentTable::kEntries / 2);
}

TEST_CASE("fragments that are not made by the network layer are not matched") {
  MemorySource source;
  source.add(first_part());
  // A later ARCNET fragment, which follows in the same frames and has no IP header.
  source.add({.bytes = {1, 2, 212, 2, 0, 7, 'x'}, .link_type = 7});
  const Seen answer = seen(source);
  CHECK(answer.packets == Packets{{2049, 1}});
  CHECK(answer.not_placed == 1);
}

TEST_CASE("fragments without a flow are listed by their addresses") {
  MemorySource source;
  source.add(later_part());
  source.add(Eth().ipv4(kServer, kClient).protocol(17).payload("the rest").fragment(16, false, 9));
  const FlowListing listing = list_flows(source, {});
  CHECK(listing.flows.empty());
  REQUIRE(listing.without_ports.size() == 1);
  const LooseFlow& pair = listing.without_ports[0];
  CHECK(pair.key.low == Endpoint{ip(kServer), 0});
  CHECK(pair.key.high == Endpoint{ip(kClient), 0});
  CHECK(pair.key.protocol == kProtocolUdp);
  CHECK(pair.facts.side(Side::high).packets == 1);
  CHECK(pair.facts.side(Side::low).packets == 1);
  CHECK(pair.facts.first_sender == Side::high);
  CHECK(listing.input.accounting.in_flows == 0);
}

TEST_CASE("so is a packet that ends before its ports, which stays rejected") {
  MemorySource source;
  source.add(Eth().ipv4(kClient, kServer).protocol(6).payload("abc"));
  const FlowListing listing = list_flows(source, {});
  CHECK(listing.flows.empty());
  REQUIRE(listing.without_ports.size() == 1);
  CHECK(listing.without_ports[0].key.protocol == kProtocolTcp);
  CHECK(listing.input.accounting.balanced());
  CHECK(listing.input.accounting.rejected[static_cast<std::size_t>(RejectReason::cut_headers)] == 1);
  CHECK(listing.input.gaps.undecoded == 1);
}

TEST_CASE("a frame with incomplete addresses is not listed") {
  MemorySource source;
  source.add(Eth().ipv4(kClient, kServer).protocol(6).payload("abc").cut(14 + 18));
  CHECK(list_flows(source, {}).without_ports.empty());
}
