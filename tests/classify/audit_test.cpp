#include "classify/audit.hpp"
#include "classify/internal/documented_service.hpp"
#include "classify/judgements.hpp"

#include <doctest/doctest.h>

#include "capture/evidence/settle.hpp"
#include "tests/classify/estate_builder.hpp"

namespace portproof::test {
namespace {

using Reasons = std::vector<std::string>;

std::string waiver(std::string_view id, std::string_view ports, std::string_view expires) {
  return "\n[[waiver]]\nid = \"" + std::string(id) +
         "\"\nfrom = \"role:ddc\"\nto = \"vdas\"\ntransport = \"tcp\"\n" + "ports = [\"" +
         std::string(ports) + "\"]\nowner = \"Ops\"\nreason = \"WinRM\"\nexpires = " + std::string(expires) +
         "\n";
}

// Evidence, an inventory and the resulting audit.
class Case {
 public:
  explicit Case(std::string inventory = std::string(kEstate)) : catalog_(estate_catalog()) {
    auto read = parse_inventory(inventory, "site.toml", catalog_);
    REQUIRE_MESSAGE(read, (read ? std::string() : message(read.error())));
    inventory_ = std::move(*read);
    Input input;
    input.path = "a.pcap";
    input.accounting.frames = 1000;
    input.wire_bytes = 100'000;
    input.first = kStart;
    input.last = kStart + seconds(3600);
    evidence.inputs.push_back(input);
  }
  Case& add(const ConversationKey& key, const ConversationFacts& with = facts()) {
    evidence.conversations[key] = with;
    return *this;
  }
  Case& documented() { return add(talk("10.20.1.40", "10.20.2.1", 1494, "ica")); }
  Case& flagged(std::uint16_t port = 5985) { return add(talk("10.20.1.10", "10.20.2.1", port)); }
  Case& unverified() { return add(talk("10.20.2.1", "203.0.113.7", 443, "tls")); }
  Case& unrelated() { return add(talk("10.20.7.7", "10.20.7.8", 8000)); }

  // Conversations come by key.
  [[nodiscard]] Audit run(AuditOptions options = {}) const {
    options.sorted = true;
    return audit(evidence, catalog_, &inventory_, options);
  }
  [[nodiscard]] Audit run_at(Timestamp time) const { return run({.as_of = time}); }
  [[nodiscard]] Audit run_without_inventory() const { return audit(evidence, catalog_, nullptr, {}); }

  Evidence evidence;

 private:
  Catalog catalog_;
  Inventory inventory_;
};

void check(const Audit& audit, AuditResult result, const Reasons& reasons) {
  CHECK(name(audit.result) == name(result));
  CHECK(audit.result_reasons == reasons);
}

}  // namespace

TEST_CASE("audit: documented traffic and nothing missing is a pass, with no reasons") {
  const Audit audit = Case().documented().unrelated().run();
  check(audit, AuditResult::pass, {});
  REQUIRE(audit.conversations.size() == 2);
  CHECK(audit.conversations[0].judgement.verdict == Verdict::documented);
  CHECK(audit.conversations[0].initiator.host == "gateway1");
  CHECK(audit.conversations[0].responder.host == "vdas");
  CHECK(audit.conversations[1].judgement.verdict == Verdict::unrelated);
  CHECK(audit.as_of == kStart + seconds(3600));
}

TEST_CASE("audit: one flagged conversation fails it, and so do several") {
  check(Case().documented().flagged().run(), AuditResult::fail,
        {"1 conversation is flagged without a waiver"});
  check(Case().documented().flagged(5985).flagged(5986).run(), AuditResult::fail,
        {"2 conversations are flagged without a waiver"});
}

TEST_CASE("audit: an attempt without an answer is flagged all the same") {
  ConversationFacts attempt = facts();
  attempt.state = FlowState::attempted;
  attempt.answered = false;
  check(Case().documented().add(talk("10.20.1.10", "10.20.2.1", 5985), attempt).run(), AuditResult::fail,
        {"1 conversation is flagged without a waiver"});
}

TEST_CASE("audit: a flagged conversation fails it, whatever else is missing") {
  Case incomplete;
  incomplete.flagged().unverified();
  incomplete.evidence.inputs[0].gaps.kernel_dropped = 5;
  check(incomplete.run(), AuditResult::fail, {"1 conversation is flagged without a waiver"});
}

TEST_CASE("audit: a connection that turned to another application is judged as the worse of both") {
  ConversationFacts turned = facts();
  turned.later_applications.set(static_cast<std::size_t>(application("ssh")));
  const Audit audit = Case()
                          .documented()
                          .add(talk("10.20.1.40", "10.20.2.2", 1494, "ica"), turned)
                          .add(talk("10.20.7.7", "10.20.7.8", 8000), turned)
                          .run();
  check(audit, AuditResult::fail, {"1 conversation is flagged without a waiver"});
  REQUIRE(audit.conversations.size() == 3);
  CHECK(audit.conversations[0].judgement.verdict == Verdict::documented);
  CHECK(audit.conversations[1].judgement.reason == Reason::application_mismatch);
  CHECK(audit.conversations[1].judgement.application == application("ssh"));
  CHECK(audit.conversations[2].judgement.verdict == Verdict::unrelated);
}

TEST_CASE("audit: what a connection turned to may make it Citrix-related") {
  ConversationFacts turned = facts();
  turned.later_applications.set(static_cast<std::size_t>(application("ica")));
  const Audit audit = Case().documented().add(talk("10.20.7.7", "10.20.7.8", 8000, "http"), turned).run();
  REQUIRE(audit.conversations.size() == 2);
  CHECK(audit.conversations[1].judgement.reason == Reason::citrix_on_undocumented_port);
}

TEST_CASE("audit: gaps beyond the limits make it inconclusive, each with its reason") {
  Case incomplete;
  incomplete.documented();
  incomplete.evidence.inputs[0].gaps.kernel_dropped = 1;
  incomplete.evidence.inputs[0].gaps.cut_short = 1;
  check(incomplete.run(), AuditResult::inconclusive,
        {"1 of 1001 packets was dropped by the kernel or the interface (0.0999001%; the limit is 0%)",
         "1 input could not be read to the end"});
}

TEST_CASE("audit: gaps within the limits do not") {
  Case lossy(std::string(kEstate) + "\n[limits]\nlost_packets = 0.01\n");
  lossy.documented();
  lossy.evidence.inputs[0].gaps.kernel_dropped = 1;
  check(lossy.run(), AuditResult::pass, {});
}

TEST_CASE("audit: if nothing was read, it never passes") {
  const Reasons nothing{"no packet was read, so nothing Citrix-related was seen"};
  Case empty;
  empty.evidence = {};
  const Audit audit = empty.run();
  check(audit, AuditResult::inconclusive, nothing);
  CHECK_FALSE(audit.as_of.has_value());
  Case without_frames;
  without_frames.evidence.inputs[0].accounting.frames = 0;
  check(without_frames.run(), AuditResult::inconclusive, nothing);
  Case unreadable;
  unreadable.evidence.inputs[0].accounting.frames = 0;
  unreadable.evidence.inputs[0].error = "no capture";
  check(unreadable.run(), AuditResult::inconclusive, {"1 input could not be read to the end", nothing[0]});
}

TEST_CASE("audit: if nothing Citrix-related was seen, it never passes") {
  check(Case().unrelated().run(), AuditResult::inconclusive, {"nothing Citrix-related was seen"});
  check(Case().run(), AuditResult::inconclusive, {"nothing Citrix-related was seen"});
}

TEST_CASE("audit: an allowance between hosts that are not Citrix's is not Citrix-related") {
  Case site(std::string(kEstate) +
            "\n[[allow]]\nid = \"dns\"\nfrom = [\"user-device\"]\nto = [\"dns-server\"]\n"
            "transport = [\"udp\"]\nports = [\"53\"]\n");
  site.add(talk("10.20.7.7", "10.20.1.53", 53, "dns", kProtocolUdp));
  const Audit audit = site.run();
  CHECK(audit.conversations[0].judgement.verdict == Verdict::documented);
  check(audit, AuditResult::inconclusive, {"nothing Citrix-related was seen"});
}

TEST_CASE("audit: without an inventory it cannot pass") {
  const Audit quiet = Case().unrelated().run_without_inventory();
  check(quiet, AuditResult::inconclusive, {"nothing Citrix-related was seen", "there is no inventory"});
  const Audit ica_seen = Case().documented().run_without_inventory();
  CHECK(ica_seen.conversations[0].judgement.reason == Reason::no_inventory);
  check(ica_seen, AuditResult::inconclusive,
        {"there is no inventory", "1 conversation is unverified without a waiver"});
  check(Case().add(talk("10.0.0.1", "10.0.0.2", 8080, "ica")).run_without_inventory(), AuditResult::fail,
        {"1 conversation is flagged without a waiver"});
}

TEST_CASE("audit: unverified conversations make it inconclusive, a waiver covers them") {
  check(Case().documented().unverified().run(), AuditResult::inconclusive,
        {"1 conversation is unverified without a waiver"});
  Case two;
  two.documented().unverified().add(talk("10.20.2.1", "203.0.113.8", 443, "tls"));
  check(two.run(), AuditResult::inconclusive, {"2 conversations are unverified without a waiver"});
  Case waived(std::string(kEstate) +
              "\n[[waiver]]\nid = \"w\"\nfrom = \"vdas\"\nto = \"0.0.0.0/0\"\ntransport = \"tcp\"\n"
              "ports = [\"443\"]\nowner = \"o\"\nreason = \"r\"\nexpires = 2027-01-31\n");
  const Audit audit = waived.documented().unverified().run();
  check(audit, AuditResult::pass, {});
  CHECK(audit.waivers[0].matched == 1);
}

TEST_CASE("audit: of several waivers in force, the first in the file counts") {
  Case site(std::string(kEstate) + waiver("old", "5985", "2020-01-01") +
            waiver("first", "5985", "2027-01-31") + waiver("second", "any", "2027-01-31") +
            waiver("idle", "80", "2027-01-31"));
  const Audit audit = site.documented().flagged().run();
  check(audit, AuditResult::pass, {});
  REQUIRE(audit.waivers.size() == 4);
  CHECK_FALSE(audit.waivers[0].in_force);
  CHECK(audit.waivers[1].in_force);
  // An expired waiver still counts what it matches, and so does a later one.
  CHECK(audit.waivers[0].matched == 1);
  CHECK(audit.waivers[1].matched == 1);
  CHECK(audit.waivers[2].matched == 1);
  CHECK(audit.waivers[3].matched == 0);
  for (const JudgedConversation& judged : audit.conversations) {
    const bool is_flagged_one = judged.judgement.verdict == Verdict::undocumented;
    CHECK(judged.waiver == (is_flagged_one ? std::optional<std::size_t>(1) : std::nullopt));
  }
}

TEST_CASE("audit: a waiver holds in the last nanosecond of its day, and not in the next") {
  Case site(std::string(kEstate) + waiver("w", "5985", "2026-11-20"));
  site.documented().flagged();
  const Timestamp midnight = parse_date("2026-11-21").value();
  check(site.run_at(midnight + Duration{-1}), AuditResult::pass, {});
  check(site.run_at(midnight), AuditResult::fail, {"1 conversation is flagged without a waiver"});
  // Without a time, the last moment in the evidence counts.
  check(site.run(), AuditResult::pass, {});
  site.evidence.inputs[0].last = midnight;
  CHECK(site.run().as_of == midnight);
  check(site.run(), AuditResult::fail, {"1 conversation is flagged without a waiver"});
}

TEST_CASE("audit: waivers cover only flagged and unverified conversations") {
  Case site(std::string(kEstate) +
            "\n[[waiver]]\nid = \"w\"\nfrom = \"0.0.0.0/0\"\nto = \"0.0.0.0/0\"\ntransport = \"tcp\"\n"
            "ports = [\"any\"]\nowner = \"o\"\nreason = \"r\"\nexpires = 2027-01-31\n");
  const Audit audit = site.documented().unrelated().run();
  CHECK(audit.waivers[0].matched == 0);
  CHECK_FALSE(audit.conversations[0].waiver.has_value());
}

TEST_CASE("audit: private addresses that internal leaves out are named once") {
  Case site;
  site.documented()
      .add(talk("192.168.1.9", "10.20.2.1", 80))
      .add(talk("192.168.1.9", "10.20.2.1", 81))
      .add(talk("172.16.0.1", "192.168.1.9", 81));
  CHECK(site.run().unclaimed == std::vector<IpAddress>{ip("172.16.0.1"), ip("192.168.1.9")});
  Case listed(std::string(kEstate) +
              "\n[[host]]\nname = \"lab\"\naddresses = [\"192.168.0.0/16\"]\nroles = [\"vda\"]\n");
  CHECK(listed.add(talk("192.168.1.9", "10.20.2.1", 80)).run().unclaimed.empty());
}

TEST_CASE("audit: ICMP and ICMPv6 echoes are judged by the same rules") {
  Case site(
      std::string(kEstate) +
      "\n[[host]]\nname = \"adm\"\naddresses = [\"10.20.1.60\", \"fd20::60\"]\nroles = [\"adm\"]\n" +
      "\n[[host]]\nname = \"adc\"\naddresses = [\"10.20.1.61\", \"fd20::61\"]\nroles = [\"adc-nsip\"]\n");
  ConversationFacts echo = facts();
  echo.basis = DirectionBasis::icmp;
  site.add(talk("10.20.1.60", "10.20.1.61", 0, "unknown", kProtocolIcmp), echo);
  site.add(talk("fd20::60", "fd20::61", 0, "unknown", kProtocolIcmpV6), echo);
  const Audit audit = site.run();
  check(audit, AuditResult::pass, {});
  CHECK(audit.conversations[1].judgement.rules.at(0)->id == "adm-adc-ping");
}

TEST_CASE("audit: another IP protocol of a listed host is flagged, of others it is unrelated") {
  const auto esp = [](std::string_view from, std::string_view to) {
    return talk(from, to, 0, "unknown", kProtocolEsp);
  };
  const Audit unlisted = Case().documented().add(esp("10.9.9.1", "10.9.9.2")).run();
  check(unlisted, AuditResult::pass, {});
  const Audit listed = Case().documented().add(esp("10.9.9.1", "10.20.2.1")).run();
  CHECK(listed.result == AuditResult::fail);
  for (const JudgedConversation& one : listed.conversations) {
    if (is_flagged(one.judgement.verdict)) CHECK(one.judgement.reason == Reason::undocumented_protocol);
  }
}

TEST_CASE("audit: the catalog shows which end serves, if it documents exactly one") {
  const Catalog catalog = estate_catalog();
  const auto inventory = parse_inventory(kEstate, "site.toml", catalog);
  REQUIRE(inventory);
  const Names no_names;
  const Parties parties(catalog, &*inventory, no_names);
  const RuleBook book(catalog, &*inventory);
  const auto service = [&](std::string_view low, std::uint16_t low_port, std::string_view high,
                           std::uint16_t high_port, std::uint8_t protocol = kProtocolTcp) {
    const FlowKey key{{ip(low), low_port}, {ip(high), high_port}, protocol, 0, FlowKind::plain};
    return documented_service(key, parties, book);
  };
  CHECK(service("10.20.1.40", 2000, "10.20.2.1", 1494) == Side::high);
  CHECK(service("10.20.1.10", 1494, "10.20.2.1", 80) == Side::high);
  // Port 80 of both is documented only at the VDA, for a controller.
  CHECK(service("10.20.1.10", 80, "10.20.2.1", 80) == Side::high);
  // Both ways, so both ends are a service.
  CHECK_FALSE(service("10.20.1.10", 89, "10.20.2.1", 89).has_value());
  // Neither end is one: another pair, another transport, or a broad rule.
  CHECK_FALSE(service("10.20.1.20", 2000, "10.20.2.1", 1494).has_value());
  CHECK_FALSE(service("10.20.1.40", 2000, "10.20.2.1", 1494, kProtocolUdp).has_value());
  CHECK_FALSE(service("10.20.1.10", 2000, "10.20.2.1", 49200).has_value());
  CHECK_FALSE(service("10.20.1.10", 0, "10.20.2.1", 0, kProtocolIcmp).has_value());
  // A deny rule documents nothing.
  CHECK_FALSE(service("10.20.1.30", 5000, "203.0.113.7", 6000).has_value());
}

TEST_CASE("audit: a session picked up mid-stream is oriented by the catalog, and judged accordingly") {
  Case site;
  LooseFlow loose;
  loose.key = {{ip("10.20.1.40"), 40000}, {ip("10.20.2.1"), 1494}, kProtocolTcp, 0, FlowKind::plain};
  for (SideFacts& side : loose.facts.sides) {
    side.packets = 5;
    side.bytes = 500;
    side.ack = side.data = true;
  }
  loose.facts.first = kStart;
  loose.facts.last = kStart + seconds(10);
  loose.facts.first_sender = Side::high;
  site.evidence.loose.push_back(loose);
  const Audit audit = site.run();
  REQUIRE(audit.conversations.size() == 1);
  const JudgedConversation& judged = audit.conversations[0];
  CHECK(judged.key.initiator == ip("10.20.1.40"));
  CHECK(judged.key.port == 1494);
  CHECK(judged.facts.basis == DirectionBasis::catalog);
  CHECK(judged.judgement.verdict == Verdict::documented);
  CHECK(judged.judgement.qualifiers.test(static_cast<std::size_t>(Qualifier::assumed_direction)));
}

TEST_CASE("audit: what it owns stays in place when it moves") {
  Case site;
  Audit first = site.documented().flagged().run();
  const ConversationKey* const key = &first.conversations[0].key;
  const BookedRule* const rule = first.rules.find("gateway-vda-ica");
  const Audit moved = std::move(first);
  CHECK(&moved.conversations[0].key == key);
  CHECK(&moved.evidence->conversations.at(0).first == key);
  CHECK(moved.rules.find("gateway-vda-ica") == rule);
  CHECK(moved.evidence->inputs.size() == 1);
}

TEST_CASE("audit: the same evidence gives the same audit") {
  Case site;
  site.documented().flagged().unverified().unrelated();
  const Audit first = site.run();
  const Audit second = site.run();
  CHECK(first.result_reasons == second.result_reasons);
  REQUIRE(first.conversations.size() == second.conversations.size());
  for (std::size_t index = 0; index < first.conversations.size(); ++index) {
    CHECK(first.conversations[index].key == second.conversations[index].key);
    CHECK(first.conversations[index].judgement.test == second.conversations[index].judgement.test);
  }
}

// A scan by ddc1 of the given number of desktops, on these ports of each; folded.
void add_scan(Evidence& evidence, unsigned responders, std::initializer_list<std::uint16_t> ports) {
  Attempts& record = evidence.attempts[{AttemptsKind::scan, ip("10.20.1.10"), kProtocolTcp, 0}];
  ConversationFacts attempted = facts();
  attempted.state = FlowState::attempted;
  attempted.answered = false;
  for (unsigned host = 1; host <= responders; ++host) {
    for (const std::uint16_t port : ports) {
      const std::string responder =
          "10.20." + std::to_string(2 + host / 200) + "." + std::to_string(host % 200);
      record.add(AttemptsKind::scan, talk("10.20.1.10", responder, port), attempted);
    }
  }
}

// A waiver for attempts by ddc1 on these ports, to any responder.
std::string waiver_for(std::string_view to, std::string_view ports) {
  return std::string(kEstate) + "\n[[waiver]]\nid = \"w\"\nfrom = \"role:ddc\"\nto = \"" + std::string(to) +
         "\"\ntransport = \"tcp\"\nports = [" + std::string(ports) +
         "]\nowner = \"o\"\nreason = \"r\"\nexpires = 2027-01-31\n";
}

TEST_CASE("audit: a waiver covers folded attempts if it covers each of them") {
  Case site(waiver_for("10.20.2.0/24", "\"4444\""));
  site.documented();
  add_scan(site.evidence, 20, {4444});
  const Audit audit = site.run();
  check(audit, AuditResult::pass, {});
  CHECK(audit.waivers[0].matched == 1);
}

TEST_CASE("audit: a waiver does not cover folded attempts that are not remembered") {
  const auto check_untold = [](const Case& site) {
    const Audit audit = site.run();
    check(audit, AuditResult::inconclusive, {"1 conversation is unverified without a waiver"});
    REQUIRE(audit.conversations.size() == 2);
    CHECK(audit.conversations[1].judgement.reason == Reason::attempts_folded);
    CHECK_FALSE(audit.conversations[1].waiver);
  };
  SUBCASE("to more ends than are remembered") {
    Case site(waiver_for("10.20.0.0/16", "\"4444\""));
    site.documented();
    add_scan(site.evidence, kAttemptExamples + 1, {4444});
    check_untold(site);
  }
  SUBCASE("on ports between the first and the last") {
    Case site(waiver_for("10.20.2.0/24", "\"4000\", \"4002\""));
    site.documented();
    add_scan(site.evidence, 20, {4000, 4001, 4002});
    check_untold(site);
  }
}

TEST_CASE("audit: folded attempts are flagged if one that is remembered has no waiver") {
  Case site(waiver_for("10.20.2.0/24", "\"4444\""));
  site.documented();
  add_scan(site.evidence, 20, {4444, 4445});
  const Audit audit = site.run();
  check(audit, AuditResult::fail, {"1 conversation is flagged without a waiver"});
  CHECK(audit.conversations[1].key.port == 4445);
}

TEST_CASE("audit: where packets have no usable time, waivers are in force only at a given date") {
  Case site(std::string(kEstate) + waiver("w", "5985", "2027-01-31"));
  site.documented().flagged();
  check(site.run(), AuditResult::pass, {});
  site.evidence.inputs[0].gaps.untimed = 1;
  const Audit audit = site.run();
  CHECK_FALSE(audit.as_of.has_value());
  CHECK_FALSE(audit.waivers[0].in_force);
  CHECK(audit.waivers[0].matched == 1);
  check(audit, AuditResult::fail, {"1 conversation is flagged without a waiver"});
  check(site.run_at(kStart), AuditResult::inconclusive, {"1 packet has no usable timestamp"});
}

TEST_CASE("audit: something of the estate was seen only if a host entry gives an end a Citrix role") {
  const Reasons none{"no conversation of a host with a Citrix role was seen"};
  // A device without an address is nobody's.
  const std::string with_target = std::string(kEstate) +
                                  "\n[[host]]\nname = \"targets\"\naddresses = [\"10.20.6.0/24\"]\n"
                                  "roles = [\"target-device\"]\n";
  Case dhcp(with_target);
  dhcp.add(talk("0.0.0.0", "255.255.255.255", 67, "dhcp", kProtocolUdp));
  const Audit audit = dhcp.run();
  CHECK(audit.conversations[0].judgement.verdict == Verdict::documented);
  check(audit, AuditResult::inconclusive, none);
  // Nor is one by default.
  Case guessed(
      "[site]\ninternal = [\"10.0.0.0/8\"]\ninternal_roles = [\"vda\"]\nexternal_roles = [\"ddc\"]\n");
  guessed.add(talk("203.0.113.1", "10.1.1.1", 80, "http"));
  CHECK(guessed.run().conversations[0].judgement.verdict == Verdict::documented);
  check(guessed.run(), AuditResult::inconclusive, none);
  check(Case().documented().run(), AuditResult::pass, {});
}

TEST_CASE("audit: a limit that may have cost a role keeps it from passing") {
  const std::string with_names =
      std::string(kEstate) +
      "\n[[host]]\nname = \"ddc9\"\nnames = [\"ddc9.estate.example\"]\nroles = [\"ddc\"]\n";
  for (const LimitRow& row : kLimits) {
    CAPTURE(row.name);
    // The last two are derived from what the evidence holds.
    if (row.kind == LimitKind::derived) continue;
    Case site(with_names);
    site.documented().evidence.limits_hit.add(row.limit, 1);
    const bool passes = site.run().result == AuditResult::pass;
    CHECK(passes == (row.cost == LimitCost::detail));
  }
}

TEST_CASE("audit: a link-local address is the listed host of its station, or else unclaimed") {
  Case site;
  site.documented().add(talk("fe80::1", "fe80::9", 4444));
  const Audit unknown = site.run();
  CHECK(unknown.unclaimed == std::vector<IpAddress>{ip("fe80::1"), ip("fe80::9")});
  check(unknown, AuditResult::pass, {});
  const Station vda{{{2, 0x14, 0, 0, 0, 0x26}}, 0};
  add_station(site.evidence.stations, ip("10.20.2.1"), vda, {kStart, kStart});
  add_station(site.evidence.stations, ip("fe80::1"), vda, {kStart, kStart});
  const Audit known = site.run();
  CHECK(known.unclaimed == std::vector<IpAddress>{ip("fe80::9")});
  check(known, AuditResult::fail, {"1 conversation is flagged without a waiver"});
}

TEST_CASE("audit: addresses that hold the IPv4 address of a listed host are judged as the host") {
  for (const char* const address : {"::ffff:10.20.2.1", "2002:a14:201::1"}) {
    CAPTURE(address);
    check(Case().documented().add(talk(address, "2001:db8::66", 4444)).run(), AuditResult::fail,
          {"1 conversation is flagged without a waiver"});
  }
}

TEST_CASE("audit: the form of an address documents nothing") {
  struct {
    const char* from;
    const char* to;
    std::uint16_t port;
    AuditResult result;
  } const rows[] = {
      // A DDC outside the estate, and a VDA; then both outside.
      {"2001:db8::5efe:10.20.1.10", "10.20.2.1", 80, AuditResult::fail},
      {"2001:db8::5efe:10.20.1.10", "2001:db8::5efe:10.20.2.1", 80, AuditResult::fail},
      {"64:ff9b:1::10.20.1.10", "10.20.2.1", 80, AuditResult::fail},
      {"::ffff:10.20.1.10", "10.20.2.1", 80, AuditResult::pass},
      // Who asks is no Citrix host: the claim alone decides.
      {"10.20.7.7", "2001:db8::5efe:10.20.2.1", 8080, AuditResult::inconclusive},
      // Roles that document nothing, and bring into scope.
      {"2001:db8::77", "2001:db8::5efe:10.20.2.1", 4444, AuditResult::fail},
  };
  for (const auto& row : rows) {
    CAPTURE(row.from);
    CAPTURE(row.to);
    const char* const spoken = row.port == 80 ? "http" : "unknown";
    Case site(std::string(kEstate) +
              "\n[[allow]]\nid = \"a\"\nfrom = [\"user-device\"]\nto = [\"vda\"]\n"
              "transport = [\"tcp\"]\nports = [\"8080\"]\n");
    CHECK(site.documented().add(talk(row.from, row.to, row.port, spoken)).run().result == row.result);
  }
}

TEST_CASE("audit: a waiver for a host does not cover what claims to be that host") {
  const auto audited = [](const char* from) {
    Case site(std::string(kEstate) +
              "\n[[waiver]]\nid = \"w\"\nfrom = \"vdas\"\nto = \"vdas\"\ntransport = \"tcp\"\n"
              "ports = [\"3389\"]\nowner = \"o\"\nreason = \"r\"\nexpires = 2099-01-01\n");
    return site.documented().add(talk(from, "10.20.2.2", 3389)).run().result;
  };
  CHECK(audited("10.20.2.1") == AuditResult::pass);
  CHECK(audited("2001:db8::5efe:10.20.2.1") == AuditResult::fail);
}

TEST_CASE("audit: the link-local address of a station that sends like a router may be a listed host's") {
  const auto audited = [](std::initializer_list<const char*> others) {
    Case site;
    site.documented().add(talk("fe80::1", "fe80::2", 3389));
    const Station vda{{{2, 0x14, 0, 0, 0, 0x26}}, 0};
    add_station(site.evidence.stations, ip("fe80::1"), vda, {kStart, kStart});
    for (const char* const other : others) {
      add_station(site.evidence.stations, ip(other), vda, {kStart, kStart});
    }
    return site.run().result;
  };
  CHECK(audited({}) == AuditResult::pass);
  CHECK(audited({"10.20.2.1"}) == AuditResult::fail);
  CHECK(audited({"10.20.2.1", "198.18.0.1", "198.18.1.1"}) == AuditResult::inconclusive);
}

TEST_CASE("audit: loopback addresses between stations are no loopback") {
  const auto audited = [](bool on_link) {
    Case site;
    site.documented().add(talk("127.0.0.9", "127.0.0.1", 3389));
    const Station vda{{{2, 0x14, 0, 0, 0, 0x26}}, 0};
    add_station(site.evidence.stations, ip("10.20.2.1"), vda, {kStart, kStart});
    if (on_link) add_station(site.evidence.stations, ip("127.0.0.9"), vda, {kStart, kStart});
    return site.run().result;
  };
  CHECK(audited(false) == AuditResult::pass);
  CHECK(audited(true) == AuditResult::fail);
}

TEST_CASE("audit: an outside address is no broadcast, whatever MAC address its frames had") {
  const auto audited = [](const char* to) {
    Case site(std::string(kEstate) +
              "\n[[host]]\nname = \"targets\"\naddresses = [\"10.20.6.0/24\"]\n"
              "roles = [\"target-device\"]\n");
    ConversationFacts asks = facts();
    asks.broadcasts = Broadcasts::all;
    asks.answered = false;
    return site.documented().add(talk("10.20.6.5", to, 67, "unknown", kProtocolUdp), asks).run().result;
  };
  CHECK(audited("10.20.255.255") == AuditResult::pass);
  CHECK(audited("255.255.255.255") == AuditResult::pass);
  CHECK(audited("203.0.113.99") == AuditResult::fail);
}

TEST_CASE("audit: a few broadcast frames to one host do not make a documented broadcast of it") {
  const std::string with_target = std::string(kEstate) +
                                  "\n[[host]]\nname = \"targets\"\naddresses = [\"10.20.6.0/24\"]\n"
                                  "roles = [\"target-device\"]\n";
  const auto audited = [&](Broadcasts broadcasts, bool answered_elsewhere) {
    Case site(with_target);
    ConversationFacts asks = facts();
    asks.broadcasts = broadcasts;
    asks.answered = false;
    site.documented().add(talk("10.20.6.5", "10.20.255.255", 67, "unknown", kProtocolUdp), asks);
    if (answered_elsewhere) site.add(talk("10.20.7.7", "10.20.255.255", 8000));
    return site.run().result;
  };
  CHECK(audited(Broadcasts::all, false) == AuditResult::pass);
  CHECK(audited(Broadcasts::all, true) == AuditResult::fail);
  CHECK(audited(Broadcasts::some, false) == AuditResult::fail);
}

TEST_CASE("audit: unasked answers count where what the initiator sends was not mirrored, and only there") {
  ConversationFacts heard = facts();
  heard.state = FlowState::one_way;
  heard.basis = DirectionBasis::syn_ack;
  heard.sessions = heard.flows = 3;
  Case site;
  site.add(talk("10.20.2.1", "203.0.113.7", 443, "tls"), heard);
  const Names unasked{
      {{ip("203.0.113.7"), "a.nssvc.net", NameSource::unasked}, {{kStart, kStart + seconds(60)}}}};
  site.evidence.names = unasked;
  const Audit one_way = site.run();
  REQUIRE_FALSE(one_way.one_way_mirrors.empty());
  const Judgement& judgement = one_way.conversations[0].judgement;
  CHECK(judgement.verdict == Verdict::documented);
  CHECK(judgement.qualifiers.test(static_cast<std::size_t>(Qualifier::unasked_name)));
  Case both_ways;
  both_ways.add(talk("10.20.2.1", "203.0.113.7", 443, "tls"));
  both_ways.evidence.names = unasked;
  CHECK(both_ways.run().conversations[0].judgement.verdict == Verdict::unverified);
}

TEST_CASE(
    "audit: stations that were left out keep it from passing if an address may belong to a listed host") {
  Case site;
  site.documented().add(talk("fe80::1", "fe80::9", 4444));
  const auto sent = [&site](std::uint8_t mac, const char* address) {
    add_station(site.evidence.stations, ip(address), {{{2, 0, 0, 0, 0, mac}}, 0}, {kStart, kStart});
  };
  for (std::uint8_t router = 1; router <= kStationsPerAddress + 1; ++router) sent(router, "10.20.2.1");
  check(site.run(), AuditResult::pass, {});
  sent(99, "fe80::1");
  check(
      site.run(), AuditResult::inconclusive,
      {"the limit stations was hit 1 time, and an address without a host entry may belong to a listed host"});
}

}  // namespace portproof::test
