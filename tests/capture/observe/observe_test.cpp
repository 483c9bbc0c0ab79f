#include "capture/observe/observe.hpp"

#include <doctest/doctest.h>

#include <filesystem>

#include "capture/evidence/settle.hpp"
#include "capture/flow/flow_lookup.hpp"
#include "capture/source/open_capture.hpp"
#include "tests/support/application.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr const char* kClient = "10.0.0.9";
constexpr const char* kServer = "10.0.0.1";

PacketBuilder there(int flags) {
  return Eth().ipv4(kClient, kServer).tcp(50000, 1494, flags);
}
PacketBuilder back(int flags) {
  return Eth().ipv4(kServer, kClient).tcp(1494, 50000, flags);
}

std::uint64_t reason(const Input& input, CloseReason why) {
  return input.accounting.flows_closed[static_cast<std::size_t>(why)];
}

}  // namespace

TEST_CASE("every frame is accounted for") {
  MemorySource source;
  source.set_path("made up");
  source.add(there(kTcpSyn));
  source.add(back(kTcpSyn | kTcpAck));
  source.add(Eth().arp("10.0.0.1", "10.0.0.2"));
  source.add(Eth().ipv4(kClient, kServer).udp(5000, 53).payload("?"));
  source.add(Eth().ipv4(kClient, "224.0.0.22").protocol(2).payload("igmp"));
  source.add(Eth().ipv4(kServer, kClient).unreachable(3, Ip().ipv4(kClient, kServer).udp(5000, 53)));
  source.add(Eth().ipv4(kClient, kServer).ip_header_words(2).udp(1, 2));
  source.add(Eth().ipv4(kClient, kServer).udp(1, 2).fragment(1480, false));
  CapturedFrame snapped{.bytes = Eth().ipv4(kClient, "10.0.0.2").udp(1, 2).cut(20),
                        .time = kStart + seconds(1)};
  snapped.wire_length = 60;
  source.add(snapped);
  CapturedFrame cut{.bytes = there(kTcpAck).cut(14 + 20 + 4), .time = kStart + seconds(1)};
  cut.wire_length = 60;
  source.add(cut);
  std::uint64_t wire_bytes = 0;
  for (const CapturedFrame& frame : source.frames()) wire_bytes += frame.length_on_wire();

  const Evidence evidence = observe(source, {});
  REQUIRE(evidence.inputs.size() == 1);
  const Input& input = evidence.inputs[0];
  CHECK(input.path == "made up");
  CHECK(input.format == "memory");
  CHECK(input.error.empty());
  CHECK(input.accounting.balanced());
  CHECK(input.accounting.frames == 10);
  CHECK(input.accounting.decoded == 8);
  CHECK(input.accounting.in_flows == 6);
  CHECK(input.accounting.flows_opened == 4);
  CHECK(reason(input, CloseReason::end_of_capture) == 4);
  CHECK(input.gaps.snapped_headers == 2);
  CHECK(input.gaps.undecoded == 2);
  CHECK(input.unread == std::vector<UnreadCount>{{UnreadKind::snapped_headers, std::nullopt, 2, 9},
                                                 {UnreadKind::bad_ip_header, std::nullopt, 1, 7},
                                                 {UnreadKind::later_fragment, std::nullopt, 1, 8}});
  CHECK(input.wire_bytes == wire_bytes);
  CHECK(input.first == kStart);
  CHECK(input.last == kStart + seconds(1));

  CHECK(evidence.protocols.at("igmp").packets == 1);
  CHECK(evidence.protocols.at("igmp").hosts == std::vector{parse_ip_address(kClient).value()});
  CHECK(evidence.protocols.at("icmp-error").packets == 1);
  REQUIRE(evidence.loose.size() == 2);
  const auto conversations = settled_conversations(evidence, no_oracle);
  REQUIRE(conversations.size() == 2);
  for (const auto& [key, facts] : conversations) {
    CHECK(key.initiator == parse_ip_address(kClient));
    CHECK(facts.state == (key.port == 53 ? FlowState::refused : FlowState::established));
  }
}

TEST_CASE("an input without frames is not an error, and has no times") {
  MemorySource source;
  const Evidence evidence = observe(source, {});
  REQUIRE(evidence.inputs.size() == 1);
  CHECK_FALSE(evidence.inputs[0].first);
  CHECK(evidence.inputs[0].accounting.balanced());
  CHECK(evidence.conversations.empty());
}

TEST_CASE("a damaged input is observed up to the damage") {
  MemorySource source;
  source.add(there(kTcpSyn));
  source.fail_at_end(Error{ErrorKind::bad_data, "the file ends within a record", "x"});
  const Evidence evidence = observe(source, {});
  CHECK(evidence.inputs[0].error == "the file ends within a record");
  CHECK(evidence.inputs[0].gaps.cut_short == 1);
  CHECK(evidence.loose.size() == 1);
}

TEST_CASE("a flow inside its input is folded at once, one at an edge is kept") {
  MemorySource source;
  const auto beat = [&source](std::int64_t second) {
    source.add(Eth().arp("10.0.0.1", "10.0.0.2"), kStart + seconds(second));
  };
  const auto connection = [&source](std::int64_t second) {
    source.add(there(kTcpSyn), kStart + seconds(second));
    source.add(back(kTcpRst | kTcpAck), kStart + seconds(second));
  };
  beat(0);
  SUBCASE("opened by SYN, closed before the end") {
    connection(33);
    beat(44);
    const Evidence evidence = observe(source, {});
    REQUIRE(evidence.conversations.size() == 1);
    CHECK(evidence.conversations.begin()->second.state == FlowState::refused);
    CHECK(evidence.loose.empty());
  }
  SUBCASE("its SYN may repeat one from an earlier piece") {
    connection(32);
    beat(43);
    CHECK(observe(source, {}).loose.size() == 1);
  }
  SUBCASE("still open at the end") {
    connection(33);
    beat(43);
    CHECK(observe(source, {}).loose.size() == 1);
  }
  SUBCASE("not firm, TCP") {
    beat(3600);
    source.add(there(kTcpAck), kStart + seconds(3700));
    source.add(there(kTcpRst), kStart + seconds(3700));
    beat(3800);
    CHECK(observe(source, {}).loose.size() == 1);
  }
  SUBCASE("UDP, more than its timeout away from both edges") {
    source.add(Eth().ipv4(kClient, kServer).udp(5000, 53), kStart + seconds(180));
    source.add(Eth().ipv4(kClient, kServer).udp(5001, 53), kStart + seconds(181));
    beat(400);
    const Evidence evidence = observe(source, {});
    CHECK(evidence.loose.size() == 1);
    REQUIRE(evidence.conversations.size() == 1);
    CHECK(evidence.conversations.begin()->second.basis == DirectionBasis::first_packet_after_run);
  }
}

TEST_CASE("packets of connections with one direction missing are a gap") {
  MemorySource source;
  source.add(there(kTcpSyn));
  source.add(there(kTcpAck));
  source.add(there(kTcpAck).payload("x"));
  source.add(Eth().ipv4(kClient, kServer).tcp(50001, 80, kTcpSyn));
  source.add(Eth().ipv4(kClient, kServer).udp(50001, 80));
  // They were still open when the input ended, so another piece may hold the other direction.
  const Evidence evidence = observe(source, {});
  CHECK(evidence.inputs[0].gaps.one_way == 0);
  CHECK(settle(evidence, no_oracle, kMostAttempts).inputs[0].gaps.one_way == 3);
}

TEST_CASE("a connection that begins after hours of silence is one connection") {
  MemorySource source;
  source.add(there(kTcpSyn), kStart);
  source.add(back(kTcpRst | kTcpAck), kStart);
  const Timestamp later = kStart + seconds(8 * 3600);
  source.add(there(kTcpSyn), later);
  source.add(back(kTcpSyn | kTcpAck), later);
  for (int frame = 0; frame < 40; ++frame) {
    source.add(there(kTcpAck).payload("...."));
    source.add(Eth().arp("10.0.0.1", "10.0.0.2"));
  }
  for (const std::size_t batch : {1U, 7U, 256U}) {
    source.rewind();
    source.batches_of(batch);
    const Evidence evidence = observe(source, {});
    CHECK(evidence.inputs[0].gaps.time_jumps == 0);
    CHECK(evidence.inputs[0].accounting.flows_opened == 2);
    REQUIRE(evidence.loose.size() == 2);
    CHECK(evidence.loose[0].facts.packets() == 2);
    CHECK(evidence.loose[0].facts.last == kStart);
    CHECK(evidence.loose[1].facts.packets() == 42);
    CHECK(evidence.loose[1].facts.first >= later);
    CHECK(evidence.loose[1].facts.basis == DirectionBasis::syn);
  }
}

TEST_CASE("a flow that began while the clock was in doubt keeps the time of its first packet") {
  MemorySource source;
  source.add(there(kTcpSyn), kStart);
  const Timestamp later = kStart + seconds(8 * 3600);
  for (int frame = 0; frame < 20; ++frame) source.add(there(kTcpAck).payload("...."), later);
  const Evidence evidence = observe(source, {});
  REQUIRE(evidence.loose.size() == 1);
  CHECK(evidence.loose[0].facts.first == kStart);
  CHECK(evidence.loose[0].facts.first_frame == 1);
  CHECK(evidence.loose[0].facts.last == later);
}

TEST_CASE("one wrong timestamp ends no flow") {
  MemorySource source;
  source.add(there(kTcpSyn), kStart);
  source.add(back(kTcpSyn | kTcpAck), kStart + seconds(90'000));
  source.add(there(kTcpAck), kStart + seconds(1));
  const Evidence evidence = observe(source, {});
  CHECK(evidence.inputs[0].gaps.time_jumps == 1);
  CHECK(evidence.inputs[0].last == kStart + seconds(1));
  REQUIRE(evidence.loose.size() == 1);
  CHECK(evidence.loose[0].facts.packets() == 3);
}

TEST_CASE("frames without a usable time are counted") {
  const auto untimed = [](const std::vector<std::pair<int, Timestamp>>& times) {
    MemorySource source;
    for (const auto& [frames, time] : times) {
      for (int frame = 0; frame < frames; ++frame) source.add(there(kTcpAck), time);
    }
    return observe(source, {}).inputs[0].gaps.untimed;
  };
  const Timestamp month_before = kStart + seconds(-40 * 86'400);
  CHECK(untimed({{40, kStart}}) == 0);
  CHECK(untimed({{3, Timestamp{}}}) == 3);
  CHECK(untimed({{3, Timestamp{}}, {40, kStart}}) == 3);
  CHECK(untimed({{1, month_before}, {40, kStart}}) == 1);
  CHECK(untimed({{16, month_before}, {40, kStart}}) == 0);
  // Too few to be believed, yet as many as agree with the first.
  CHECK(untimed({{1, month_before}, {3, kStart}}) == 4);
  CHECK(untimed({{1, kStart + seconds(40 * 86'400)}, {40, kStart}}) == 41);
  CHECK(untimed({{40, kStart}, {1, kStart + seconds(40 * 86'400)}, {3, kStart}}) == 0);
}

TEST_CASE("a table that is too small loses no packet and no byte, and says so") {
  MemorySource source;
  for (std::uint16_t port = 1; port <= 400; ++port) {
    source.add(Eth().ipv4(kClient, kServer).tcp(port, 1494, kTcpSyn), kStart + seconds(port));
  }
  ObserveOptions options;
  options.table.max_flows = 16;
  const Evidence evidence = observe(source, options);
  CHECK(evidence.inputs[0].accounting.balanced());
  CHECK(evidence.limits_hit[Limit::flows] == 400 - 16 / kFlowShards);  // of two hosts
  std::uint64_t packets = 0;
  std::uint64_t sessions = 0;
  for (const auto& [key, facts] : settled_conversations(evidence, no_oracle)) {
    packets += facts.packets;
    sessions += facts.sessions;
  }
  CHECK(packets == 400);
  CHECK(sessions == 400);
}

TEST_CASE("a client that invents names never gets more than its share") {
  MemorySource source;
  source.add(Eth().arp("10.0.0.1", "10.0.0.2"), kStart);
  for (std::uint16_t number = 0; number < 300; ++number) {
    const std::string host = "n" + std::to_string(1000 + number * 7 % 300) + ".example";
    const auto port = static_cast<std::uint16_t>(1000 + number);
    const Timestamp time = kStart + seconds(100 + number);
    source.add(Eth().ipv4(kClient, kServer).tcp(port, 80, kTcpSyn), time);
    source.add(Eth()
                   .ipv4(kClient, kServer)
                   .tcp(port, 80, kTcpAck)
                   .payload("GET / HTTP/1.1\r\nHost: " + host + "\r\n\r\n"),
               time);
    source.add(Eth().ipv4(kServer, kClient).tcp(80, port, kTcpRst | kTcpAck), time);
  }
  source.add(Eth().arp("10.0.0.1", "10.0.0.2"), kStart + seconds(500));
  const Evidence evidence = observe(source, {});
  REQUIRE(evidence.conversations.size() == kNamesPerService + 1);
  CHECK(evidence.limits_hit[Limit::names] == 1);
  for (const auto& [key, facts] : evidence.conversations) {
    if (key.name_state == NameState::given) CHECK(key.name < "n1064");
    if (key.name_state == NameState::other) CHECK(facts.sessions == 300 - kNamesPerService);
  }
}

TEST_CASE("the list of flows has one entry per 5-tuple, however often it reappeared") {
  MemorySource source;
  for (const std::int64_t second : {0, 1000}) {
    source.add(Eth().ipv4(kClient, kServer).udp(5000, 53).payload("?"), kStart + seconds(second));
    source.add(Eth().ipv4(kServer, kClient).udp(53, 5000).payload("!"), kStart + seconds(second));
  }
  source.add(there(kTcpSyn));
  source.add(back(kTcpRst | kTcpAck));
  source.add(there(kTcpSyn));
  source.add(back(kTcpSyn | kTcpAck));
  source.add(there(kTcpAck).payload("GET / HTTP/1.1\r\nHost: a.example\r\n\r\n"));
  const FlowListing listing = list_flows(source, {});
  CHECK(listing.input.accounting.balanced());
  CHECK(listing.input.accounting.flows_opened == 4);
  REQUIRE(listing.flows.size() == 2);
  const LooseFlow& tcp = listing.flows[0].key.protocol == kProtocolTcp ? listing.flows[0] : listing.flows[1];
  const LooseFlow& udp = listing.flows[0].key.protocol == kProtocolTcp ? listing.flows[1] : listing.flows[0];
  CHECK(udp.facts.packets() == 4);
  CHECK(udp.facts.last == kStart + seconds(1000));
  CHECK(tcp.facts.packets() == 5);
  CHECK(tcp.facts.openings == 2);
  CHECK(tcp.facts.application == application("http"));
  CHECK(tcp.name == "a.example");
}

TEST_CASE("progress is reported right to the end") {
  MemorySource source;
  for (int frame = 0; frame < 1000; ++frame) source.add(there(kTcpAck));
  std::uint64_t announced = 0;
  ObserveOptions options;
  options.progress = [&announced](std::uint64_t bytes) { announced = bytes; };
  observe(source, options);
  CHECK(announced == 1000 * there(kTcpAck).bytes().size());
}

TEST_CASE("a captured ICA session") {
  const std::string path = PORTPROOF_SOURCE_DIR "/../shared/captures/protocols/citrix.pcap";
  if (!std::filesystem::exists(path)) {
    MESSAGE("not available: ", path);
    return;
  }
  auto source = open_capture(path);
  REQUIRE(source);
  const Evidence evidence = observe(**source, {});
  CHECK(evidence.inputs[0].accounting.balanced());
  const auto conversations = settled_conversations(evidence, no_oracle);
  REQUIRE(conversations.size() == 1);
  const auto& [key, facts] = *conversations.begin();
  CHECK(key.protocol == kProtocolTcp);
  CHECK(key.port == 1494);
  CHECK(key.application == application("ica"));
  CHECK(facts.sessions == 1);
  CHECK(facts.packets == 100);
  CHECK(facts.basis == DirectionBasis::syn);
  CHECK(facts.state == FlowState::established);
}
