#include "report/group.hpp"

#include <doctest/doctest.h>

#include "tests/report/audit_builder.hpp"
#include "tests/support/application.hpp"

namespace portproof::test {
namespace {

void scan(Estate& estate, std::uint32_t first, std::uint32_t last, Verdict verdict = Verdict::undocumented) {
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  const Reason reason = is_flagged(verdict) ? Reason::undocumented_port : Reason::none;
  for (std::uint32_t port = first; port <= last; ++port) {
    estate.add(a, b, static_cast<std::uint16_t>(port), verdict, reason);
  }
}

TEST_CASE("group: conversations that differ only in their hosts are one group") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc", "ddc1");
  const Party b = estate.party("10.0.0.2", "ddc");
  const Party c = estate.party("10.0.1.1", "vda", "vda1");
  const Party d = estate.party("10.0.1.2", "vda");
  for (const Party* from : {&a, &b}) {
    for (const Party* to : {&c, &d}) {
      estate.add(*from, *to, 3389, Verdict::undocumented, Reason::undocumented_port);
    }
  }
  estate.conversations[1].facts.state = FlowState::refused;
  estate.conversations[2].key.application = application("rdp");
  const auto groups = estate.report().groups;
  REQUIRE(groups.size() == 1);
  const Group& group = groups.front();
  CHECK(group.from == std::vector<std::string>{"ddc"});
  CHECK(group.to == std::vector<std::string>{"vda"});
  CHECK(group.transport == "tcp");
  CHECK(group.ports == PortRange{3389, 3389});
  CHECK(group.conversations == 4);
  CHECK(group.sessions == 8);
  CHECK(group.packets == 40);
  CHECK(group.bytes == 4000);
  CHECK(group.initiators == 2);
  CHECK(group.responders == 2);
  CHECK(group.ports_seen == 1);
  CHECK(group.states == std::vector<std::string>{"established", "refused"});
  CHECK(group.applications == std::vector<std::string>{"rdp", "unknown"});
  CHECK(group.example_initiator == "ddc1 (10.0.0.1)");
  CHECK(group.example_responder == "vda1 (10.0.1.1)");
}

TEST_CASE("group: another port, role set, reason or transport is another group") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  const Party c = estate.party("10.0.0.3", "storefront");
  estate.add(a, b, 80, Verdict::undocumented, Reason::undocumented_port);
  estate.add(a, b, 80, Verdict::undocumented, Reason::undocumented_port).key.protocol = kProtocolUdp;
  estate.add(a, b, 81, Verdict::undocumented, Reason::undocumented_port);
  estate.add(a, b, 82, Verdict::unexpected, Reason::unexpected_source);
  estate.add(a, c, 80, Verdict::undocumented, Reason::undocumented_port);
  CHECK(estate.report().groups.size() == 5);
}

TEST_CASE("group: documented conversations are separate if other rules document them") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  estate.add(a, b, 80, Verdict::documented, Reason::none, "ddc-vda-registration");
  estate.add(a, b, 80, Verdict::documented, Reason::none, "storefront-ddc-xml");
  CHECK(estate.report().groups.size() == 2);
}

TEST_CASE("group: echoes of ICMP and ICMPv6 are one transport") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  estate.add(a, b, 0, Verdict::undocumented, Reason::undocumented_icmp).key.protocol = kProtocolIcmp;
  estate.add(a, b, 0, Verdict::undocumented, Reason::undocumented_icmp).key.protocol = kProtocolIcmpV6;
  const auto groups = estate.report().groups;
  REQUIRE(groups.size() == 1);
  CHECK(groups.front().transport == "icmp");
}

TEST_CASE("group: eight high ports stay separate, nine are one range") {
  SUBCASE("eight") {
    Estate estate;
    scan(estate, 1024, 1031);
    CHECK(estate.report().groups.size() == 8);
  }
  SUBCASE("nine") {
    Estate estate;
    scan(estate, 1024, 1032);
    const auto groups = estate.report().groups;
    REQUIRE(groups.size() == 1);
    CHECK(groups.front().ports == PortRange{1024, 1032});
    CHECK(groups.front().ports_seen == 9);
  }
  SUBCASE("nine, and low ports as well") {
    Estate estate;
    scan(estate, 1020, 1032);
    CHECK(estate.report().groups.size() == 5);
  }
  SUBCASE("nine that are not flagged") {
    Estate estate;
    scan(estate, 1024, 1032, Verdict::unrelated);
    CHECK(estate.report().groups.size() == 9);
  }
}

TEST_CASE("group: a scan is one group, whatever its ports and verdict") {
  SUBCASE("sixty thousand ports") {
    Estate estate;
    scan(estate, 1, 60'000);
    const auto groups = estate.report().groups;
    REQUIRE(groups.size() == 1);
    CHECK(groups.front().ports == PortRange{1, 60'000});
    CHECK(groups.front().ports_seen == 60'000);
    CHECK(groups.front().conversations == 60'000);
  }
  SUBCASE("low ports only") {
    Estate estate;
    scan(estate, 1, 65);
    CHECK(estate.report().groups.size() == 1);
  }
  SUBCASE("too few ports to be a scan") {
    Estate estate;
    scan(estate, 1, 64);
    CHECK(estate.report().groups.size() == 64);
  }
  SUBCASE("unrelated") {
    Estate estate;
    scan(estate, 1, 65, Verdict::unrelated);
    CHECK(estate.report().groups.size() == 1);
  }
}

TEST_CASE("group: an accepted port does not disappear in a scan") {
  Estate estate;
  estate.add_waiver("W-1", 1, true);
  SUBCASE("one port") {
    scan(estate, 1, 3000);
    estate.conversations[444].waiver = 0;
    const auto groups = estate.report().groups;
    REQUIRE(groups.size() == 2);
    CHECK(groups[0].ports == PortRange{1, 3000});
    CHECK(groups[0].waived == 0);
    CHECK(groups[1].ports == PortRange{445, 445});
    CHECK(rank(groups[1]) == Rank::waived);
  }
  SUBCASE("the whole scan") {
    scan(estate, 1, 3000);
    for (MadeConversation& conversation : estate.conversations) conversation.waiver = 0;
    REQUIRE(estate.report().groups.size() == 1);
    CHECK(rank(estate.report().groups.front()) == Rank::waived);
  }
}

TEST_CASE("group: the nearest rule is the first by ID, the rules are the rules of all members") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  const Party c = estate.party("10.0.0.3", "vda");
  estate.add(a, b, 443, Verdict::unexpected, Reason::unexpected_source, "storefront-vda-ica");
  estate.add(a, c, 443, Verdict::unexpected, Reason::unexpected_source, "storefront-ddc-xml");
  const auto groups = estate.report().groups;
  REQUIRE(groups.size() == 1);
  CHECK(groups.front().nearest_rule == "storefront-ddc-xml");
  CHECK(groups.front().rules == std::vector<std::string>{"storefront-ddc-xml", "storefront-vda-ica"});
}

TEST_CASE("group: a qualifier holds only if it holds for all") {
  Estate estate;
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  const Party c = estate.party("10.0.0.3", "vda");
  const auto cleartext = static_cast<std::size_t>(Qualifier::cleartext);
  const auto conditional = static_cast<std::size_t>(Qualifier::conditional);
  auto& first = estate.add(a, b, 80, Verdict::documented, Reason::none, "ddc-vda-registration");
  first.judgement.qualifiers.set(cleartext).set(conditional);
  auto& second = estate.add(a, c, 80, Verdict::documented, Reason::none, "ddc-vda-registration");
  second.judgement.qualifiers.set(cleartext);
  const auto groups = estate.report().groups;
  REQUIRE(groups.size() == 1);
  CHECK(groups.front().qualifiers.test(cleartext));
  CHECK_FALSE(groups.front().qualifiers.test(conditional));
}

TEST_CASE("group: a partly waived group still counts as flagged") {
  Estate estate;
  estate.add_waiver("W-1", 1, true);
  const Party a = estate.party("10.0.0.1", "ddc");
  const Party b = estate.party("10.0.0.2", "vda");
  const Party c = estate.party("10.0.0.3", "vda");
  estate.add(a, b, 445, Verdict::undocumented, Reason::undocumented_port).waiver = 0;
  estate.add(a, c, 445, Verdict::undocumented, Reason::undocumented_port);
  auto groups = estate.report().groups;
  REQUIRE(groups.size() == 1);
  CHECK(groups.front().waived == 1);
  CHECK(groups.front().waivers == std::vector<std::string>{"W-1"});
  CHECK(rank(groups.front()) == Rank::flagged);
  estate.conversations[1].waiver = 0;
  CHECK(rank(estate.report().groups.front()) == Rank::waived);
}

}  // namespace
}  // namespace portproof::test
