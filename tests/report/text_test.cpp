#include "report/text.hpp"

#include <doctest/doctest.h>

#include "report/escape.hpp"
#include "tests/report/audit_builder.hpp"
#include "tests/support/application.hpp"

namespace portproof::test {
namespace {

// The first line that contains the part; empty if none does.
std::string line_with(const std::string& text, const std::string& part) {
  for (const std::string& line : lines_of(text)) {
    if (contains(line, part)) return line;
  }
  return {};
}

TEST_CASE("text: the result comes first, its reasons follow, one per line") {
  Estate estate;
  estate.add_usual();
  estate.audit.result_reasons.emplace_back("another reason");
  const auto lines = lines_of(estate.text());
  REQUIRE(lines.size() > 3);
  CHECK(lines[0] == "FAIL");
  CHECK(lines[1] == "  - 1 conversation is flagged without a waiver");
  CHECK(lines[2] == "  - another reason");
}

TEST_CASE("text: a flagged group says what, why, who, when, where and what next") {
  Estate estate;
  estate.add_usual();
  const std::string text = estate.text();
  CHECK(contains(text, "Flagged: 1 conversation in 1 group\n"));
  CHECK(contains(text, "1. unexpected · reversed-direction: ddc -> storefront, tcp 443\n"));
  CHECK(contains(text, "in the opposite direction"));
  CHECK(contains(text, "    hosts       ddc1 (10.20.1.10) -> sf1 (10.20.1.20)\n"));
  CHECK(contains(text, "    seen        2026-11-20 08:00:01 to 08:00:09 UTC\n"));
  CHECK(contains(text, "    state       established\n"));
  CHECK(contains(text, "    first in    estate.pcap, frame 17\n"));
  CHECK(contains(text, "    nearest     storefront-ddc-xml: storefront -> ddc, tcp 443 (StoreFront, row"));
  CHECK(contains(text, "    explain     portproof explain 10.20.1.10 10.20.1.20 tcp 443 -I estate.toml\n"));
}

TEST_CASE("text: a suggested command names roles if one role fully describes a listed host") {
  Estate estate;
  Party a = estate.party("10.0.0.1", "ddc");
  Party b = estate.party("10.0.0.2", "vda");
  a.listed = true;
  b.listed = true;
  estate.add(a, b, 5985, Verdict::undocumented, Reason::undocumented_port).key.application =
      application("http");
  CHECK(contains(estate.text(), "portproof explain ddc vda tcp 5985 --application http -I"));
}

TEST_CASE("text: an attempt that got nowhere says so") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  SUBCASE("no answer") {
    estate.add(a, b, 22, Verdict::undocumented, Reason::undocumented_port).facts.state = FlowState::attempted;
    CHECK(contains(estate.text(), "state       nothing got through: attempted, never answered\n"));
  }
  SUBCASE("refused") {
    estate.add(a, b, 22, Verdict::undocumented, Reason::undocumented_port).facts.state = FlowState::refused;
    CHECK(contains(estate.text(), "state       nothing got through: refused\n"));
  }
}

TEST_CASE("text: every reason has a sentence") {
  for (std::size_t index = 1; index < kReasonNames.size(); ++index) {
    const auto reason = static_cast<Reason>(index);
    CAPTURE(kReasonNames[index]);
    Estate estate;
    const bool unverified = reason == Reason::no_inventory || reason == Reason::name_not_seen;
    estate.add(estate.party("10.0.0.1", "ddc"), estate.party("10.0.0.2", ""), 80,
               unverified ? Verdict::unverified : Verdict::unexpected, reason);
    const auto lines = lines_of(estate.text());
    std::size_t headline = 0;
    while (headline < lines.size() && !lines[headline].starts_with("1. ")) ++headline;
    REQUIRE(headline + 1 < lines.size());
    CHECK(lines[headline + 1].size() > 30);
    CHECK(lines[headline + 1].starts_with("    "));
  }
}

TEST_CASE("text: a scan over 60,000 ports is one group") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  for (std::uint32_t port = 1; port <= 60'000; ++port) {
    estate.add(a, b, static_cast<std::uint16_t>(port), Verdict::undocumented, Reason::undocumented_port);
  }
  const std::string text = estate.text();
  CHECK(contains(text, "Flagged: 60,000 conversations in 1 group\n"));
  CHECK(contains(text, "ddc -> vda, tcp 1-60000 (60,000 ports)"));
  CHECK(lines_of(text).size() < 60);
}

TEST_CASE("text: folded attempts show how many, by whom and where") {
  Estate estate;
  estate.add_attempts(AttemptsKind::scan, 20);
  estate.add_attempts(AttemptsKind::flood, 1100);
  TextOptions wide;
  wide.width = 200;
  const std::string text = estate.text(wide);
  CHECK(contains(text, "a scan: 120 attempts to 20 responders, ports 20 to 25"));
  CHECK(contains(text, "a flood: 1,100 attempts from 1,024 initiators and more, port 443"));
  CHECK(contains(text, "There were too many attempts to keep them all."));
}

TEST_CASE("text: groups beyond the maximum are counted") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  for (std::uint16_t port = 1; port <= 5; ++port) {
    estate.add(a, b, port, Verdict::undocumented, Reason::undocumented_port);
  }
  TextOptions options;
  options.max_groups = 2;
  const std::string text = estate.text(options);
  CHECK(contains(text, "2. undocumented"));
  CHECK_FALSE(contains(text, "3. undocumented"));
  CHECK(contains(text, "... and 3 more groups"));
}

TEST_CASE("text: the accounting law is in every report") {
  Estate estate;
  const std::string text = estate.text();
  CHECK(contains(text, "  frames        12 read = 11 decoded + 1 rejected (1 cut-headers)\n"));
  CHECK(contains(text, "  decoded       11 = 10 in flows + 1 without a flow (1 arp)\n"));
  CHECK(contains(text, "  flows         2 opened = 2 closed (2 fin)\n"));
  CHECK_FALSE(contains(text, "DO NOT ADD UP"));
  estate.evidence.inputs[0].accounting.decoded = 10;
  CHECK(contains(estate.text(), "DO NOT ADD UP"));
}

TEST_CASE("text: a direction that was not mirrored is named") {
  Estate estate;
  CHECK_FALSE(contains(estate.text(), "one way"));
  const AddressBlock desktops = parse_address_block("10.20.4.0/24").value();
  estate.audit.one_way_mirrors = {{desktops, std::nullopt, 12}};
  CHECK(contains(estate.text(), "  one way       what 10.20.4.0/24 sends was not captured, but 12"));
}

TEST_CASE("text: gaps and limits are reported, or that there are none") {
  Estate estate;
  CHECK(contains(estate.text(), "  gaps          none\n"));
  estate.evidence.inputs[0].gaps.kernel_dropped = 1;
  estate.evidence.inputs[0].gaps.cut_short = 1;
  estate.evidence.limits_hit.set(Limit::flows, 3);
  const std::string text = estate.text();
  CHECK(contains(text, "1 input not read to the end; 1 packet dropped by the kernel"));
  CHECK(contains(text, "  limit hit     flows, 3 times: a flow was closed early because the flow table"));
  CHECK(contains(text, "--max-flows raises the limit"));
  CHECK(contains(text, "--seed"));
}

TEST_CASE("text: a capture filter is reported at the top, once for all and for its input") {
  Estate estate;
  CHECK_FALSE(contains(estate.text(), "filter"));
  estate.evidence.inputs[0].kernel_filter = "not port 3260";
  const std::string text = estate.text();
  CHECK(contains(text, "Some traffic was filtered out while capturing: this report"));
  CHECK(contains(text, "  captured with not port 3260: applied to"));
  CHECK(contains(text, "    filter      while capturing: not port 3260 (what it excluded is not counted)\n"));
}

TEST_CASE("text: what was not read is listed by kind, with its first frame") {
  Estate estate;
  CHECK_FALSE(contains(estate.text(), "not read"));
  estate.evidence.inputs[0].path = "a.pcap";
  estate.evidence.inputs[0].unread = {{UnreadKind::later_fragment, std::nullopt, 1, 7},
                                      {UnreadKind::unknown_ethertype, 0x9200, 8, 3}};
  const std::string text = estate.text();
  const std::string most = "  not read      8 frames of EtherType 0x9200, which may carry IP";
  const std::string least = "  not read      1 later fragment whose first fragment was not captured";
  CHECK(contains(text, most));
  CHECK(contains(text, least));
  CHECK(text.find(most) < text.find(least));
}

TEST_CASE("text: what the site allows is shown with its owner, its reason and its use") {
  Estate estate;
  estate.add_allow("site-ica", "storefront", "vda", 1494).reason = "the lab";
  estate.add_allow("site-unused", "ddc", "vda", 5985).owner = "";
  auto& allowed = estate.add(estate.party("10.0.0.1", "storefront"), estate.party("10.0.0.2", "vda"), 1494,
                             Verdict::documented);
  allowed.judgement.rules = {&estate.inventory.allows[0].rule};
  const std::string text = estate.text();
  CHECK(contains(text, "Allowed by the site\n"));
  CHECK(contains(text, "  site-ica      documented 1 conversation; Ops: the lab\n"));
  CHECK(contains(text, "  site-unused   documented nothing; no owner: no reason given\n"));
}

TEST_CASE("text: entries of the inventory that can shelter anything are noted") {
  Estate estate;
  estate.audit.cautions = {{12, "[[waiver]] \"W\" accepts any port"}};
  CHECK(contains(estate.text(), "  note          estate.toml:12: [[waiver]] \"W\" accepts any port.\n"));
}

TEST_CASE("text: a command names a role as one if a host has the same name") {
  Estate estate;
  Party a = estate.party("10.0.0.1", "ddc");
  Party b = estate.party("10.0.0.2", "vda");
  a.listed = true;
  b.listed = true;
  Host host;
  host.name = "ddc";
  estate.inventory.hosts.push_back(host);
  estate.add(a, b, 5985, Verdict::undocumented, Reason::undocumented_port);
  CHECK(contains(estate.text(), "portproof explain role:ddc vda tcp 5985 -I"));
}

TEST_CASE("text: waivers are in force, expired or without a match") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  estate.add_waiver("W-7", 1, true);
  estate.add_waiver("W-8", 0, false);
  estate.add(a, b, 5985, Verdict::undocumented, Reason::undocumented_port).waiver = 0;
  const std::string text = estate.text();
  CHECK_FALSE(contains(text, "Flagged:"));
  CHECK(contains(text, "Waived\n  W-7           undocumented"));
  CHECK(contains(text, "  W-7           in force until 2027-01-31, matched 1 conversation; Ops:"));
  CHECK(contains(text, "The time of the traffic is not known, so no waiver is in force"));
  CHECK(contains(text, "  W-8           NOT IN FORCE (expires 2027-01-31), matched nothing:"));
  estate.audit.as_of = parse_timestamp("2027-02-20T08:12:44Z");
  const std::string later = estate.text();
  CHECK_FALSE(contains(later, "is not known"));
  CHECK(contains(later, "  W-8           EXPIRED (2027-01-31), matched nothing: remove it; Ops:"));
}

TEST_CASE("text: remarks on documented conversations are counted and explained") {
  Estate estate;
  estate.add_usual();
  CHECK_FALSE(contains(estate.text(), "Remarks"));
  estate.conversations[1].judgement.qualifiers.set(static_cast<std::size_t>(Qualifier::cleartext));
  CHECK(contains(estate.text(), "  cleartext, 1 conversation: the catalog documents an encrypted"));
}

TEST_CASE("text: a clean pass is short") {
  Estate estate;
  const std::string text = estate.text();
  CHECK(text.starts_with("PASS\n"));
  CHECK(lines_of(text).size() <= 45);
  CHECK_FALSE(contains(text, "Flagged"));
  CHECK_FALSE(contains(text, "Unverified"));
  CHECK_FALSE(contains(text, "Waive"));
}

TEST_CASE("text: when nothing was read, the report says so") {
  Estate estate;
  estate.evidence.inputs.clear();
  estate.with_inventory = false;
  estate.audit.result = AuditResult::inconclusive;
  estate.audit.result_reasons = {"there is no inventory"};
  const std::string text = estate.text();
  CHECK(text.starts_with("INCONCLUSIVE\n"));
  CHECK(contains(text, "Nothing was read"));
  CHECK(contains(text, "Inputs\n  none\n"));
}

TEST_CASE("text: colour only if requested") {
  Estate estate;
  estate.add_usual();
  CHECK_FALSE(contains(estate.text(), "\x1b"));
  TextOptions options;
  options.color = true;
  CHECK(estate.text(options).starts_with("\x1b[1;31mFAIL\x1b[0m\n"));
}

TEST_CASE("text: names from the network cannot act on the terminal") {
  Estate estate;
  Party a = estate.party("10.0.0.1", "", "evil\x1b]0;title\a");
  Party b = estate.party("10.0.0.2", "vda");
  b.names = {"a\u202eb.example\r\nPASS"};
  estate.add(a, b, 1494, Verdict::unexpected, Reason::unlisted_host);
  estate.evidence.inputs[0].path = "x\x1b[2J\xff.pcap";
  estate.audit.result_reasons = {"bad \x9b name"};
  const std::string text = estate.text();
  CHECK_FALSE(contains(text, "\x1b"));
  CHECK_FALSE(contains(text, "\r"));
  CHECK_FALSE(contains(text, "\u202e"));
  CHECK_FALSE(contains(text, "\nPASS"));
  CHECK(contains(text, "evil\\x1b]0;title\\x07 (10.0.0.1)"));
  CHECK(contains(text, "x\\x1b[2J\\xff.pcap"));
  TextOptions options;
  options.unicode = false;
  for (const char letter : estate.text(options)) REQUIRE(static_cast<unsigned char>(letter) < 0x7f);
}

TEST_CASE("text: lines fit the width, and a wider terminal is used") {
  Estate estate;
  estate.add_usual();
  estate.add_waiver("A-WAIVER-WITH-A-LONG-NAME", 1, true);
  Party a = estate.party("fd20:1111:2222:3333:4444:5555:6666:7777", "ddc", "a-host-with-quite-a-long-name");
  Party b = estate.party("fd20:1111:2222:3333:4444:5555:6666:8888", "vda", "another-with-quite-a-long-name");
  for (std::uint16_t port = 1; port < 40; ++port) {
    estate.add(a, b, port, Verdict::undocumented, Reason::undocumented_port);
  }
  estate.evidence.inputs[0].path =
      "a folder with spaces/and a rather long name of a capture that was made somewhere.pcap";
  estate.inventory.path = "a folder with spaces/estate inventory of the whole site.toml";
  ReportOptions reporting;
  reporting.run = Run{"portproof audit a folder with spaces and many more words that somebody typed -T text",
                      "alice",
                      "audit1.example.com",
                      "2026-11-20T09:00:00.000000000Z",
                      "2026-11-20T09:00:01.000000000Z",
                      42,
                      "Landlock (ABI 6) closed all other files to it"};
  std::size_t lines_at_80 = 0;
  for (const int width : {80, 100, 200}) {
    TextOptions options;
    options.width = width;
    const auto lines = lines_of(estate.text(options, reporting));
    std::size_t longest = 0;
    for (const std::string& line : lines) {
      CAPTURE(line);
      CHECK(display_width(line) <= static_cast<std::size_t>(width));
      CHECK_FALSE(line.ends_with(" "));
      longest = std::max(longest, display_width(line));
    }
    if (width == 80) lines_at_80 = lines.size();
    if (width == 200) {
      CHECK(longest > 120);
      CHECK(lines.size() < lines_at_80);
    }
  }
}

TEST_CASE("text: a command that does not fit continues after a backslash") {
  Estate estate;
  estate.add_usual();
  estate.inventory.path = "a/path/that/is/long/enough/to/need/a/second/line/estate.toml";
  const std::string line = line_with(estate.text(), "portproof explain");
  CHECK(line.ends_with(" \\"));
}

}  // namespace
}  // namespace portproof::test
