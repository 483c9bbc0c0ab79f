#include "report/report.hpp"

#include <doctest/doctest.h>

#include "tests/report/audit_builder.hpp"

namespace portproof::test {
namespace {

std::vector<std::string> rule_ids(const std::vector<const Rule*>& rules) {
  std::vector<std::string> ids;
  for (const Rule* rule : rules) ids.push_back(rule->id);
  return ids;
}

TEST_CASE("report: totals count every frame read and every conversation judged") {
  Estate estate;
  estate.add_usual();
  estate.evidence.inputs.push_back(estate.evidence.inputs.front());
  const Report report = estate.report();
  CHECK(report.totals.packets == 24);
  CHECK(report.totals.bytes == 8000);
  CHECK(report.totals.flows == 4);
  CHECK(report.totals.conversations == 2);
  CHECK(report.totals.conversation_packets == 20);
  CHECK(report.totals.by_verdict[static_cast<std::size_t>(Verdict::documented)] == 1);
  CHECK(report.totals.by_verdict[static_cast<std::size_t>(Verdict::unexpected)] == 1);
  CHECK(report.accounting.frames == 24);
  CHECK(report.accounting.balanced());
}

TEST_CASE("report: the period spans all inputs, except inputs without frames") {
  Estate estate;
  Input later = estate.evidence.inputs.front();
  later.first = parse_timestamp("2026-11-20T09:00:00Z");
  later.last = parse_timestamp("2026-11-20T10:00:00Z");
  estate.evidence.inputs.push_back(later);
  estate.evidence.inputs.push_back(Input{});
  const Report report = estate.report();
  CHECK(report.first == parse_timestamp("2026-11-20T08:00:00Z"));
  CHECK(report.last == parse_timestamp("2026-11-20T10:00:00Z"));

  estate.evidence.inputs.clear();
  CHECK_FALSE(estate.report().first.has_value());
}

TEST_CASE("report: a note names inputs that seem to be copies of one capture") {
  Estate estate;
  estate.add_usual();
  Input copy = estate.evidence.inputs.front();
  copy.path = "copy.pcap.gz";
  copy.sha256 = std::string(64, 'f');
  estate.evidence.inputs.push_back(copy);
  const Report report = estate.report();
  REQUIRE(report.notes.size() == 1);
  CHECK(report.notes.front().starts_with(estate.evidence.inputs.front().path +
                                         " and copy.pcap.gz seem to be the same capture"));

  for (int number = 0; number < 11; ++number) estate.evidence.inputs.push_back(copy);
  CHECK(estate.report().notes.size() == 11);
  CHECK(estate.report().notes.back() == "2 more inputs seem to be copies of others.");

  estate.evidence.inputs.assign(2, copy);
  estate.evidence.inputs.back().last = parse_timestamp("2026-11-20T10:00:00Z");
  CHECK(estate.report().notes.empty());
  // Inputs without frames or times are not alike.
  estate.evidence.inputs.assign(2, Input{});
  CHECK(estate.report().notes.empty());
}

TEST_CASE("report: a note says what settings and unlike filters keep from it") {
  Estate estate;
  estate.add_usual();
  CHECK(estate.report().notes.empty());
  DecodeOptions& decode = estate.evidence.settings.decode;
  const auto only_note = [&] {
    const Report report = estate.report();
    REQUIRE(report.notes.size() == 1);
    return report.notes.front();
  };
  decode.peel_tunnels = false;
  CHECK(only_note().starts_with("tunnels were not opened (--keep-tunnels)"));
  decode = {.max_tunnels = 0};
  CHECK(only_note().starts_with("tunnels were not opened"));
  decode = {.max_tunnels = 3};
  CHECK(only_note().starts_with("at most 3 nested tunnels were opened"));
  decode = {.key_vlan = true};
  CHECK(only_note().starts_with("flows of different VLANs were kept apart"));
  decode = {};
  estate.evidence.inputs.push_back(estate.evidence.inputs.front());
  estate.evidence.inputs.back().wire_bytes += 1;
  estate.evidence.inputs.front().filter = "tcp";
  CHECK(only_note().starts_with("the inputs were read through different filters"));
  estate.evidence.inputs.back().filter = "tcp";
  CHECK(estate.report().notes.empty());
}

TEST_CASE("report: flagged come first, then waived, unverified, documented, unrelated; then by key") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  estate.add_waiver("W-1", 1, true);
  estate.add(a, b, 1, Verdict::unrelated);
  estate.add(a, b, 2, Verdict::documented, Reason::none, "ddc-vda-registration");
  estate.add(a, b, 3, Verdict::unverified, Reason::name_not_seen);
  estate.add(a, b, 4, Verdict::undocumented, Reason::undocumented_port).waiver = 0;
  estate.add(a, b, 5, Verdict::undocumented, Reason::undocumented_port);
  estate.add(a, b, 6, Verdict::unexpected, Reason::denied);
  const Report report = estate.report();
  std::vector<std::uint16_t> ports;
  for (const std::size_t index : report.conversations) ports.push_back(estate.conversations[index].key.port);
  CHECK(ports == std::vector<std::uint16_t>{5, 6, 4, 3, 2, 1});
}

TEST_CASE("report: conversations beyond the maximum are omitted from the list and from nothing else") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  for (std::uint16_t port = 1; port <= 5; ++port) estate.add(a, b, port, Verdict::unrelated);
  estate.add(a, b, 80, Verdict::undocumented, Reason::undocumented_port);
  ReportOptions options;
  options.max_conversations = 2;
  const Report report = estate.report(options);
  REQUIRE(report.conversations.size() == 2);
  CHECK(estate.conversations[report.conversations[0]].key.port == 80);
  CHECK(report.omitted == 4);
  CHECK(report.totals.conversations == 6);
  std::uint64_t in_groups = 0;
  for (const Group& group : report.groups) in_groups += group.conversations;
  CHECK(in_groups == 6);

  options.max_conversations = 0;
  CHECK(estate.report(options).conversations.empty());
  CHECK(estate.report(options).omitted == 6);
}

TEST_CASE("report: coverage counts what a rule documented, and nothing else") {
  Estate estate;
  estate.add_usual();
  const Report report = estate.report();
  REQUIRE(report.coverage.size() == 1);
  CHECK(report.coverage[0].rule->id == "storefront-vda-ica");
  CHECK(report.coverage[0].conversations == 1);
  CHECK(report.coverage[0].sessions == 2);
  CHECK(report.coverage[0].bytes == 1000);
  // The rule nearest to a flagged conversation did not document it.
  CHECK(rule_ids(report.unused_rules) ==
        std::vector<std::string>{"ddc-vda-registration", "storefront-ddc-xml"});
}

TEST_CASE("report: deny rules and rules not in force are not called unused") {
  Estate estate;
  estate.catalog.rules[0].deny = true;
  estate.catalog.rules[1].in_force = false;
  CHECK(rule_ids(estate.report().unused_rules) == std::vector<std::string>{"storefront-vda-ica"});
}

TEST_CASE("report: a mirror that doubles packets is reported once, if it doubles more than a tenth") {
  Estate estate;
  estate.evidence.inputs[0].accounting.frames = 100;
  estate.evidence.inputs[0].gaps.duplicates = 10;
  CHECK(estate.report().notes.empty());
  estate.evidence.inputs[0].gaps.duplicates = 11;
  REQUIRE(estate.report().notes.size() == 1);
  CHECK(estate.report().notes[0].find("the mirror duplicates packets: 11 of 100") == 0);
}

TEST_CASE("report: a label has the host's name, else a known name, else only the address") {
  Party party;
  party.address = ip("10.0.0.1");
  CHECK(label(party) == "10.0.0.1");
  party.names = {"a.example", "b.example"};
  CHECK(label(party) == "a.example (10.0.0.1)");
  party.host = "ddc1";
  CHECK(label(party) == "ddc1 (10.0.0.1)");
}

TEST_CASE("report: transports print by name if they have one") {
  CHECK(transport_name(kProtocolTcp) == "tcp");
  CHECK(transport_name(kProtocolIcmpV6) == "icmpv6");
  CHECK(transport_name(47) == "47");
}

}  // namespace
}  // namespace portproof::test
