#include "capture/filter/packet_filter.hpp"

#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <initializer_list>
#include <sstream>
#include <thread>

#include "capture/evidence/evidence_file.hpp"
#include "capture/observe/observe.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

using OnLink = std::function<PacketBuilder(PacketBuilder)>;

// The packets that the filters choose from: one each of TCP to 443, TCP to 80, UDP to 443, IPv6 TCP to 443,
// and ARP.
const std::array<OnLink, 5> kPackets{
    [](PacketBuilder on) { return on.ipv4("10.0.0.9", "10.0.0.1").tcp(50000, 443, kTcpSyn); },
    [](PacketBuilder on) { return on.ipv4("10.0.0.9", "10.0.0.2").tcp(50000, 80, kTcpSyn); },
    [](PacketBuilder on) { return on.ipv4("10.0.0.9", "10.0.0.1").udp(50000, 443).payload("?"); },
    [](PacketBuilder on) { return on.ipv6("fd20::9", "fd20::1").tcp(50000, 443, kTcpSyn); },
    [](PacketBuilder on) { return on.arp("10.0.0.1", "10.0.0.2"); }};

PacketBuilder untagged() {
  return Eth();
}
PacketBuilder tagged() {
  return Eth().vlan(10);
}
PacketBuilder tagged_by_provider() {
  return Eth().vlan(10, 0x88a8);
}
PacketBuilder tagged_the_old_way() {
  return Eth().vlan(10, 0x9100);
}
PacketBuilder tagged_twice() {
  return Eth().vlan(20, 0x88a8).vlan(10);
}
PacketBuilder tagged_three_times() {
  return Eth().vlan(30, 0x9100).vlan(20).vlan(10);
}

bool passes(const std::string& expression, const CapturedFrame& frame) {
  const auto filter = PacketFilter::compile(expression);
  REQUIRE_MESSAGE(filter.has_value(), expression);
  const auto answer = FrameFilter(*filter).passes(frame.view());
  REQUIRE_MESSAGE(answer.has_value(), expression);
  return *answer;
}

int passing(const std::string& expression, PacketBuilder (*link)()) {
  int count = 0;
  for (const OnLink& packet : kPackets) {
    count += passes(expression, CapturedFrame{.bytes = packet(link())}) ? 1 : 0;
  }
  return count;
}

CapturedFrame raw_ip(LinkType type) {
  return CapturedFrame{.bytes = Ip().ipv4("10.0.0.9", "10.0.0.1").tcp(50000, 443, kTcpSyn),
                       .link_type = type};
}

// A packet with Linux's cooked header and that many 802.1Q tags.
CapturedFrame cooked(int tags, std::uint16_t port) {
  Bytes bytes{0, 0, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0};
  for (int tag = 0; tag < tags; ++tag) bytes.insert(bytes.end(), {0x81, 0x00, 0x00, 0x0a});
  bytes.insert(bytes.end(), {0x08, 0x00});
  const Bytes packet = Ip().ipv4("10.0.0.9", "10.0.0.1").tcp(50000, port, kTcpSyn);
  bytes.insert(bytes.end(), packet.begin(), packet.end());
  return CapturedFrame{.bytes = bytes, .link_type = 113};
}

// The same with version 2 of that header, in which the type comes first.
CapturedFrame cooked2(int tags, std::uint16_t port) {
  Bytes bytes{0x08, 0x00, 0, 0, 0, 0, 0, 1, 0, 1, 0, 6, 2, 0, 0, 0, 0, 1, 0, 0};
  if (tags > 0) bytes[0] = 0x81;
  for (int tag = 1; tag < tags; ++tag) bytes.insert(bytes.end(), {0x00, 0x0a, 0x81, 0x00});
  if (tags > 0) bytes.insert(bytes.end(), {0x00, 0x0a, 0x08, 0x00});
  const Bytes packet = Ip().ipv4("10.0.0.9", "10.0.0.1").tcp(50000, port, kTcpSyn);
  bytes.insert(bytes.end(), packet.begin(), packet.end());
  return CapturedFrame{.bytes = bytes, .link_type = 276};
}

ObserveOptions with_filter(const std::string& expression) {
  ObserveOptions options;
  const auto filter = PacketFilter::compile(expression);
  REQUIRE(filter.has_value());
  options.filter = *filter;
  return options;
}

}  // namespace

TEST_CASE("a filter means the same on tagged frames as on untagged ones") {
  struct Row {
    const char* filter;
    int expected;
  };
  for (const Row& row : {Row{"port 443", 3}, Row{"not port 443", 2}, Row{"tcp port 443", 2}, Row{"udp", 1},
                         Row{"tcp and not port 443", 1}, Row{"ip6", 1}, Row{"not ip6", 4}, Row{"arp", 1},
                         Row{"host 10.0.0.1", 3}, Row{"ip host 10.0.0.1", 2}, Row{"net 10.0.0.0/24", 4},
                         Row{"dst host 10.0.0.2 and tcp dst port 80", 1}, Row{"ether proto 0x0800", 3},
                         Row{"portrange 1-100", 1}, Row{"tcp[tcpflags] & tcp-syn != 0", 2},
                         Row{"ether src 02:00:00:00:00:01", 5}}) {
    CAPTURE(row.filter);
    CHECK(passing(row.filter, untagged) == row.expected);
    CHECK(passing(row.filter, tagged) == row.expected);
    CHECK(passing(row.filter, tagged_by_provider) == row.expected);
    CHECK(passing(row.filter, tagged_the_old_way) == row.expected);
    CHECK(passing(row.filter, tagged_twice) == row.expected);
    CHECK(passing(row.filter, tagged_three_times) == row.expected);
  }
}

TEST_CASE("a filter that names vlan sees the tags") {
  struct Row {
    const char* filter;
    int untagged, tagged, twice;
  };
  for (const Row& row :
       {Row{"vlan", 0, 5, 5}, Row{"vlan 10", 0, 5, 0}, Row{"vlan 20", 0, 0, 5},
        Row{"vlan 10 and port 443", 0, 3, 0}, Row{"vlan 20 and vlan 10 and port 443", 0, 0, 3},
        Row{"not vlan", 5, 0, 0}, Row{"port 443 or (vlan and port 443)", 3, 3, 0}}) {
    CAPTURE(row.filter);
    CHECK(passing(row.filter, untagged) == row.untagged);
    CHECK(passing(row.filter, tagged) == row.tagged);
    CHECK(passing(row.filter, tagged_twice) == row.twice);
  }
}

TEST_CASE("a filter names vlan only where vlan is a word of its own") {
  for (const char* named :
       {"vlan", "vlan 10", "not vlan", "(vlan)", "!vlan", "port 443&&vlan 5", "tcp or\tvlan\n"}) {
    CAPTURE(named);
    CHECK(names_vlan(named));
  }
  for (const char* other : {"", "port 443", "host vlan.example.org", "host my-vlan", "host vlan-10",
                            "host \\vlan", "host vlans", "host vlan10", "host 10vlan", "VLAN"}) {
    CAPTURE(other);
    CHECK_FALSE(names_vlan(other));
  }
}

TEST_CASE("lengths are measured without the frame's tags") {
  CapturedFrame frame{.bytes = Eth().vlan(20).vlan(10).ipv4("10.0.0.9", "10.0.0.1").udp(1, 2).payload("?")};
  frame.wire_length = 508;
  CHECK(passes("len = 500", frame));
  CHECK(passes("less 500", frame));
  CHECK_FALSE(passes("greater 501", frame));
  CHECK(passes("vlan and len = 508", frame));
}

TEST_CASE("a frame cut within its tags is filtered as it stands") {
  const Bytes whole = Eth().vlan(20).vlan(10).ipv4("10.0.0.9", "10.0.0.1").udp(1, 443);
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    CAPTURE(size);
    // A copy of exactly that size, so that a read beyond it is noticed.
    const Bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
    const CapturedFrame frame{.bytes = cut, .wire_length = 60};
    CHECK(passes("udp port 443", frame) == (size >= whole.size() - 4));
    CHECK(passes("len >= 52", frame));
  }
}

TEST_CASE("a frame of nothing but tags, and one larger than any filter sees") {
  Bytes tags = Eth();
  tags.resize(12);
  while (tags.size() < 300'000) tags.insert(tags.end(), {0x81, 0x00});
  CHECK_FALSE(passes("port 443", CapturedFrame{.bytes = tags}));
  Bytes large = Eth().vlan(10).ipv4("10.0.0.9", "10.0.0.1").udp(1, 443);
  large.resize(300'000);
  CHECK(passes("udp port 443", CapturedFrame{.bytes = large}));
  CHECK_FALSE(passes("not udp port 443", CapturedFrame{.bytes = large}));
}

TEST_CASE("other link types") {
  for (const LinkType type : {LinkType{12}, LinkType{14}, LinkType{101}, LinkType{228}}) {
    CAPTURE(type);
    CHECK(passes("port 443", raw_ip(type)));
    CHECK_FALSE(passes("not port 443", raw_ip(type)));
    CHECK_FALSE(passes("port 80", raw_ip(type)));
  }
  for (int tags = 0; tags < 4; ++tags) {
    CAPTURE(tags);
    for (const CapturedFrame& frame : {cooked(tags, 443), cooked2(tags, 443)}) {
      CHECK(passes("port 443", frame));
      CHECK_FALSE(passes("not port 443", frame));
    }
    for (const CapturedFrame& frame : {cooked(tags, 80), cooked2(tags, 80)}) {
      CHECK_FALSE(passes("port 443", frame));
      CHECK(passes("not port 443", frame));
    }
  }
}

TEST_CASE("an expression that does not compile is reported in libpcap's words") {
  struct Row {
    const char* filter;
    const char* words;
  };
  for (const Row& row : {Row{"tcp prt 443", "'tcp prt 443' cannot be compiled for Ethernet (link type 1): "},
                         Row{"port", "syntax error"}, Row{"port 70000", "70000"}, Row{"(tcp", "syntax error"},
                         Row{"host 10.0.0.300", "10.0.0.300"}, Row{"ip broadcast", "netmask"},
                         Row{"inbound", "only a live capture"}, Row{"not outbound", "only a live capture"},
                         Row{"", "is empty"}, Row{" \t", "is empty"}}) {
    CAPTURE(row.filter);
    const auto filter = PacketFilter::compile(row.filter);
    REQUIRE_FALSE(filter.has_value());
    CHECK(filter.error().kind == ErrorKind::usage);
    CAPTURE(filter.error().what);
    CHECK(filter.error().what.find(row.words) != std::string::npos);
  }
}

TEST_CASE("threads share one program per link type") {
  const auto filter = *PacketFilter::compile("port 443");
  std::array<const PacketFilter::Program*, 4> programs{};
  {
    std::array<std::jthread, 4> threads;
    for (std::size_t index = 0; index < threads.size(); ++index) {
      threads[index] = std::jthread([&, index] { programs[index] = filter->program(113).value_or(nullptr); });
    }
  }
  for (const auto* program : programs) CHECK(program == programs[0]);
  CHECK(programs[0] != nullptr);
  CHECK(filter->program(kLinkEthernet).value() != programs[0]);
}

TEST_CASE("frames that a filter excludes are counted separately, and still move the clock") {
  MemorySource source;
  const auto other = Eth().ipv4("10.0.0.9", "10.0.0.2").udp(5000, 53).payload("?");
  source.add(other, kStart);
  source.add(Eth().vlan(10).ipv4("10.0.0.9", "10.0.0.1").tcp(50000, 443, kTcpSyn), kStart + seconds(1));
  source.add(Eth().vlan(10).ipv4("10.0.0.1", "10.0.0.9").tcp(443, 50000, kTcpSyn | kTcpAck),
             kStart + seconds(1));
  source.add(Eth().ipv4("10.0.0.9", "10.0.0.1").ip_header_words(2).tcp(50000, 443, 0), kStart + seconds(2));
  source.add(other, kStart + seconds(3));
  const Evidence evidence = observe(source, with_filter("port 443"));
  const Input& input = evidence.inputs.at(0);
  CHECK(input.filter == "port 443");
  CHECK(input.filtered_out + input.accounting.frames == 5);
  CHECK(input.filtered_out == 3);
  CHECK(input.accounting.balanced());
  CHECK(input.accounting.frames == 2);
  CHECK(input.accounting.in_flows == 2);
  CHECK(input.error.empty());
  CHECK(input.gaps == Gaps{});
  CHECK(input.first == kStart);
  CHECK(input.last == kStart + seconds(3));
  REQUIRE(evidence.loose.size() == 1);
  CHECK(evidence.loose[0].facts.first_frame == 2);  // as in the whole file

  source.rewind();
  const FlowListing listing = list_flows(source, with_filter("not port 443"));
  CHECK(listing.input.filtered_out == 2);
  CHECK(listing.input.accounting.frames == 3);
}

TEST_CASE("a link type to which the filter does not apply ends its input there, as a gap") {
  MemorySource source;
  source.add(Eth().ipv4("10.0.0.9", "10.0.0.1").udp(1, 443));
  source.add(CapturedFrame{.bytes = Bytes(20), .time = kStart, .link_type = 299});
  source.add(Eth().ipv4("10.0.0.9", "10.0.0.1").udp(1, 443));
  const Evidence evidence = observe(source, with_filter("port 443"));
  const Input& input = evidence.inputs.at(0);
  CHECK(input.error.find("'port 443' cannot be compiled for link type 299") != std::string::npos);
  CHECK(input.gaps.cut_short == 1);
  CHECK(input.accounting.balanced());
  CHECK(input.accounting.frames == 1);
  CHECK(input.filtered_out == 0);
}

TEST_CASE("evidence keeps the filter of each input") {
  MemorySource source;
  source.add(Eth().ipv4("10.0.0.9", "10.0.0.1").udp(1, 443));
  source.add(Eth().ipv4("10.0.0.9", "10.0.0.1").udp(1, 53));
  Evidence filtered = observe(source, with_filter("port 443"));
  source.rewind();
  auto both = merge(filtered, observe(source, {}));
  REQUIRE(both.has_value());
  std::stringstream file;
  write_evidence(*both, file);
  const auto read = read_evidence(file, "made up");
  REQUIRE_MESSAGE(read.has_value(), read.error().what);
  CHECK(*read == *both);
  REQUIRE(read->inputs.size() == 2);
  // Ordered as everything else about the inputs is.
  const Input& with = read->inputs[read->inputs[0].filter.empty() ? 1 : 0];
  const Input& without = read->inputs[read->inputs[0].filter.empty() ? 0 : 1];
  CHECK(with.filter == "port 443");
  CHECK(with.filtered_out == 1);
  CHECK(without.filter.empty());
  CHECK(without.filtered_out == 0);
}
