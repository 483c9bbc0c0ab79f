#include "report/json.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/report/audit_builder.hpp"
#include "tests/support/application.hpp"

namespace portproof::test {
namespace {

using Json = nlohmann::ordered_json;

// A conversation and an input of every kind, and hostile names.
void fill(Estate& estate) {
  estate.add_usual();
  estate.add_allow("site-http", "ddc", "vda", 8080).reason = "moved";
  estate.add_waiver("W-7", 1, true);
  estate.add_waiver("W-8", 0, false);
  const Party vda = estate.party("10.20.5.9", "vda", "vda \"9\"\x1b[2J");
  Party outside = estate.party("fd00::1", "");
  outside.names = {"evil\xff\u202e.example"};
  estate.add(vda, outside, 443, Verdict::unverified, Reason::name_not_seen).waiver = 0;
  auto& echo = estate.add(vda, outside, 0, Verdict::undocumented, Reason::undocumented_icmp);
  echo.key.protocol = kProtocolIcmpV6;
  echo.facts.basis = DirectionBasis::icmp;
  auto& named = estate.add(vda, outside, 8443, Verdict::unrelated);
  named.key.application = application("tls");
  named.key.name_state = NameState::given;
  named.key.name = "portal.example";
  estate.add(vda, outside, 8444, Verdict::unrelated).key.name_state = NameState::other;
  Input broken;
  broken.path = "broken\n.pcap";
  broken.error = "ends in the middle of a record";
  broken.kernel_filter = "not port 3260";
  broken.gaps.cut_short = 1;
  broken.gaps.undecoded = 9;
  broken.unread = {{UnreadKind::later_fragment, std::nullopt, 1, 7},
                   {UnreadKind::unknown_ethertype, 0x9200, 8, 3}};
  estate.evidence.inputs.push_back(broken);
  estate.evidence.protocols["igmp"] = {3, 180, {ip("10.20.0.1")}, false};
  estate.evidence.limits_hit.set(Limit::flows, 2);
  estate.audit.unclaimed = {ip("192.168.1.1")};
  const AddressBlock users = parse_address_block("10.20.5.0/24").value();
  estate.audit.one_way_mirrors = {{std::nullopt, users, 7},
                                  {parse_address_block("10.20.4.0/24").value(), users, 12}};
  estate.audit.as_of = parse_timestamp("2026-11-20T08:12:44Z");
}

TEST_CASE("json: a kernel filter appears with the input that it filtered") {
  Estate estate;
  fill(estate);
  const Json inputs = Json::parse(estate.json())["inputs"];
  REQUIRE(inputs.size() == 2);
  const Json& filtered = inputs[inputs[0].contains("kernel_filter") ? 0 : 1];
  const Json& whole = inputs[inputs[0].contains("kernel_filter") ? 1 : 0];
  CHECK(filtered.at("kernel_filter") == "not port 3260");
  CHECK_FALSE(whole.contains("kernel_filter"));
}

TEST_CASE("json: an input lists what was not read") {
  Estate estate;
  fill(estate);
  const Json inputs = Json::parse(estate.json())["inputs"];
  const Json& broken = inputs[inputs[0].contains("unread") ? 0 : 1];
  const Json& whole = inputs[inputs[0].contains("unread") ? 1 : 0];
  CHECK_FALSE(whole.contains("unread"));
  CHECK(broken.at("unread") == Json::parse(R"([
    {"kind": "later-fragment", "number": null, "count": 1, "first_frame": 7, "gap": "undecoded",
     "text": "1 later fragment whose first fragment was not captured"},
    {"kind": "unknown-ethertype", "number": 37376, "count": 8, "first_frame": 3, "gap": "undecoded",
     "text": "8 frames of EtherType 0x9200, which may carry IP"}])"));
}

TEST_CASE("json: has every key of the schema, in order") {
  Estate estate;
  fill(estate);
  const Json report = Json::parse(estate.json());
  std::vector<std::string> keys;
  for (const auto& [key, value] : report.items()) keys.push_back(key);
  CHECK(keys == std::vector<std::string>{"schema",
                                         "tool",
                                         "result",
                                         "result_reasons",
                                         "period",
                                         "inputs",
                                         "accounting",
                                         "gaps",
                                         "notes",
                                         "catalog",
                                         "inventory",
                                         "settings",
                                         "totals",
                                         "conversations",
                                         "groups",
                                         "omitted",
                                         "coverage",
                                         "unused_rules",
                                         "allows",
                                         "waivers",
                                         "protocols_not_judged",
                                         "carriers",
                                         "stray_errors",
                                         "one_way_mirrors",
                                         "unclaimed_private_addresses",
                                         "limits_hit"});
  CHECK(report["schema"] == "portproof-report/1");
  CHECK(report["result"] == "fail");
  CHECK(report["period"]["first"] == "2026-11-20T08:00:00.000000000Z");
  CHECK(report["catalog"]["editions"] == Json::array({"base"}));
  CHECK(report["inventory"]["path"] == "estate.toml");
  CHECK(report["settings"]["flow_timeouts_seconds"]["udp"] == 180);
  CHECK(report["settings"]["keep_tunnels"] == false);
  CHECK(report["settings"]["tunnel_depth"].is_null());
  CHECK(report["settings"]["key_vlan"] == false);
  CHECK(report["settings"]["vxlan_ports"] == Json::array());
}

TEST_CASE("json: settings are those that were asked for") {
  Estate estate;
  fill(estate);
  estate.evidence.settings.decode = {.peel_tunnels = false, .max_tunnels = 2, .key_vlan = true};
  CHECK(estate.evidence.settings.decode.tunnel_ports.add_vxlan(8473));
  CHECK(estate.evidence.settings.decode.tunnel_ports.add_vxlan(4788));
  const Json settings = Json::parse(estate.json())["settings"];
  CHECK(settings["keep_tunnels"] == true);
  CHECK(settings["tunnel_depth"] == 2);
  CHECK(settings["key_vlan"] == true);
  CHECK(settings["vxlan_ports"] == Json{4788, 8473});
}

TEST_CASE("json: a conversation shows everything known about it") {
  Estate estate;
  estate.add_usual();
  const Json report = Json::parse(estate.json());
  REQUIRE(report["conversations"].size() == 2);
  const Json expected = Json::parse(R"({
    "initiator": {"address": "10.20.1.20", "host": "sf1", "names": [], "roles": ["storefront"]},
    "responder": {"address": "10.20.5.9", "host": "vda9", "names": [], "roles": ["vda"]},
    "transport": "tcp", "port": 1494, "application": "ica", "application_basis": "payload", "application_kinds": [],
    "name": null, "name_state": "unseen", "verdict": "documented", "reason": null,
    "rules": ["storefront-vda-ica"], "documents": ["article"], "nearest_rule": null, "qualifiers": [],
    "state": "established", "direction_basis": "syn",
    "sessions": 2, "flows": 2, "packets": 10, "bytes": 1000, "missed_bytes": 0,
    "first": "2026-11-20T08:00:01.000000000Z", "last": "2026-11-20T08:00:09.000000000Z",
    "first_frame": {"input": 0, "number": 17}, "waiver": null})");
  CHECK(report["conversations"][1] == expected);
  CHECK(report["conversations"][0]["reason"] == "reversed-direction");
  CHECK(report["conversations"][0]["documents"] == Json::array());
  CHECK(report["conversations"][0]["nearest_rule"] == "storefront-ddc-xml");
  CHECK(report["conversations"][0]["application"] == "unknown");
  CHECK(report["conversations"][0]["application_basis"].is_null());
}

TEST_CASE("json: what a conversation turned to stands beside its application, in its group too") {
  Estate estate;
  MadeConversation& made =
      estate.add(estate.party("10.0.0.1", "storefront"), estate.party("10.0.0.2", "vda"), 1494,
                 Verdict::unexpected, Reason::application_mismatch, "storefront-vda-ica");
  made.key.application = application("ica");
  made.facts.later_applications.set(static_cast<std::size_t>(application("ssh")));
  made.judgement.application = application("ssh");
  const Json report = Json::parse(estate.json());
  CHECK(report["conversations"][0]["application"] == "ica");
  CHECK(report["conversations"][0]["later_applications"] == Json{"ssh"});
  CHECK(report["groups"][0]["applications"] == Json({"ica", "ssh"}));
  CHECK(contains(estate.text(), "documented for these roles, but not for ssh."));
  CHECK(contains(estate.text(), "--application ssh"));
}

TEST_CASE("json: a direction that was not mirrored, for one network or between two") {
  Estate estate;
  fill(estate);
  CHECK(Json::parse(estate.json())["one_way_mirrors"] == Json::parse(R"([
    {"from": null, "to": "10.20.5.0/24", "connections": 7},
    {"from": "10.20.4.0/24", "to": "10.20.5.0/24", "connections": 12}])"));
}

TEST_CASE("json: echoes of both kinds are icmp, port 0") {
  Estate estate;
  const Party a = estate.party("fd00::1", "ddc");
  const Party b = estate.party("fd00::2", "vda");
  estate.add(a, b, 0, Verdict::undocumented, Reason::undocumented_icmp).key.protocol = kProtocolIcmpV6;
  const Json report = Json::parse(estate.json());
  CHECK(report["conversations"][0]["transport"] == "icmp");
  CHECK(report["conversations"][0]["port"] == 0);
  CHECK(report["groups"][0]["transport"] == "icmp");
}

TEST_CASE("json: names beyond the ones kept are \"other\"; the state distinguishes them from a given name") {
  Estate estate;
  fill(estate);
  const Json report = Json::parse(estate.json());
  std::vector<std::string> names;
  for (const Json& conversation : report["conversations"]) {
    if (conversation["name"].is_string()) {
      names.push_back(conversation["name"].get<std::string>() + "/" +
                      conversation["name_state"].get<std::string>());
    }
  }
  CHECK(names == std::vector<std::string>{"portal.example/given", "other/other"});
}

TEST_CASE("json: numbers are exact to sixty-four bits") {
  Estate estate;
  estate.evidence.inputs[0].bytes = 18'446'744'073'709'551'615U;
  CHECK(contains(estate.json(), "\"bytes\":18446744073709551615"));
}

TEST_CASE("json: a group of one port has a number, a range has text") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  for (std::uint16_t port = 50'000; port < 50'009; ++port) {
    estate.add(a, b, port, Verdict::undocumented, Reason::undocumented_port);
  }
  estate.add(a, b, 80, Verdict::unexpected, Reason::unexpected_source);
  const Json groups = Json::parse(estate.json())["groups"];
  REQUIRE(groups.size() == 2);
  CHECK(groups[0]["port"] == 80);
  CHECK(groups[0]["ports"] == 1);
  CHECK(groups[1]["port"] == "50000-50008");
  CHECK(groups[1]["ports"] == 9);
}

TEST_CASE("json: what the site allows is listed with its owner, its reason and its use") {
  Estate estate;
  estate.add_allow("site-http", "ddc", "vda", 8080).reason = "moved";
  Rule& second = estate.add_allow("site-ica", "storefront", "vda", 1494);
  second.owner = "";
  second.applications.set(static_cast<std::size_t>(application("ica")));
  auto& allowed = estate.add(estate.party("10.0.0.1", "storefront"), estate.party("10.0.0.2", "vda"), 1494,
                             Verdict::documented);
  allowed.judgement.rules = {&estate.inventory.allows[1].rule};
  const Json allows = Json::parse(estate.json())["allows"];
  REQUIRE(allows.size() == 2);
  CHECK(allows[0] == Json::parse(R"({"id": "site-http", "owner": "Ops", "reason": "moved", "from": ["ddc"],
    "to": ["vda"], "transport": ["tcp"], "ports": ["8080"], "application": [], "conversations": 0,
    "sessions": 0, "bytes": 0})"));
  CHECK(allows[1]["owner"].is_null());
  CHECK(allows[1]["application"] == Json::parse(R"(["ica"])"));
  CHECK(allows[1]["conversations"] == 1);
  CHECK(allows[1]["sessions"] == 2);
  CHECK(allows[1]["bytes"] == 1000);
}

TEST_CASE("json: without an inventory it is null, and there are no waivers") {
  Estate estate;
  estate.with_inventory = false;
  const Json report = Json::parse(estate.json());
  CHECK(report["inventory"].is_null());
  CHECK(report["waivers"].empty());
}

TEST_CASE("json: the command line is recorded only if it is given") {
  Estate estate;
  CHECK_FALSE(contains(estate.json(), "\"run\""));
  ReportOptions options;
  options.run = Run{"portproof audit x.pcap", "alice", "audit1", "", "", 18'446'744'073'709'551'615U, ""};
  const Json run = Json::parse(estate.json(options))["run"];
  CHECK(run["user"] == "alice");
  CHECK(run["restrictions"].is_null());
  CHECK(run["hash_seed"] == "18446744073709551615");
}

TEST_CASE("json: hostile text is ASCII, and each conversation is one line") {
  Estate estate;
  fill(estate);
  const std::string text = estate.json();
  for (const char letter : text) {
    const auto byte = static_cast<unsigned char>(letter);
    REQUIRE((letter == '\n' || (byte >= 0x20 && byte < 0x7f)));
  }
  CHECK(text.ends_with("}\n"));
  CHECK(contains(text, "evil\\ufffd\\u202e.example"));
  std::size_t rows = 0;
  for (const std::string& line : lines_of(text)) rows += line.starts_with("    {\"initiator\"") ? 1 : 0;
  CHECK(rows == estate.conversations.size());
}

TEST_CASE("json: folded attempts are one conversation and one group per record") {
  Estate estate;
  estate.add_usual();
  estate.add_attempts(AttemptsKind::scan, 20);
  estate.add_attempts(AttemptsKind::flood, 1100);
  const Json report = Json::parse(estate.json());
  CHECK(report["totals"]["conversations"] == 4);
  CHECK(report["totals"]["flows"] == 4 + 120 + 1100);
  std::vector<Json> folded;
  for (const Json& group : report["groups"]) {
    if (!group.contains("folded")) continue;
    CHECK(group["verdict"] == "unverified");
    CHECK(group["reason"] == "attempts-folded");
    CHECK(group["conversations"] == 1);
    folded.push_back(group);
  }
  REQUIRE(folded.size() == 2);
  if (folded[0]["folded"]["kind"] != "scan") std::swap(folded[0], folded[1]);
  const Json& scan = folded[0];
  CHECK(scan["port"] == "20-25");
  CHECK(scan["ports"] == 6);
  CHECK(scan["initiators"] == 1);
  CHECK(scan["responders"] == 20);
  CHECK(scan["sessions"] == 120);
  CHECK(scan["states"] == Json{"attempted"});
  CHECK(scan["folded"]["conversations"] == 120);
  CHECK(scan["folded"]["ends"] == 20);
  CHECK(scan["folded"]["more_ends"] == false);
  CHECK(scan["folded"]["examples"].size() == 8);
  CHECK(scan["folded"]["examples"][0] ==
        Json{{"initiator", "10.0.0.66"}, {"responder", "10.30.0.0"}, {"ports", "20-25"}});
  const Json& flood = folded[1];
  CHECK(flood["port"] == 443);
  CHECK(flood["initiators"] == kAttemptExamples);
  CHECK(flood["responders"] == 1);
  CHECK(flood["folded"]["kind"] == "flood");
  CHECK(flood["folded"]["conversations"] == 1100);
  CHECK(flood["folded"]["more_ends"] == true);
}

TEST_CASE("json: the same audit gives the same bytes") {
  Estate left;
  Estate right;
  fill(left);
  fill(right);
  CHECK(left.json() == right.json());
}

TEST_CASE("json: conforms to its schema") {
  namespace fs = std::filesystem;
  const std::string source = PORTPROOF_SOURCE_DIR;
  const fs::path folder = fs::temp_directory_path();
  const std::string stem = "portproof-report-" + std::to_string(::getpid()) + "-";
  std::vector<fs::path> files;
  const auto save = [&](const std::string& text) {
    files.push_back(folder / (stem + std::to_string(files.size()) + ".json"));
    std::ofstream(files.back()) << text;
  };
  Estate full;
  fill(full);
  full.add_attempts(AttemptsKind::scan, 20);
  full.add_attempts(AttemptsKind::flood, 1100);
  ReportOptions options;
  options.run = Run{"portproof audit x.pcap", "alice", "audit1", "", "", 1, "seccomp"};
  options.max_conversations = 3;
  save(full.json(options));
  Estate clean;
  save(clean.json());
  Estate empty;
  empty.with_inventory = false;
  empty.evidence.inputs.clear();
  empty.audit.result = AuditResult::inconclusive;
  empty.audit.result_reasons = {"no packet was read"};
  save(empty.json());

  std::string command = "python3 " + source + "/tests/report/validate_report.py " + source +
                        "/report/schema/portproof-report-1.json";
  for (const fs::path& file : files) command += " " + file.string();
  const int status = std::system(command.c_str());  // NOLINT(cert-env33-c): a test's own command
  for (const fs::path& file : files) fs::remove(file);
  constexpr int kSkipped = 77;
  constexpr int kNoPython = 127;
  if (WEXITSTATUS(status) == kSkipped || WEXITSTATUS(status) == kNoPython) {
    MESSAGE("skipped: python3 with jsonschema is missing");
  } else {
    CHECK(WEXITSTATUS(status) == 0);
  }
}

}  // namespace
}  // namespace portproof::test
