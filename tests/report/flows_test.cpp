#include "report/flows.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/report/audit_builder.hpp"
#include "tests/support/application.hpp"

namespace portproof::test {
namespace {

using Json = nlohmann::ordered_json;

const Timestamp kBegin = parse_timestamp("2026-11-20T08:00:00Z").value();

// A TCP flow that `low` opened with a SYN and `high` answered.
LooseFlow tcp_flow(const std::string& low, std::uint16_t low_port, const std::string& high,
                   std::uint16_t high_port) {
  LooseFlow flow;
  flow.key.low = {ip(low), low_port};
  flow.key.high = {ip(high), high_port};
  flow.key.protocol = kProtocolTcp;
  SideFacts& opener = flow.facts.sides[0];
  opener.packets = 3;
  opener.bytes = 300;
  opener.syn = opener.ack = opener.data = true;
  SideFacts& answerer = flow.facts.sides[1];
  answerer.packets = 2;
  answerer.bytes = 200;
  answerer.syn_ack = answerer.ack = answerer.data = true;
  flow.facts.first = kBegin + seconds(1);
  flow.facts.last = kBegin + seconds(2);
  flow.facts.first_frame = 1;
  flow.facts.initiator = Side::low;
  flow.facts.basis = DirectionBasis::syn;
  flow.facts.openings = 1;
  flow.facts.application = application("ica");
  return flow;
}

LooseFlow echo_flow(FlowKind kind, std::uint64_t packets) {
  LooseFlow flow;
  flow.key.low.address = ip("10.0.0.1");
  flow.key.high.address = ip("10.0.0.2");
  flow.key.protocol = kProtocolIcmp;
  flow.key.kind = kind;
  flow.facts.sides[0].packets = packets;
  flow.facts.sides[0].bytes = packets * 100;
  flow.facts.first = kBegin + seconds(3);
  flow.facts.last = kBegin + seconds(4);
  const bool of_low = kind == FlowKind::echo_of_low;
  if (of_low || kind == FlowKind::echo_of_high) {
    flow.facts.initiator = of_low ? Side::low : Side::high;
    flow.facts.basis = DirectionBasis::icmp;
  }
  return flow;
}

FlowListing listing(std::vector<LooseFlow> flows) {
  FlowListing made;
  made.flows = std::move(flows);
  made.input.first = kBegin;
  made.input.last = kBegin + seconds(10);
  return made;
}

std::string ndjson(const FlowList& list) {
  std::ostringstream out;
  write_flows_ndjson(list, out);
  return out.str();
}

TEST_CASE("flows: one object per line, with all its keys") {
  LooseFlow flow = tcp_flow("10.0.0.1", 50'000, "10.0.0.2", 1494);
  flow.facts.side(Side::low).missed_bytes = 7;
  flow.facts.side(Side::high).missed_bytes = 2;
  const FlowList list = put_together({listing({flow})}, {});
  const std::string text = ndjson(list);
  CHECK(lines_of(text).size() == 1);
  CHECK(Json::parse(text) == Json::parse(R"({
    "transport": "tcp", "initiator": {"address": "10.0.0.1", "port": 50000},
    "responder": {"address": "10.0.0.2", "port": 1494}, "packets": 5, "bytes": 500, "missed_bytes": 9,
    "first": "2026-11-20T08:00:01.000000000Z", "last": "2026-11-20T08:00:02.000000000Z",
    "state": "established", "application": "ica", "direction_basis": "syn", "tunnel": [],
    "community_id": "1:cWs8DeTomJhEUja0knTN8II61uY="})"));
}

TEST_CASE("flows: a flow that turned to another application shows both") {
  LooseFlow flow = tcp_flow("10.0.0.1", 50'000, "10.0.0.2", 1494);
  flow.facts.banners.set(static_cast<std::size_t>(application("ssh")));
  const FlowList list = put_together({listing({flow})}, {});
  const Json line = Json::parse(ndjson(list));
  CHECK(line["application"] == "ica");
  CHECK(line["later_applications"] == Json{"ssh"});
  std::ostringstream table;
  write_flows_text(list, 200, table);
  CHECK(contains(table.str(), "ica, then ssh"));
}

TEST_CASE("flows: packets without ports have a line of their own, by protocol number") {
  LooseFlow fragments = tcp_flow("10.0.0.1", 0, "10.0.0.2", 0);
  fragments.facts.initiator.reset();
  fragments.facts.basis = DirectionBasis::first_packet;
  fragments.facts.openings = 0;
  fragments.facts.sides[0].syn = fragments.facts.sides[1].syn_ack = false;
  FlowListing made = listing({tcp_flow("10.0.0.1", 50'000, "10.0.0.2", 1494)});
  made.without_ports.push_back(fragments);
  const FlowList list = put_together({made, made}, {});
  const auto lines = flow_lines(list);
  REQUIRE(lines.size() == 2);
  CHECK(lines[1].without_ports);
  CHECK(lines[1].packets == 10);
  const Json line = Json::parse(lines_of(ndjson(list))[1]);
  CHECK(line["transport"] == "6");
  CHECK(line["initiator"] == Json{{"address", "10.0.0.1"}, {"port", 0}});
  CHECK(line["direction_basis"] == "first-packet");
  CHECK(line["community_id"].is_null());
}

TEST_CASE("flows: a flow in two inputs is one line") {
  LooseFlow again = tcp_flow("10.0.0.1", 50'000, "10.0.0.2", 1494);
  again.facts.last = kBegin + seconds(9);
  const FlowList list =
      put_together({listing({tcp_flow("10.0.0.1", 50'000, "10.0.0.2", 1494)}), listing({again})}, {});
  const auto lines = flow_lines(list);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].packets == 10);
  CHECK(lines[0].last == kBegin + seconds(9));
  CHECK(list.inputs.size() == 2);
}

TEST_CASE("flows: echoes and other ICMP of a pair share a line, and the echoes give its direction") {
  const FlowList list =
      put_together({listing({echo_flow(FlowKind::echo_of_low, 4), echo_flow(FlowKind::icmp_other, 3)})}, {});
  const auto lines = flow_lines(list);
  REQUIRE(lines.size() == 1);
  CHECK(lines[0].packets == 7);
  CHECK(lines[0].bytes == 700);
  CHECK(lines[0].basis == DirectionBasis::icmp);
  CHECK(Json::parse(ndjson(list))["transport"] == "icmp");
}

TEST_CASE("flows: pings both ways are two lines") {
  const FlowList list = put_together(
      {listing({echo_flow(FlowKind::echo_of_low, 4), echo_flow(FlowKind::echo_of_high, 3)})}, {});
  const auto lines = flow_lines(list);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].initiator.address == ip("10.0.0.1"));
  CHECK(lines[1].initiator.address == ip("10.0.0.2"));
}

TEST_CASE("flows: the outer packets of a tunnel have a line that says so, and totals count them once") {
  LooseFlow outer = echo_flow(FlowKind::carrier, 5);
  outer.key.protocol = kProtocolGre;
  const FlowList list = put_together({listing({outer, tcp_flow("10.0.0.1", 50000, "10.0.0.2", 1494)})}, {});
  const auto lines = lines_of(ndjson(list));
  REQUIRE(lines.size() == 2);
  std::size_t carriers = 0;
  for (const std::string& line : lines) carriers += Json::parse(line).contains("carrier") ? 1 : 0;
  CHECK(carriers == 1);
  std::ostringstream text;
  write_flows_text(list, 200, text);
  CHECK(text.str().find("2 flows, 5 packets") != std::string::npos);
}

TEST_CASE("flows: a protocol without a name is its number") {
  LooseFlow flow = echo_flow(FlowKind::plain, 1);
  flow.key.protocol = 47;
  flow.facts.initiator.reset();
  CHECK(Json::parse(ndjson(put_together({listing({flow})}, {})))["transport"] == "47");
}

TEST_CASE("flows: tunnels are written in words, outermost first") {
  LooseFlow flow = tcp_flow("10.0.0.1", 50000, "10.0.0.2", 1494);
  flow.facts.tunnels.push({.kind = TunnelKind::gre});
  flow.facts.tunnels.push({.kind = TunnelKind::vxlan, .has_id = true, .id = 5000});
  LooseFlow tagged = tcp_flow("10.0.0.1", 50000, "10.0.0.2", 1494);
  tagged.key.vlans = (5U << 12U) | 10U;
  const FlowList list = put_together({listing({flow, tagged})}, {});
  const auto lines = lines_of(ndjson(list));
  REQUIRE(lines.size() == 2);
  CHECK(Json::parse(lines[0])["tunnel"] == Json::array({"gre", "vxlan:5000"}));
  CHECK_FALSE(Json::parse(lines[0]).contains("vlan"));
  CHECK(Json::parse(lines[1])["tunnel"] == Json::array());
  CHECK(Json::parse(lines[1])["vlan"] == Json::array({5, 10}));
}

TEST_CASE("flows: the table has one line per flow and the totals") {
  const FlowList list = put_together({listing({tcp_flow("10.0.0.1", 50'000, "10.0.0.2", 1494),
                                               tcp_flow("fd00::1", 50'000, "fd00::2", 443)})},
                                     {});
  std::ostringstream out;
  write_flows_text(list, 80, out);
  const auto lines = lines_of(out.str());
  REQUIRE(lines.size() == 4);
  CHECK(contains(lines[0], "INITIATOR"));
  CHECK(contains(lines[1], "10.0.0.1:50000"));
  CHECK(contains(lines[2], "[fd00::1]:50000"));
  CHECK(lines[3] == "2 flows, 10 packets, 1,000 bytes");
  for (const std::string& line : lines) CHECK(line.size() <= 80);
  std::ostringstream wide;
  write_flows_text(list, 200, wide);
  CHECK(contains(wide.str(), "2026-11-20T08:00:01.000000000Z"));
}

TEST_CASE("flows: no flow means no line of NDJSON") {
  CHECK(ndjson(FlowList{}).empty());
}

}  // namespace
}  // namespace portproof::test
