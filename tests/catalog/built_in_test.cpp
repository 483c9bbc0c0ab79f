// Checks the shipped catalog against what the base article prints (printed.hpp).

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "catalog/lint.hpp"
#include "catalog/load.hpp"
#include "catalog/name_pattern.hpp"
#include "tests/catalog/printed.hpp"
#include "tests/support/application.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

const Catalog& base() {
  static const Catalog kCatalog = [] {
    auto loaded = load_built_in_catalog();
    if (!loaded) FAIL(message(loaded.error()));
    return std::move(*loaded);
  }();
  return kCatalog;
}

std::vector<std::string> split(std::string_view text, std::string_view separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const std::size_t end = text.find(separator);
    parts.emplace_back(text.substr(0, end));
    text = end == std::string_view::npos ? std::string_view{} : text.substr(end + separator.size());
  }
  return parts;
}

bool cites(std::string_view source, std::string_view section, int row) {
  const std::string wanted = std::string(section) + ", row " + std::to_string(row);
  const auto parts = split(source, "; ");
  return std::find(parts.begin(), parts.end(), wanted) != parts.end();
}

std::vector<const Rule*> rules_citing(std::string_view document, std::string_view section, int row) {
  std::vector<const Rule*> rules;
  for (const Rule& rule : base().rules) {
    if (rule.document == document && cites(rule.source, section, row)) rules.push_back(&rule);
  }
  return rules;
}

bool remarked(std::string_view document, std::string_view section, int row) {
  return std::any_of(base().remarks.begin(), base().remarks.end(), [&](const Remark& remark) {
    return remark.document == document && cites(remark.source, section, row);
  });
}

// Every (transport, port) of a printed row; port 0 for icmp, and a sample of ports for "any".
std::vector<std::pair<Transport, std::uint16_t>> services(const PrintedRow& row) {
  std::vector<std::pair<Transport, std::uint16_t>> services;
  for (const std::string& transport : split(row.transports, " ")) {
    const Transport parsed = *parse_transport(transport);
    for (const std::string& ports : split(row.ports, " ")) {
      if (ports == "any") {
        services.emplace_back(parsed, parsed == Transport::icmp ? std::uint16_t{0} : std::uint16_t{1});
        continue;
      }
      std::string fault;
      const PortRange range = *parse_port_range(ports, fault);
      for (std::size_t port = range.first; port <= range.last; ++port) {
        services.emplace_back(parsed, static_cast<std::uint16_t>(port));
      }
    }
  }
  return services;
}

bool row_prints_port(const PrintedRow& row, PortRange range) {
  for (const std::string& ports : split(row.ports, " ")) {
    std::string fault;
    const auto printed = parse_port_range(ports, fault);
    if (ports == "any" || (printed && printed->first <= range.first && range.last <= printed->last))
      return true;
  }
  return false;
}

const Rule& rule(std::string_view id) {
  const Rule* const found = base().find_rule(id);
  if (found == nullptr) FAIL("no rule " << id);
  return *found;
}

bool joins(const Rule& rule, std::string_view from, std::string_view to) {
  const auto has = [](const std::vector<std::string>& side, std::string_view id) {
    return std::find(side.begin(), side.end(), id) != side.end();
  };
  return has(rule.from, from) && has(rule.to, to);
}

bool lists(const Rule& rule, std::string_view spoken) {
  return rule.applications.test(static_cast<std::size_t>(application(spoken)));
}

// Does a rule that is in force and no deny rule allow this between hosts that hold these roles?
bool allows(std::string_view from, std::string_view to, Transport transport, std::uint16_t port) {
  const RoleTable& roles = base().roles;
  const RoleSet initiator = roles.held_by(roles.find(from).value());
  const RoleSet responder = roles.held_by(roles.find(to).value());
  const auto overlap = [&](const std::vector<std::string>& side, const RoleSet& held) {
    return std::any_of(side.begin(), side.end(), [&](const std::string& id) {
      return roles.named_by(roles.find(id).value()).overlaps(held);
    });
  };
  return std::any_of(base().rules.begin(), base().rules.end(), [&](const Rule& rule) {
    if (rule.deny || !rule.in_force || !rule.covers(transport, port)) return false;
    return (overlap(rule.from, initiator) && overlap(rule.to, responder)) ||
           (rule.both_ways && overlap(rule.to, initiator) && overlap(rule.from, responder));
  });
}

}  // namespace

TEST_CASE("the base edition is built in and is the default") {
  REQUIRE_FALSE(built_in_editions().empty());
  CHECK(built_in_editions().front() == "base");
  CHECK(base().edition == "base");
  CHECK(base().sha256.size() == 64);
  const auto other = load_built_in_catalog("nonesuch");
  REQUIRE_FALSE(other);
  CHECK(other.error().kind == ErrorKind::usage);
  CHECK(other.error().what == "no edition is called \"nonesuch\"; there are: base, tech-paper");
}

TEST_CASE("lint reports nothing") {
  for (const LintFinding& finding : lint(base())) FAIL_CHECK(finding.subject << ": " << finding.what);
}

TEST_CASE("it has the eighteen systems") {
  std::vector<std::string> ids;
  for (const System& system : base().systems) ids.push_back(system.id);
  CHECK(ids == std::vector<std::string>{
                   "app-layering", "citrix-adc", "citrix-adm", "citrix-cloud", "citrix-gateway",
                   "citrix-hypervisor", "cvad-service", "endpoint-management",
                   "federated-authentication-service", "gateway-service", "license-server",
                   "provisioning-services", "sd-wan", "session-recording", "storefront",
                   "virtual-apps-and-desktops", "wem-service", "workspace-environment-management"});
}

TEST_CASE("every row of the article is cited by a rule or a remark") {
  for (const PrintedRow& row : kPrintedRows) {
    CAPTURE(row.section);
    CAPTURE(row.row);
    const bool cited = !rules_citing("article", row.section, row.row).empty();
    CHECK((cited || remarked("article", row.section, row.row)));
    if (!row.ports.empty()) CHECK(cited);
  }
}

// Lint refuses what is cited beyond these, so they are what was printed.
TEST_CASE("the article's sections have the rows that it prints") {
  std::map<std::string, std::size_t> printed;
  for (const PrintedRow& row : kPrintedRows) {
    std::size_t& rows = printed[std::string(row.section)];
    rows = std::max(rows, static_cast<std::size_t>(row.row));
  }
  std::map<std::string, std::size_t> listed;
  for (const Section& section : base().find_document("article")->sections)
    listed[section.name] = section.rows;
  CHECK(listed == printed);
}

TEST_CASE("the sections of the linked pages have the rows that they print") {
  for (const PrintedSection& printed : kLinkedSections) {
    CAPTURE(printed.section);
    const Document* const document = base().find_document(printed.document);
    REQUIRE(document != nullptr);
    const auto section = std::find_if(document->sections.begin(), document->sections.end(),
                                      [&](const Section& each) { return each.name == printed.section; });
    REQUIRE(section != document->sections.end());
    CHECK(section->rows == static_cast<std::size_t>(printed.rows));
  }
}

TEST_CASE("the rules of a row allow every port that it prints, on every transport") {
  for (const PrintedRow& row : kPrintedRows) {
    const auto rules = rules_citing("article", row.section, row.row);
    for (const auto& [transport, port] : services(row)) {
      const bool allowed =
          std::any_of(rules.begin(), rules.end(),
                      [t = transport, p = port](const Rule* rule) { return rule->covers(t, p); });
      if (!allowed) FAIL_CHECK(row.section << ", row " << row.row << ": " << name(transport) << " " << port);
    }
  }
}

TEST_CASE("a rule from the article has no port that its rows do not print") {
  // Answers that the protocol sends to or from ports of its own; `reading` says so in the rules.
  const std::set<std::string> beyond{"pvs-dhcp-answer", "pvs-tftp-data"};
  for (const Rule& rule : base().rules) {
    if (rule.document != "article") continue;
    if (beyond.contains(rule.id)) {
      CHECK_FALSE(rule.reading.empty());
      continue;
    }
    for (const PortRange& range : rule.ports) {
      const bool printed = std::any_of(kPrintedRows.begin(), kPrintedRows.end(), [&](const PrintedRow& row) {
        return cites(rule.source, row.section, row.row) && row_prints_port(row, range);
      });
      if (!printed) FAIL_CHECK(rule.id << " has " << to_string(range));
    }
  }
}

TEST_CASE("every row of the linked pages is cited by a rule") {
  for (const PrintedSection& section : kLinkedSections) {
    for (int row = 1; row <= section.rows; ++row) {
      CAPTURE(section.section);
      CAPTURE(row);
      CHECK_FALSE(rules_citing(section.document, section.section, row).empty());
    }
  }
}

TEST_CASE("every printed role exists, with its kind and members") {
  for (const PrintedRole& printed : kPrintedRoles) {
    CAPTURE(printed.id);
    const auto id = base().roles.find(printed.id);
    REQUIRE(id);
    const Role& role = base().roles.at(*id);
    CHECK(role.id == printed.id);
    CHECK(name(role.kind) == printed.kind);
    CHECK_FALSE(role.name.empty());
    CHECK_FALSE(role.system.empty());
    CHECK(role.members == split(printed.members, " "));
  }
}

TEST_CASE("roles imply others") {
  const auto held = [](std::string_view id) {
    return base().roles.ids(base().roles.held_by(*base().roles.find(id)));
  };
  using Ids = std::vector<std::string>;
  CHECK(held("ddc") == Ids{"ddc", "sta"});
  for (const char* const node : {"adc-cluster-node", "adc-gslb-node", "adc-ha-node"}) {
    CHECK(held(node) == Ids{node, "adc-nsip"});
  }
  CHECK(held("gateway-snip") == Ids{"adc-snip", "gateway-snip"});
  CHECK(held("hypervisor-pool-master") == Ids{"hypervisor", "hypervisor-pool-master"});
  CHECK(held("hypervisor-cluster-member") == Ids{"hypervisor", "hypervisor-cluster-member"});
  CHECK(held("sd-wan-wanop-ssl") == Ids{"sd-wan-wanop", "sd-wan-wanop-ssl"});
  CHECK(held("workspace-app") == Ids{"user-device", "workspace-app"});
}

TEST_CASE("cloud roles are recognised by their names") {
  const auto roles_of = [](std::string_view host) {
    std::vector<std::string> ids;
    for (const Role& role : base().roles.roles()) {
      for (const std::string& pattern : role.names) {
        if (matches_name_pattern(pattern, host)) {
          ids.push_back(role.id);
          break;
        }
      }
    }
    std::sort(ids.begin(), ids.end());
    return ids;
  };
  using Ids = std::vector<std::string>;
  CHECK(roles_of("ocsp.digicert.com") == Ids{"digicert"});
  CHECK(roles_of("global-all.g.nssvc.net") == Ids{"gateway-service"});
  CHECK(roles_of("reg.c.nssvc.net") == Ids{"gateway-service"});
  CHECK(roles_of("acme.xendesktop.net") == Ids{"cvad-service"});
  CHECK(roles_of("x.servicebus.windows.net") == Ids{"citrix-cloud", "citrix-control-plane"});
  CHECK(roles_of("eu-api.wem.cloud.com") == Ids{"citrix-cloud", "wem-service"});
  CHECK(roles_of("s3.amazonaws.com") == Ids{"appfw-signatures"});
  CHECK(roles_of("nsbotsignatures.s3.amazonaws.com") == Ids{"bot-signatures"});
  CHECK(roles_of("www.example.com").empty());
}

TEST_CASE("odd cells are read as documented") {
  CHECK(joins(rule("adc-mep-secure"), "adc-mip", "adc-gslb-node"));
  CHECK(joins(rule("adc-snmp-trap"), "adc-nsip", "adm"));
  CHECK(joins(rule("adc-snmp-trap"), "adc-nsip", "adc-ha-node"));
  CHECK(rule("adm-cpx-license").both_ways);
  CHECK(rule("adm-agent-traffic").both_ways);
  CHECK(joins(rule("adm-mail"), "adm", "mail-server"));
  CHECK(rule("connector-no-inbound").deny);
  CHECK(rule("connector-no-inbound").covers(Transport::udp, 9));
  CHECK(joins(rule("connector-no-inbound"), "internet", "cloud-connector"));
  CHECK(joins(rule("connector-no-inbound"), "any-cloud", "cloud-connector"));
  CHECK(rule("remote-assistance").has_broad_ports());
  CHECK(rule("storefront-peers").has_broad_ports());
  CHECK(rule("sd-wan-radius").covers(Transport::tcp, 1812));
  CHECK(rule("sd-wan-radius").covers(Transport::udp, 1812));
  CHECK(rule("wem-cache-sync-old").until->version == "1909");
  CHECK(rule("wem-cache-sync").since->version == "1912");
  CHECK_FALSE(rule("wem-monitoring").in_force);
  CHECK(joins(rule("pvs-dhcp"), "target-device", "broadcast"));
  CHECK(joins(rule("gateway-users"), "internet", "adc-vip"));
  for (const Rule& rule : base().rules) {
    const bool from_nsip = joins(rule, "adc-nsip", rule.to.front());
    if (from_nsip && rule.system == "citrix-adc") {
      CAPTURE(rule.id);
      CHECK(joins(rule, "adc-snip", rule.to.front()));
      CHECK(joins(rule, "adc-mip", rule.to.front()));
      CHECK_FALSE(rule.reading.empty());
    }
  }
}

// What estates do, on rows that the article prints beside the wrong cell, from one address of several, or
// only in its text.
TEST_CASE("rows that slipped or say less than their text are read as they are meant") {
  using enum Transport;
  struct Row {
    const char* row;
    const char* from;
    const char* to;
    Transport transport;
    std::uint16_t port;
  };
  for (const Row& each : {
           Row{"PVS 4: the PXE service is asked", "target-device", "pxe-service", udp, 67},
           Row{"PVS 4: the PXE service is asked on its own port", "target-device", "pxe-service", udp, 4011},
           Row{"PVS 4: the PXE service answers", "pxe-service", "target-device", udp, 68},
           Row{"PVS 4: the PXE service answers by broadcast", "pxe-service", "broadcast", udp, 68},
           Row{"PVS 5: the bootstrap is on a TFTP server", "target-device", "tftp-server", udp, 69},
           Row{"PVS 10: the console has a host of its own", "provisioning-console", "provisioning-server",
               tcp, 54323},
           Row{"PVS 11: its wizards ask a controller", "provisioning-console", "ddc", tcp, 80},
           Row{"PVS 12: or the cloud", "provisioning-console", "cvad-service", tcp, 443},
           Row{"Gateway 1: logins from the NSIP, to a domain controller", "adc-nsip", "domain-controller",
               tcp, 636},
           Row{"Gateway 2: from a SNIP", "adc-snip", "ldap-server", tcp, 3268},
           Row{"Gateway 3: from a MIP", "adc-mip", "domain-controller", tcp, 3269},
           Row{"Gateway 4: from the gateway's SNIP", "gateway-snip", "domain-controller", tcp, 389},
           Row{"Gateway 5: accounting from the NSIP", "adc-nsip", "radius-server", udp, 1813},
           Row{"Gateway 6: RADIUS from the NSIP", "adc-nsip", "radius-server", udp, 1812},
           Row{"Gateway 7: tickets from a SNIP", "adc-snip", "sta", tcp, 8080},
           Row{"Gateway 8: sessions from a SNIP", "adc-snip", "vda", tcp, 1494},
           Row{"Gateway 8: EDT from the gateway", "gateway", "vda", udp, 1494},
           Row{"Gateway 9: EDT from the gateway", "gateway", "vda", udp, 2598},
           Row{"Gateway 10: TLS from the gateway", "gateway", "vda", tcp, 443},
           Row{"Gateway 10: DTLS from the gateway", "gateway", "vda", udp, 443},
           Row{"Gateway 11: HTML5 from the gateway", "gateway", "vda", tcp, 8008},
           Row{"Gateway 12: sound from the gateway", "gateway", "vda", udp, 16500},
           Row{"Gateway 13: the store from the NSIP", "adc-nsip", "storefront", tcp, 443},
           Row{"ADM 16: SD-WAN logs to ADM", "sd-wan-se-ee", "adm", udp, 514},
           Row{"ADC 16: ADM polls an appliance", "adm", "adc-nsip", udp, 161},
           Row{"ADC 16: an appliance asks ADM", "adc-snip", "adm", udp, 161},
           Row{"ADC 16: traps to ADM", "adc-mip", "adm", udp, 162},
           Row{"ADC 13: LDAP goes to a directory", "adc-nsip", "ldap-server", udp, 389},
           Row{"StoreFront 9: the callback to a virtual server", "storefront", "adc-vip", tcp, 443},
           Row{"Hypervisor 3: names from a domain controller", "hypervisor", "domain-controller", udp, 53},
           Row{"Hypervisor 8: NFS from a file server", "hypervisor", "file-server", tcp, 2049},
           Row{"Hypervisor 1: a cluster member is a host", "hypervisor-cluster-member", "hypervisor", tcp,
               443},
           Row{"SD-WAN 4: RADIUS over UDP", "sd-wan-se-ee", "radius-server", udp, 1812},
           Row{"SD-WAN 16: RADIUS over UDP", "sd-wan-wanop", "radius-server", udp, 1812},
           Row{"SD-WAN 12: WANOP with SSL is WANOP", "adm", "sd-wan-wanop-ssl", tcp, 443},
       }) {
    CAPTURE(each.row);
    CHECK(allows(each.from, each.to, each.transport, each.port));
  }
  CHECK_FALSE(allows("adm", "adc-nsip", udp, 162));
  CHECK_FALSE(allows("gateway", "radius-server", udp, 1812));
  CHECK_FALSE(allows("adc-nsip", "vda", tcp, 1494));
  CHECK_FALSE(rule("hdxvideo-vda").condition.empty());
}

TEST_CASE("no cloud service may open a connection to a connector") {
  const Rule& deny = rule("connector-no-inbound");
  RoleSet from;
  for (const std::string& id : deny.from) from.insert(base().roles.named_by(base().roles.find(id).value()));
  for (const Role& role : base().roles.roles()) {
    CAPTURE(role.id);
    if (role.kind == RoleKind::cloud) CHECK(from.contains(base().roles.find(role.id).value()));
  }
  CHECK(deny.deny);
}

TEST_CASE("roles go by the names that people use, whatever their case") {
  const auto meant = [](std::string_view word) {
    return base().roles.at(base().roles.find(word).value()).id;
  };
  CHECK(meant("NSIP") == "adc-nsip");
  CHECK(meant("Snip") == "adc-snip");
  CHECK(meant("VIP") == "adc-vip");
  CHECK(meant("PVS") == "provisioning-server");
  CHECK(meant("broker") == "ddc");
  CHECK(meant("VDA") == "vda");
  CHECK(meant("XenServer") == "hypervisor");
  CHECK(meant("NetScaler") == "adc");
}

TEST_CASE("the applications of some well-known rules") {
  const Rule& ica = rule("gateway-vda-ica");
  CHECK(ica.covers(Transport::tcp, 1494));
  CHECK(ica.covers(Transport::udp, 1494));
  CHECK(lists(ica, "ica"));
  CHECK(lists(ica, "dtls"));
  CHECK_FALSE(lists(ica, "http"));
  CHECK(lists(rule("gateway-vda-cgp"), "cgp"));
  CHECK_FALSE(lists(rule("gateway-vda-tls"), "http"));
  CHECK_FALSE(lists(rule("gateway-vda-dtls"), "quic"));
  CHECK_FALSE(lists(rule("remote-assistance"), "rdp"));
  CHECK(lists(rule("remote-assistance"), "ms-rpc"));
  CHECK(rule("connector-control-plane").applications.none());
}

TEST_CASE("distinctive ports are ports that hardly anything else uses") {
  std::set<std::string> ports;
  for (const Rule& rule : base().rules) {
    if (!rule.distinctive) continue;
    for (std::size_t index = 0; index < kTransportCount; ++index) {
      if (!rule.transports.test(index)) continue;
      for (const PortRange& range : rule.ports) {
        ports.insert(std::string(name(static_cast<Transport>(index))) + " " + to_string(range));
      }
    }
  }
  CHECK(ports == std::set<std::string>{"tcp 1494", "udp 1494", "tcp 2598", "udp 2598", "tcp 27000",
                                       "tcp 7279", "tcp 2156", "udp 4980", "udp 3003"});
}

TEST_CASE("an encrypted alternative is encrypted, and has the rule's own ends or neighbouring ones") {
  for (const Rule& each : base().rules) {
    if (each.encrypted_alternative.empty()) continue;
    CAPTURE(each.id);
    const Rule& alternative = rule(each.encrypted_alternative);
    CHECK((lists(alternative, "tls") || lists(alternative, "ssh")));
    CHECK_FALSE(lists(alternative, "http"));
    const auto first_shared =
        std::find_first_of(each.to.begin(), each.to.end(), alternative.to.begin(), alternative.to.end());
    CHECK(first_shared != each.to.end());
  }
}

TEST_CASE("a purpose is one short clause") {
  for (const Rule& rule : base().rules) {
    CAPTURE(rule.id);
    CHECK(rule.purpose.size() <= 90);
    CHECK_FALSE(rule.purpose.ends_with('.'));
  }
}
