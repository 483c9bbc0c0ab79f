// Every rule of every overlay, as loaded: it documents what it says, and nothing else. What is expected comes
// from a plain reading of the rules, which shares no code with the judge.
#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "catalog/load.hpp"
#include "classify/judge.hpp"
#include "tests/classify/question_builder.hpp"

namespace portproof::test {
namespace {

// The overlay's own rules, without those of the edition, and roles of both.
struct OverlayBench {
  explicit OverlayBench(std::string_view overlay) : catalog(load(overlay)), book(catalog, nullptr) {}

  static Catalog load(std::string_view overlay) {
    auto loaded = load_built_in_catalog(kDefaultEdition, {std::string(overlay)});
    if (!loaded) FAIL(message(loaded.error()));
    std::erase_if(loaded->rules, [&](const Rule& rule) { return rule.overlay != overlay; });
    return std::move(*loaded);
  }

  [[nodiscard]] Judgement judge(const Ask& ask) const {
    return portproof::judge(ask.question(catalog.roles), book, catalog.roles);
  }

  Catalog catalog;
  RuleBook book;
};

const Role& role_called(const Catalog& catalog, const std::string& id) {
  const auto& roles = catalog.roles.roles();
  const auto found =
      std::find_if(roles.begin(), roles.end(), [&](const Role& role) { return role.id == id; });
  if (found == roles.end()) FAIL("no role " << id);
  return *found;
}

// The roles that a word in a rule stands for.
std::set<std::string> members_of(const Catalog& catalog, const std::string& id) {
  const Role& role = role_called(catalog, id);
  std::set<std::string> members;
  if (id == "any-citrix" || id == "any-cloud") {
    for (const Role& each : catalog.roles.roles()) {
      if (name(each.kind) == id.substr(4)) members.insert(each.id);
    }
  } else if (role.kind == RoleKind::group) {
    for (const std::string& member : role.members) members.merge(members_of(catalog, member));
  } else {
    members.insert(id);
  }
  return members;
}

std::set<std::string> members_of(const Catalog& catalog, const std::vector<std::string>& ids) {
  std::set<std::string> members;
  for (const std::string& id : ids) members.merge(members_of(catalog, id));
  return members;
}

// The roles that a host with one role has.
std::set<std::string> held_by(const Catalog& catalog, const std::string& id) {
  std::set<std::string> held{id};
  for (const std::string& implied : role_called(catalog, id).implies) held.merge(held_by(catalog, implied));
  return held;
}

bool meet(const std::set<std::string>& left, const std::set<std::string>& right) {
  return std::any_of(left.begin(), left.end(),
                     [&](const std::string& each) { return right.count(each) > 0; });
}

struct Service {
  Transport transport;
  std::uint16_t port;
  Application application{kUnknownApplication};
};

struct Plain {
  const Catalog& catalog;
  std::map<std::string, std::set<std::string>> from{}, to{};  // by rule
  std::map<std::string, std::set<std::string>> held{};        // by role

  explicit Plain(const Catalog& all) : catalog(all) {
    for (const Rule& rule : all.rules) {
      from[rule.id] = members_of(all, rule.from);
      to[rule.id] = members_of(all, rule.to);
    }
    for (const Role& role : all.roles.roles()) {
      if (role.kind != RoleKind::group) held[role.id] = held_by(all, role.id);
    }
  }

  [[nodiscard]] bool matches(const Rule& rule, const std::string& initiator, const std::string& responder,
                             const Service& service) const {
    if (!rule.transports.test(static_cast<std::size_t>(service.transport))) return false;
    if (service.transport != Transport::icmp) {
      const bool port =
          rule.any_port || std::any_of(rule.ports.begin(), rule.ports.end(), [&](PortRange range) {
            return range.first <= service.port && service.port <= range.last;
          });
      if (!port) return false;
    }
    const auto& a = held.at(initiator);
    const auto& b = held.at(responder);
    return (meet(a, from.at(rule.id)) && meet(b, to.at(rule.id))) ||
           (rule.both_ways && meet(b, from.at(rule.id)) && meet(a, to.at(rule.id)));
  }

  // More than 1,000 ports, in a range that has this one.
  static bool is_broad(const Rule& rule, const Service& service) {
    if (service.transport == Transport::icmp) return false;
    if (rule.any_port) return true;
    return std::none_of(rule.ports.begin(), rule.ports.end(), [&](PortRange range) {
      return range.first <= service.port && service.port <= range.last && range.last - range.first < 1000;
    });
  }

  static bool expects(const Rule& rule, const Service& service) {
    if (service.application == kUnknownApplication) return true;
    if (rule.applications.none()) return !is_broad(rule, service);
    return rule.applications.test(static_cast<std::size_t>(service.application));
  }

  // The ids of the rules that document this: of those that match, the narrow ones if there are any.
  [[nodiscard]] std::vector<std::string> documenting(const std::string& initiator,
                                                     const std::string& responder,
                                                     const Service& service) const {
    std::vector<const Rule*> matched;
    for (const Rule& rule : catalog.rules) {
      if (!rule.deny && matches(rule, initiator, responder, service)) matched.push_back(&rule);
    }
    const bool narrow = std::any_of(matched.begin(), matched.end(),
                                    [&](const Rule* rule) { return !is_broad(*rule, service); });
    std::vector<std::string> ids;
    for (const Rule* rule : matched) {
      if ((!narrow || !is_broad(*rule, service)) && expects(*rule, service)) ids.push_back(rule->id);
    }
    return ids;
  }

  [[nodiscard]] bool denied(const std::string& initiator, const std::string& responder,
                            const Service& service) const {
    return std::any_of(catalog.rules.begin(), catalog.rules.end(), [&](const Rule& rule) {
      return rule.deny && matches(rule, initiator, responder, service);
    });
  }
};

// What the rule says at the edges of its ports, and near misses: the ports before and after, the other
// transport, another application.
std::vector<Service> services_near(const Rule& rule) {
  std::vector<Service> services;
  const auto spoken =
      static_cast<Application>(rule.applications.none() ? 0 : rule.applications._Find_first());
  for (const Transport transport : {Transport::tcp, Transport::udp, Transport::icmp}) {
    if (transport == Transport::icmp) {
      services.push_back({transport, 0});
      continue;
    }
    if (rule.any_port) services.push_back({transport, 9, spoken});
    for (const PortRange& range : rule.ports) {
      for (const std::uint16_t port : {range.first, range.last}) {
        services.push_back({transport, port, spoken});
        services.push_back({transport, port, kUnknownApplication});
        services.push_back({transport, port, application("vnc")});
      }
      if (range.first > 1)
        services.push_back({transport, static_cast<std::uint16_t>(range.first - 1), spoken});
      if (range.last < 65535)
        services.push_back({transport, static_cast<std::uint16_t>(range.last + 1), spoken});
    }
  }
  return services;
}

Ask question(const std::string& from, const std::string& to, const Service& service) {
  Ask ask(from, to);
  if (service.transport == Transport::icmp) {
    ask.icmp();
  } else {
    ask.on(service.transport, service.port);
  }
  return ask.set([&](Question& asked) { asked.application = service.application; });
}

void check_one(const OverlayBench& bench, const Plain& plain, const std::string& from, const std::string& to,
               const Service& service) {
  const Judgement judgement = bench.judge(question(from, to, service));
  const bool denied = plain.denied(from, to, service);
  const auto expected = denied ? std::vector<std::string>{} : plain.documenting(from, to, service);
  const bool documented = judgement.verdict == Verdict::documented;
  const auto rules = documented ? rule_ids(judgement) : std::vector<std::string>{};
  if (rules == expected && documented == !expected.empty() &&
      denied == (judgement.reason == Reason::denied)) {
    return;
  }
  FAIL_CHECK(from << " -> " << to << ", " << name(service.transport) << " " << service.port << ", "
                  << name(service.application) << ": " << name(judgement.verdict) << " "
                  << name(judgement.reason));
}

}  // namespace

TEST_CASE("overlays: every rule documents what it says and nothing else") {
  REQUIRE(built_in_overlays().size() == 10);
  for (const std::string_view overlay : built_in_overlays()) {
    CAPTURE(overlay);
    const OverlayBench bench(overlay);
    const Plain plain(bench.catalog);
    REQUIRE_FALSE(bench.catalog.rules.empty());
    for (const Rule& rule : bench.catalog.rules) {
      CAPTURE(rule.id);
      bool documents = rule.deny;
      for (const std::string& from : plain.from.at(rule.id)) {
        for (const std::string& to : plain.to.at(rule.id)) {
          for (const Service& service : services_near(rule)) {
            const auto ids = plain.documenting(from, to, service);
            documents = documents || std::find(ids.begin(), ids.end(), rule.id) != ids.end();
            check_one(bench, plain, from, to, service);
            check_one(bench, plain, to, from, service);
          }
        }
      }
      CHECK(documents);
    }
  }
}

// What estates do all day, in the words of those who run them.
TEST_CASE("overlays: what they are for") {
  struct Fact {
    const char* what;
    const char* overlay;
    const char* from;
    const char* to;
    Transport transport;
    std::uint16_t port;
    const char* spoken;
    bool documented{true};
  };
  using enum Transport;
  const std::vector<Fact> facts{
      {"a desktop logs on", "windows-domain", "vda", "domain-controller", tcp, 88, "kerberos"},
      {"a controller of the site asks for the next DC", "windows-domain", "ddc", "domain-controller", udp,
       389, "ldap"},
      {"RPC follows the endpoint mapper", "windows-domain", "storefront", "domain-controller", tcp, 49668,
       "ms-rpc"},
      {"remote desktop hides on an RPC port", "windows-domain", "storefront", "domain-controller", tcp, 49668,
       "rdp", false},
      {"the machine account changes its password", "windows-domain", "director", "domain-controller", tcp,
       464, "kerberos"},
      {"a desktop sets its clock", "windows-domain", "vda", "domain-controller", udp, 123, "ntp"},
      {"a controller sets a desktop's clock, the wrong way round", "windows-domain", "domain-controller",
       "vda", udp, 123, "ntp", false},
      {"a desktop asks the link for a name", "windows-domain", "vda", "multicast", udp, 5355, "unknown"},
      {"and for a printer", "windows-domain", "vda", "multicast", udp, 5353, "dns"},
      {"and by NetBIOS", "windows-domain", "fas", "broadcast", udp, 137, "unknown"},
      {"a desktop prints", "windows-domain", "vda", "print-server", tcp, 445, "smb"},
      {"a desktop renews its address", "windows-domain", "vda", "dhcp-server", udp, 67, "dhcp"},
      {"FAS requests a certificate", "windows-domain", "fas", "microsoft-ca", tcp, 50000, "ms-rpc"},
      {"a desktop would have to request none", "windows-domain", "vda", "microsoft-ca", tcp, 50000, "ms-rpc",
       false},
      {"a desktop gets updates from the site", "windows-domain", "vda", "wsus-server", tcp, 8531, "tls"},
      {"a desktop gets updates from anywhere", "windows-domain", "vda", "internet", tcp, 443, "tls", false},
      {"an administrator of a domain is no member by it", "windows-domain", "admin-workstation",
       "domain-controller", tcp, 88, "kerberos", false},
      {"a desktop registers with a connector", "cloud-current", "vda", "cloud-connector", tcp, 80, "http"},
      {"a connector passes a session on", "cloud-current", "cloud-connector", "vda", tcp, 2598, "cgp"},
      {"Citrix Cloud calls a connector", "cloud-current", "citrix-cloud", "cloud-connector", tcp, 443, "tls",
       false},
      {"a direct session", "hdx-current", "workspace-app", "vda", udp, 443, "dtls"},
      {"a direct session over QUIC", "hdx-current", "workspace-app", "vda", udp, 443, "quic", false},
      {"a desktop registers by WebSocket", "hdx-current", "vda", "ddc", tcp, 443, "tls"},
      {"an agent pings an appliance", "icmp", "adm-agent", "adc-nsip", icmp, 0, "unknown"},
      {"and the appliance the agent", "icmp", "adc-nsip", "adm-agent", icmp, 0, "unknown"},
      {"a controller reads the state of licenses", "monitoring", "ddc", "license-server", tcp, 8083, "tls"},
      {"a desktop reads it", "monitoring", "vda", "license-server", tcp, 8083, "tls", false},
      {"a desktop prints by CGP", "printing", "vda", "universal-print-server", tcp, 7229, "cgp"},
      {"and not over UDP", "printing", "vda", "universal-print-server", udp, 7229, "unknown", false},
      {"an appliance checks logins from its NSIP", "product-pages", "adc-nsip", "domain-controller", tcp, 636,
       "tls"},
      {"recordings go by message queue", "product-pages", "vda", "session-recording-server", tcp, 1801,
       "unknown"},
      {"the console of Citrix ADM", "product-pages", "admin-workstation", "adm", tcp, 443, "tls"},
      {"a desktop mounts its profile", "profiles", "vda", "file-server", tcp, 445, "smb"},
      {"a server of Provisioning Services only proposes to", "profiles", "provisioning-server", "file-server",
       tcp, 445, "smb", false},
      {"a session by Rendezvous", "vda-egress", "vda", "gateway-service", udp, 443, "dtls"},
      {"a user browses", "vda-egress", "vda", "internet", tcp, 443, "tls", false},
      {"a host logs over UDP", "xenserver-8", "hypervisor", "syslog-server", udp, 514, "syslog"},
      {"and not over TCP", "xenserver-8", "hypervisor", "syslog-server", tcp, 514, "syslog", false},
      {"a connector manages a host", "xenserver-8", "cloud-connector", "hypervisor", tcp, 443, "tls"},
      {"a gateway is no member", "windows-domain", "gateway-snip", "domain-controller", tcp, 445, "smb",
       false},
  };
  std::map<std::string, OverlayBench> benches;
  for (const Fact& fact : facts) {
    CAPTURE(fact.what);
    const auto& bench = benches.try_emplace(fact.overlay, fact.overlay).first->second;
    const Service service{fact.transport, fact.port, application(fact.spoken)};
    const Judgement judgement = bench.judge(question(fact.from, fact.to, service));
    CHECK((judgement.verdict == Verdict::documented) == fact.documented);
  }
}

}  // namespace portproof::test
