// The verdict table, one sentence per row.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "classify/judge.hpp"
#include "tests/classify/question_builder.hpp"

namespace portproof::test {
namespace {

using Ids = std::vector<std::string>;

struct Row {
  std::string sentence;
  Ask ask;
  Verdict verdict;
  Reason reason;
  int test;
  Ids rules;
};

void check(const Bench& bench, const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    CAPTURE(row.sentence);
    const Judgement judgement = bench.judge(row.ask);
    CHECK(judgement.test == row.test);
    CHECK(name(judgement.verdict) == name(row.verdict));
    CHECK(name(judgement.reason) == name(row.reason));
    CHECK(rule_ids(judgement) == row.rules);
    const bool has_nearest = row.verdict != Verdict::documented && !row.rules.empty();
    CHECK((judgement.nearest != nullptr) == has_nearest);
    if (has_nearest && judgement.nearest != nullptr) CHECK(judgement.nearest->id == row.rules.front());
    if (row.verdict != Verdict::documented) CHECK(judgement.qualifiers.none());
  }
}

}  // namespace

TEST_CASE("verdict table, test 1: denied") {
  const Bench bench(kEstate);
  check(bench,
        {
            {"nothing from the internet may open a connection to a connector",
             Ask("internet", "cloud-connector").tcp(443),
             Verdict::unexpected,
             Reason::denied,
             1,
             {"connector-no-inbound"}},
            {"nor from Citrix Cloud, on any port",
             Ask("citrix-cloud", "cloud-connector").udp(4000),
             Verdict::unexpected,
             Reason::denied,
             1,
             {"connector-no-inbound"}},
            {"an attempt that a firewall blocked is flagged all the same",
             Ask("internet", "cloud-connector").tcp(443).unanswered(),
             Verdict::unexpected,
             Reason::denied,
             1,
             {"connector-no-inbound"}},
            {"a direction that is not firm denies nothing: the connector may have opened the connection",
             Ask("internet", "cloud-connector").tcp(443).basis(DirectionBasis::port_order),
             Verdict::undocumented,
             Reason::undocumented_port,
             14,
             {}},
        });
}

TEST_CASE("verdict table, test 1: a site's [[allow]] overrides a deny rule") {
  Bench bench(std::string(kEstate) + R"(
[[allow]]
id = "site-inbound"
from = ["internet"]
to = ["cloud-connector"]
transport = ["tcp"]
ports = ["8443"]
[[allow]]
id = "site-wide"
from = ["internet"]
to = ["cloud-connector"]
transport = ["udp"]
ports = ["any"]
)");
  check(bench, {
                   {"the port that the site documents",
                    Ask("internet", "cloud-connector").tcp(8443),
                    Verdict::documented,
                    Reason::none,
                    4,
                    {"site-inbound"}},
                   {"another port is still denied",
                    Ask("internet", "cloud-connector").tcp(8444),
                    Verdict::unexpected,
                    Reason::denied,
                    1,
                    {"connector-no-inbound"}},
                   {"a broad allowance needs an answer",
                    Ask("internet", "cloud-connector").udp(8444),
                    Verdict::documented,
                    Reason::none,
                    4,
                    {"site-wide"}},
                   {"and without an answer hides no scan",
                    Ask("internet", "cloud-connector").udp(8444).unanswered(),
                    Verdict::unexpected,
                    Reason::denied,
                    1,
                    {"connector-no-inbound"}},
               });
}

TEST_CASE("verdict table, test 1: an [[allow]] with applications overrides a deny rule, but only for these") {
  Bench bench(std::string(kEstate) + R"(
[[allow]]
id = "site-inbound"
from = ["internet"]
to = ["cloud-connector"]
transport = ["tcp"]
ports = ["8443"]
application = ["https"]
)");
  check(bench, {
                   {"the application that the site documents",
                    Ask("internet", "cloud-connector").tcp(8443).speaking("tls"),
                    Verdict::documented,
                    Reason::none,
                    4,
                    {"site-inbound"}},
                   {"another application on the same port is flagged as a mismatch",
                    Ask("internet", "cloud-connector").tcp(8443).speaking("ssh"),
                    Verdict::unexpected,
                    Reason::application_mismatch,
                    3,
                    {"site-inbound"}},
               });
}

TEST_CASE("verdict table, tests 3 and 4: a site's [[allow]] is as broad as the ports it names") {
  Bench bench(std::string(kEstate) + R"(
[[allow]]
id = "site-rpc"
from = ["storefront"]
to = ["vda"]
transport = ["tcp"]
ports = ["445", "49152-65535"]
application = ["ms-rpc", "smb"]
[[allow]]
id = "site-backup"
from = ["gateway"]
to = ["vda"]
transport = ["tcp"]
ports = ["10000", "20000-30000"]
)");
  check(bench, {
                   {"dynamic RPC, by its application",
                    Ask("storefront", "vda").tcp(50001).speaking("ms-rpc"),
                    Verdict::documented,
                    Reason::none,
                    4,
                    {"site-rpc"}},
                   {"anything else that is identified in the range is a mismatch",
                    Ask("storefront", "vda").tcp(50001).speaking("rdp"),
                    Verdict::unexpected,
                    Reason::application_mismatch,
                    3,
                    {"site-rpc"}},
                   {"the range hides no scan",
                    Ask("storefront", "vda").tcp(50001).unanswered(),
                    Verdict::undocumented,
                    Reason::undocumented_port,
                    14,
                    {}},
                   {"the single port beside it is not broad: an attempt is documented",
                    Ask("storefront", "vda").tcp(445).unanswered(),
                    Verdict::documented,
                    Reason::none,
                    4,
                    {"site-rpc"}},
                   {"the single port counts for tests that look at other roles",
                    Ask("vda", "storefront").tcp(445),
                    Verdict::unexpected,
                    Reason::reversed_direction,
                    9,
                    {"site-rpc"}},
                   {"without a list, the single port expects anything",
                    Ask("gateway", "vda").tcp(10000).speaking("ssh"),
                    Verdict::documented,
                    Reason::none,
                    4,
                    {"site-backup"}},
                   {"and its range nothing that is identified",
                    Ask("gateway", "vda").tcp(20001).speaking("ssh"),
                    Verdict::unexpected,
                    Reason::application_mismatch,
                    3,
                    {"site-backup"}},
               });
}

TEST_CASE("verdict table, test 2: rules match, but none is in force") {
  check(Bench(kEstate), {
                            {"retired for the version in the inventory",
                             Ask("wem-agent", "wem-infrastructure-service").tcp(8285),
                             Verdict::unexpected,
                             Reason::not_in_force,
                             2,
                             {"wem-sync-old"}},
                            {"documented as not yet implemented",
                             Ask("wem-agent", "adm").tcp(8287),
                             Verdict::unexpected,
                             Reason::not_in_force,
                             2,
                             {"wem-monitoring"}},
                        });
}

TEST_CASE("verdict table, test 3: an application that no rule in force expects") {
  check(Bench(kEstate), {
                            {"HTTP where ICA is expected",
                             Ask("gateway", "vda").tcp(1494).speaking("http"),
                             Verdict::unexpected,
                             Reason::application_mismatch,
                             3,
                             {"gateway-vda-ica"}},
                            {"TLS is not HTTP",
                             Ask("ddc", "vda").tcp(80).speaking("tls"),
                             Verdict::unexpected,
                             Reason::application_mismatch,
                             3,
                             {"ddc-vda-http"}},
                            {"a broad rule does not cover RDP on a high port",
                             Ask("ddc", "vda").tcp(49200).speaking("rdp"),
                             Verdict::unexpected,
                             Reason::application_mismatch,
                             3,
                             {"ddc-vda-assistance"}},
                            {"an unidentified application is never a mismatch",
                             Ask("gateway", "vda").tcp(1494),
                             Verdict::documented,
                             Reason::none,
                             4,
                             {"gateway-vda-ica"}},
                        });
}

TEST_CASE("verdict table, test 4: documented") {
  check(Bench(kEstate), {
                            {"roles, port and application agree",
                             Ask("gateway", "vda").tcp(1494).speaking("ica"),
                             Verdict::documented,
                             Reason::none,
                             4,
                             {"gateway-vda-ica"}},
                            {"any Citrix component may ask a DNS server",
                             Ask("vda", "dns-server").udp(53).speaking("dns"),
                             Verdict::documented,
                             Reason::none,
                             4,
                             {"citrix-dns"}},
                            {"a rule that works both ways matches with the roles swapped",
                             Ask("vda", "ddc").tcp(89),
                             Verdict::documented,
                             Reason::none,
                             4,
                             {"ddc-vda-soap"}},
                            {"a rule without a list expects anything",
                             Ask("ddc", "sql-server").tcp(1433).speaking("ssh"),
                             Verdict::documented,
                             Reason::none,
                             4,
                             {"ddc-sql"}},
                            {"a broad rule covers an answered conversation",
                             Ask("ddc", "vda").tcp(49200),
                             Verdict::documented,
                             Reason::none,
                             4,
                             {"ddc-vda-assistance"}},
                            {"if a narrow rule matches too, the broad one does not count",
                             Ask("ddc", "vda").tcp(50000),
                             Verdict::documented,
                             Reason::none,
                             4,
                             {"ddc-vda-fixed-high"}},
                            {"the narrow rule decides on the application too",
                             Ask("ddc", "vda").tcp(50000).speaking("rdp"),
                             Verdict::documented,
                             Reason::none,
                             4,
                             {"ddc-vda-fixed-high"}},
                            {"a rule with a current version",
                             Ask("wem-agent", "wem-infrastructure-service").tcp(8288),
                             Verdict::documented,
                             Reason::none,
                             4,
                             {"wem-sync-new"}},
                            {"an echo under a rule for icmp, and both ways",
                             Ask("adc-snip", "adm").icmp(),
                             Verdict::documented,
                             Reason::none,
                             4,
                             {"adm-adc-ping"}},
                            {"a device without an address asks by broadcast",
                             Ask("target-device", "broadcast").udp(67),
                             Verdict::documented,
                             Reason::none,
                             4,
                             {"target-dhcp"}},
                        });
}

TEST_CASE("verdict table, test 4: a broad rule hides no scan") {
  check(Bench(kEstate),
        {
            {"not answered, so the broad rule does not match; nothing narrow documents the port",
             Ask("ddc", "vda").tcp(49200).unanswered(),
             Verdict::undocumented,
             Reason::undocumented_port,
             14,
             {}},
            {"only one direction captured, so no answer is known",
             Ask("ddc", "vda").tcp(49200).state(FlowState::one_way, false),
             Verdict::undocumented,
             Reason::undocumented_port,
             14,
             {}},
        });
}

TEST_CASE("verdict table, test 5: unrelated to Citrix") {
  check(Bench(kEstate), {
                            {"no end of kind citrix, no Citrix protocol, no distinctive port",
                             Ask("user-device", "dns-server").udp(53).speaking("dns"),
                             Verdict::unrelated,
                             Reason::none,
                             5,
                             {}},
                            {"a database that Citrix uses, queried by another host",
                             Ask("user-device", "sql-server").tcp(1433),
                             Verdict::unrelated,
                             Reason::none,
                             5,
                             {}},
                            {"a distinctive port that carries something else",
                             Ask("user-device", "sql-server").tcp(1494).speaking("ssh"),
                             Verdict::unrelated,
                             Reason::none,
                             5,
                             {}},
                            {"loopback, even with a Citrix protocol",
                             Ask("vda", "vda").tcp(1494).speaking("ica").at("127.0.0.1", "127.0.0.1"),
                             Verdict::unrelated,
                             Reason::none,
                             5,
                             {}},
                            {"IPv6 loopback",
                             Ask("vda", "vda").tcp(9999).at("::1", "::1"),
                             Verdict::unrelated,
                             Reason::none,
                             5,
                             {}},
                        });
}

TEST_CASE("verdict table, test 5: traffic related to Citrix passes on to the next tests") {
  check(Bench(kEstate), {
                            {"the initiator holds a role of kind citrix",
                             Ask("vda", "user-device").tcp(3000),
                             Verdict::undocumented,
                             Reason::undocumented_port,
                             14,
                             {}},
                            {"the responder does",
                             Ask("user-device", "vda").tcp(3000),
                             Verdict::undocumented,
                             Reason::undocumented_port,
                             14,
                             {}},
                            {"a distinctive port, nothing identified",
                             Ask("user-device", "sql-server").tcp(1494),
                             Verdict::unexpected,
                             Reason::unexpected_peers,
                             13,
                             {"gateway-vda-ica"}},
                            {"a distinctive port with the application expected there",
                             Ask("user-device", "sql-server").tcp(1494).speaking("ica"),
                             Verdict::unexpected,
                             Reason::unexpected_peers,
                             13,
                             {"gateway-vda-ica"}},
                        });
}

TEST_CASE("verdict table, test 6: a Citrix protocol where no rule expects it") {
  check(Bench(kEstate), {
                            {"ICA on a port that nothing documents",
                             Ask("user-device", "sql-server").tcp(8080).speaking("ica"),
                             Verdict::undocumented,
                             Reason::citrix_on_undocumented_port,
                             6,
                             {}},
                            {"ICA on a documented port that expects HTTP",
                             Ask("user-device", "sql-server").tcp(80).speaking("ica"),
                             Verdict::undocumented,
                             Reason::citrix_on_undocumented_port,
                             6,
                             {}},
                            {"CGP on the ICA port",
                             Ask("user-device", "vda").tcp(1494).speaking("cgp"),
                             Verdict::undocumented,
                             Reason::citrix_on_undocumented_port,
                             6,
                             {}},
                            {"broad rules do not count: they expect nothing identified",
                             Ask("user-device", "vda").tcp(49200).speaking("ica"),
                             Verdict::undocumented,
                             Reason::citrix_on_undocumented_port,
                             6,
                             {}},
                        });
}

TEST_CASE("verdict table, test 7: a documented port, and neither end is listed") {
  check(Bench(kEstate), {
                            {"ICA between two hosts that the inventory does not name",
                             Ask("", "").tcp(1494).speaking("ica").unlisted(),
                             Verdict::unexpected,
                             Reason::unlisted_host,
                             7,
                             {"gateway-vda-ica"}},
                            {"default roles do not count",
                             Ask("user-device", "user-device").tcp(1494).unlisted(),
                             Verdict::unexpected,
                             Reason::unlisted_host,
                             7,
                             {"gateway-vda-ica"}},
                            {"one listed end is enough",
                             Ask("", "vda").tcp(1494).unlisted_initiator(),
                             Verdict::unexpected,
                             Reason::unexpected_source,
                             10,
                             {"gateway-vda-ica"}},
                        });
}

TEST_CASE("verdict table, with no inventory: tests 5, 6, 7 and 14 decide") {
  const Bench bench("", false);
  check(bench, {
                   {"a distinctive port is unverified",
                    Ask("", "").tcp(1494).unlisted(),
                    Verdict::unverified,
                    Reason::no_inventory,
                    7,
                    {"gateway-vda-ica"}},
                   {"with its application too",
                    Ask("", "").tcp(2598).speaking("cgp").unlisted(),
                    Verdict::unverified,
                    Reason::no_inventory,
                    7,
                    {"app-vda-cgp"}},
                   {"a Citrix protocol on another port is flagged",
                    Ask("", "").tcp(8080).speaking("ica").unlisted(),
                    Verdict::undocumented,
                    Reason::citrix_on_undocumented_port,
                    6,
                    {}},
                   {"a port that others use as well is unrelated",
                    Ask("", "").tcp(80).unlisted(),
                    Verdict::unrelated,
                    Reason::none,
                    5,
                    {}},
               });
}

TEST_CASE("verdict table, test 8: it may be the cloud, but no name was seen") {
  check(Bench(kEstate), {
                            {"a VDA to somewhere outside on the gateway service's port",
                             Ask("vda", "internet").tcp(443).speaking("tls").outside(),
                             Verdict::unverified,
                             Reason::name_not_seen,
                             8,
                             {"vda-gateway-service"}},
                            {"a connector, for every service that it may be reaching",
                             Ask("cloud-connector", "internet").tcp(443).outside(),
                             Verdict::unverified,
                             Reason::name_not_seen,
                             8,
                             {"connector-cloud", "connector-control"}},
                            {"another application than the rule expects cannot be the cloud",
                             Ask("vda", "internet").tcp(443).speaking("http").outside(),
                             Verdict::unexpected,
                             Reason::unexpected_destination,
                             11,
                             {"vda-gateway-service"}},
                            {"a name that gives no role rules out the cloud",
                             Ask("vda", "internet").tcp(443).outside().names(NameState::given),
                             Verdict::unexpected,
                             Reason::unexpected_destination,
                             11,
                             {"vda-gateway-service"}},
                            {"a whole ClientHello without a name counts as a name",
                             Ask("vda", "internet").tcp(443).outside().names(NameState::absent),
                             Verdict::unexpected,
                             Reason::unexpected_destination,
                             11,
                             {"vda-gateway-service"}},
                            {"so does a name that was not kept",
                             Ask("vda", "internet").tcp(443).outside().names(NameState::other),
                             Verdict::unexpected,
                             Reason::unexpected_destination,
                             11,
                             {"vda-gateway-service"}},
                            {"so does a name from DNS",
                             Ask("vda", "internet").tcp(443).outside().named_by_dns(),
                             Verdict::unexpected,
                             Reason::unexpected_destination,
                             11,
                             {"vda-gateway-service"}},
                            {"a responder inside is not the cloud",
                             Ask("vda", "user-device").tcp(443).unlisted_responder(),
                             Verdict::unexpected,
                             Reason::unexpected_destination,
                             11,
                             {"vda-gateway-service"}},
                            {"nor is a responder in a host entry",
                             Ask("vda", "sql-server").tcp(443).outside().listed_responder(),
                             Verdict::unexpected,
                             Reason::unexpected_destination,
                             11,
                             {"vda-gateway-service"}},
                            {"a port that is documented to no cloud role",
                             Ask("vda", "internet").tcp(80).outside(),
                             Verdict::undocumented,
                             Reason::undocumented_port,
                             14,
                             {}},
                        });
}

TEST_CASE("verdict table, test 9: the other way round") {
  check(Bench(kEstate),
        {
            {"a VDA that calls its controller on the port for calls to VDAs",
             Ask("vda", "ddc").tcp(80).speaking("http"),
             Verdict::unexpected,
             Reason::reversed_direction,
             9,
             {"ddc-vda-http"}},
            {"only if the direction is firm: here the controller documents port 80 from StoreFront",
             Ask("vda", "ddc").tcp(80).basis(DirectionBasis::first_packet),
             Verdict::unexpected,
             Reason::unexpected_source,
             10,
             {"storefront-ddc-xml"}},
            {"a syn-ack is firm",
             Ask("vda", "ddc").tcp(80).basis(DirectionBasis::syn_ack),
             Verdict::unexpected,
             Reason::reversed_direction,
             9,
             {"ddc-vda-http"}},
            {"a role held only by default reverses nothing",
             Ask("vda", "workspace-app").tcp(2598).default_responder(),
             Verdict::unexpected,
             Reason::unexpected_peers,
             13,
             {"app-vda-cgp"}},
            {"a configured role does",
             Ask("vda", "workspace-app").tcp(2598),
             Verdict::unexpected,
             Reason::reversed_direction,
             9,
             {"app-vda-cgp"}},
        });
}

TEST_CASE("verdict table, tests 10 and 11: one end is right") {
  check(Bench(kEstate), {
                            {"the port is documented to this role from others",
                             Ask("storefront", "vda").tcp(1494),
                             Verdict::unexpected,
                             Reason::unexpected_source,
                             10,
                             {"gateway-vda-ica"}},
                            {"every rule to the role is named",
                             Ask("gateway", "ddc").tcp(80),
                             Verdict::unexpected,
                             Reason::unexpected_source,
                             10,
                             {"storefront-ddc-xml"}},
                            {"the port is documented from this role to others",
                             Ask("gateway", "sql-server").tcp(1494),
                             Verdict::unexpected,
                             Reason::unexpected_destination,
                             11,
                             {"gateway-vda-ica"}},
                            {"the source is checked first",
                             Ask("gateway", "dns-server").udp(53).speaking("ssh"),
                             Verdict::unexpected,
                             Reason::application_mismatch,
                             3,
                             {"citrix-dns"}},
                            {"a broad rule suggests no other end",
                             Ask("storefront", "vda").tcp(49200),
                             Verdict::undocumented,
                             Reason::undocumented_port,
                             14,
                             {}},
                            {"nor does a rule that is not in force",
                             Ask("storefront", "wem-infrastructure-service").tcp(8285),
                             Verdict::undocumented,
                             Reason::undocumented_port,
                             14,
                             {}},
                            {"a deny rule documents nothing",
                             Ask("user-device", "cloud-connector").tcp(4000),
                             Verdict::undocumented,
                             Reason::undocumented_port,
                             14,
                             {}},
                        });
}

TEST_CASE("verdict table, test 12: the same port on another transport") {
  check(Bench(kEstate), {
                            {"DNS over TCP where UDP is documented",
                             Ask("vda", "dns-server").tcp(53),
                             Verdict::undocumented,
                             Reason::undocumented_transport,
                             12,
                             {"citrix-dns"}},
                            {"SCTP counts as a transport",
                             Ask("ddc", "sql-server").on(Transport::sctp, 1433),
                             Verdict::undocumented,
                             Reason::undocumented_transport,
                             12,
                             {"ddc-sql"}},
                            {"a broad rule does not count",
                             Ask("ddc", "vda").on(Transport::sctp, 49200),
                             Verdict::undocumented,
                             Reason::undocumented_port,
                             14,
                             {}},
                            {"a rule for icmp does not count",
                             Ask("adm", "adc-nsip").tcp(0),
                             Verdict::undocumented,
                             Reason::undocumented_port,
                             14,
                             {}},
                        });
}

TEST_CASE("verdict table, test 13: a distinctive port between unrelated roles") {
  check(Bench(kEstate), {
                            {"the ICA port between roles that no rule for it names",
                             Ask("storefront", "sql-server").tcp(1494),
                             Verdict::unexpected,
                             Reason::unexpected_peers,
                             13,
                             {"gateway-vda-ica"}},
                            {"a port that others use as well is not distinctive",
                             Ask("storefront", "gateway").tcp(1433),
                             Verdict::undocumented,
                             Reason::undocumented_port,
                             14,
                             {}},
                        });
}

TEST_CASE("verdict table, test 14: no rule at all") {
  check(Bench(kEstate),
        {
            {"a port that no rule knows",
             Ask("ddc", "vda").tcp(5985),
             Verdict::undocumented,
             Reason::undocumented_port,
             14,
             {}},
            {"an echo that no rule knows",
             Ask("ddc", "vda").icmp(),
             Verdict::undocumented,
             Reason::undocumented_icmp,
             14,
             {}},
            {"ICMP that is no echo",
             Ask("ddc", "vda").on(Transport::icmp_other, 0),
             Verdict::undocumented,
             Reason::undocumented_icmp,
             14,
             {}},
            {"another IP protocol with a listed end, Citrix or not",
             Ask("user-device", "internet").on(Transport::esp, 0),
             Verdict::undocumented,
             Reason::undocumented_protocol,
             14,
             {}},
            {"another IP protocol without one",
             Ask("user-device", "internet").on(Transport::esp, 0).unlisted(),
             Verdict::unrelated,
             Reason::none,
             5,
             {}},
            {"a tunnel with a listed end, Citrix or not",
             Ask("user-device", "internet").udp(4789).carrying(),
             Verdict::undocumented,
             Reason::undocumented_port,
             14,
             {}},
            {"a tunnel without one",
             Ask("user-device", "internet").udp(4789).carrying().unlisted(),
             Verdict::unrelated,
             Reason::none,
             5,
             {}},
            {"a routing protocol between two routers of the link",
             Ask("vda", "user-device").on(static_cast<Transport>(89), 0).unlisted().set([](Question& q) {
               q.between_routers = true;
             }),
             Verdict::unrelated,
             Reason::none,
             5,
             {}},
            {"the same with a listed end, which answers for all that it sends",
             Ask("vda", "user-device").on(static_cast<Transport>(89), 0).set([](Question& q) {
               q.between_routers = true;
             }),
             Verdict::undocumented,
             Reason::undocumented_protocol,
             14,
             {}},
            {"the same with an outside end, which is on no link of the estate",
             Ask("vda", "internet").on(static_cast<Transport>(89), 0).unlisted().set([](Question& q) {
               q.between_routers = true;
               q.responder.outside = true;
             }),
             Verdict::undocumented,
             Reason::undocumented_protocol,
             14,
             {}},
            {"a site's own citrix role is in scope",
             Ask("print-server", "user-device").tcp(9100),
             Verdict::undocumented,
             Reason::undocumented_port,
             14,
             {}},
        });
}

TEST_CASE("a rule for broadcasts does not shelter a host that was sent some of its frames by broadcast") {
  const auto some = [](Question& q) { q.some_broadcast = true; };
  check(Bench(kEstate), {
                            {"frames to all hosts, from a host that is not Citrix's",
                             Ask("dhcp-server", "broadcast").udp(68),
                             Verdict::documented,
                             Reason::none,
                             4,
                             {"dhcp-answer"}},
                            {"the same port, to a host outside: out of scope",
                             Ask("dhcp-server", "internet").udp(68),
                             Verdict::unrelated,
                             Reason::none,
                             5,
                             {}},
                            {"but not if some of its frames look like a documented broadcast",
                             Ask("dhcp-server", "internet").udp(68).set(some),
                             Verdict::unexpected,
                             Reason::unexpected_destination,
                             11,
                             {"dhcp-answer"}},
                            {"on a port that is documented for no broadcast they do not matter",
                             Ask("dhcp-server", "internet").udp(4000).set(some),
                             Verdict::unrelated,
                             Reason::none,
                             5,
                             {}},
                        });
}

}  // namespace portproof::test
