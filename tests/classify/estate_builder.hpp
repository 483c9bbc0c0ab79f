// A small estate for the tests of classify: a short notation for rules, and one catalog with every kind of
// rule and role that the verdict table mentions.
#pragma once

#include <algorithm>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "catalog/catalog.hpp"
#include "classify/inventory.hpp"
#include "tests/support/application.hpp"
#include "tests/support/captured_frame.hpp"

namespace portproof::test {

// RuleOf("ddc-vda").from({"ddc"}).to({"vda"}).tcp("80").expecting({"http"})
class RuleOf {
 public:
  explicit RuleOf(std::string id) {
    rule_.id = std::move(id);
    rule_.source = "a test";
  }
  RuleOf& from(std::initializer_list<std::string> roles) {
    return set([&] { rule_.from = roles; });
  }
  RuleOf& to(std::initializer_list<std::string> roles) {
    return set([&] { rule_.to = roles; });
  }
  RuleOf& tcp(std::string_view ports) { return on(Transport::tcp, ports); }
  RuleOf& udp(std::string_view ports) { return on(Transport::udp, ports); }
  RuleOf& sctp(std::string_view ports) { return on(Transport::sctp, ports); }
  RuleOf& icmp() { return on(Transport::icmp, "any"); }
  RuleOf& on(Transport transport, std::string_view ports) {
    rule_.transports.set(static_cast<std::size_t>(transport));
    std::string fault;
    if (ports == "any") {
      rule_.any_port = true;
    } else {
      rule_.ports.push_back(parse_port_range(ports, fault).value());
      sort_and_merge(rule_.ports);
    }
    return *this;
  }
  RuleOf& expecting(std::initializer_list<std::string_view> names) {
    for (const std::string_view name : names) {
      rule_.applications.set(static_cast<std::size_t>(application(name)));
    }
    return *this;
  }
  RuleOf& both_ways() {
    return set([&] { rule_.both_ways = true; });
  }
  RuleOf& deny() {
    return set([&] { rule_.deny = true; });
  }
  RuleOf& distinctive() {
    return set([&] { rule_.distinctive = true; });
  }
  RuleOf& planned() {
    return set([&] { rule_.in_force = false; });
  }
  RuleOf& on_condition(std::string text) {
    return set([&] { rule_.condition = std::move(text); });
  }
  RuleOf& since(std::string product, std::string version) {
    return set([&] { rule_.since = VersionBound{std::move(product), std::move(version)}; });
  }
  RuleOf& until(std::string product, std::string version) {
    return set([&] { rule_.until = VersionBound{std::move(product), std::move(version)}; });
  }
  RuleOf& encrypted_as(std::string id) {
    return set([&] { rule_.encrypted_alternative = std::move(id); });
  }

  operator Rule() const { return rule_; }  // NOLINT: a RuleOf is written where a Rule is wanted

 private:
  template <typename Change>
  RuleOf& set(Change change) {
    change();
    return *this;
  }
  Rule rule_;
};

inline Catalog make_catalog(std::vector<Role> roles, std::vector<Rule> rules,
                            std::vector<System> systems = {}) {
  Catalog catalog;
  catalog.edition = "test";
  for (Role& role : roles) catalog.roles.add(std::move(role));
  catalog.rules = std::move(rules);
  std::sort(catalog.rules.begin(), catalog.rules.end(),
            [](const Rule& a, const Rule& b) { return a.id < b.id; });
  catalog.systems = std::move(systems);
  std::sort(catalog.systems.begin(), catalog.systems.end(),
            [](const System& a, const System& b) { return a.id < b.id; });
  return catalog;
}

inline Role role(std::string id, RoleKind kind, std::vector<std::string> implies = {},
                 std::vector<std::string> names = {}) {
  Role made;
  made.id = made.name = std::move(id);
  made.kind = kind;
  made.implies = std::move(implies);
  made.names = std::move(names);
  return made;
}

inline Role group(std::string id, std::vector<std::string> members = {}) {
  Role made = role(std::move(id), RoleKind::group);
  made.members = std::move(members);
  return made;
}

inline std::vector<Role> estate_roles() {
  return {role("ddc", RoleKind::citrix, {"sta"}),
          role("sta", RoleKind::citrix),
          role("vda", RoleKind::citrix),
          role("storefront", RoleKind::citrix),
          role("gateway", RoleKind::citrix),
          role("cloud-connector", RoleKind::citrix),
          role("target-device", RoleKind::citrix),
          role("adm", RoleKind::citrix),
          role("adc-nsip", RoleKind::citrix),
          role("adc-snip", RoleKind::citrix),
          role("wem-agent", RoleKind::citrix),
          role("wem-infrastructure-service", RoleKind::citrix),
          role("dns-server", RoleKind::infrastructure),
          role("dhcp-server", RoleKind::infrastructure),
          role("sql-server", RoleKind::infrastructure),
          role("broadcast", RoleKind::infrastructure),
          role("internet", RoleKind::client),
          role("user-device", RoleKind::client),
          role("workspace-app", RoleKind::client, {"user-device"}),
          role("citrix-cloud", RoleKind::cloud, {}, {"*.citrixworkspacesapi.net"}),
          role("citrix-control-plane", RoleKind::cloud, {}, {"*.servicebus.windows.net"}),
          role("gateway-service", RoleKind::cloud, {}, {"*.nssvc.net"}),
          group("adc", {"adc-nsip", "adc-snip"}),
          group("any-citrix")};
}

inline std::vector<Rule> estate_rules() {
  return {
      RuleOf("gateway-vda-ica").from({"gateway"}).to({"vda"}).tcp("1494").expecting({"ica"}).distinctive(),
      RuleOf("app-vda-cgp").from({"workspace-app"}).to({"vda"}).tcp("2598").expecting({"cgp"}).distinctive(),
      RuleOf("ddc-vda-http").from({"ddc"}).to({"vda"}).tcp("80").expecting({"http"}),
      RuleOf("ddc-vda-soap").from({"ddc"}).to({"vda"}).tcp("89").both_ways(),
      RuleOf("storefront-ddc-xml")
          .from({"storefront"})
          .to({"ddc"})
          .tcp("80")
          .expecting({"http"})
          .encrypted_as("storefront-ddc-xmls"),
      RuleOf("storefront-ddc-xmls").from({"storefront"}).to({"ddc"}).tcp("443").expecting({"tls"}),
      RuleOf("vda-gateway-service").from({"vda"}).to({"gateway-service"}).tcp("443").expecting({"tls"}),
      RuleOf("connector-cloud").from({"cloud-connector"}).to({"citrix-cloud"}).tcp("443").expecting({"tls"}),
      RuleOf("connector-control")
          .from({"cloud-connector"})
          .to({"citrix-control-plane"})
          .tcp("443")
          .expecting({"tls"}),
      RuleOf("connector-no-inbound")
          .from({"internet", "citrix-cloud"})
          .to({"cloud-connector"})
          .tcp("any")
          .udp("any")
          .deny(),
      RuleOf("citrix-dns").from({"any-citrix"}).to({"dns-server"}).udp("53").expecting({"dns"}),
      RuleOf("ddc-sql").from({"ddc"}).to({"sql-server"}).tcp("1433"),
      RuleOf("ddc-vda-assistance").from({"ddc"}).to({"vda"}).tcp("49152-65535").udp("49152-65535"),
      RuleOf("ddc-vda-fixed-high").from({"ddc"}).to({"vda"}).tcp("50000"),
      RuleOf("adm-adc-ping").from({"adm"}).to({"adc"}).icmp().both_ways(),
      RuleOf("dhcp-answer").from({"dhcp-server"}).to({"target-device", "broadcast"}).udp("68"),
      RuleOf("target-dhcp").from({"target-device"}).to({"dhcp-server", "broadcast"}).udp("67"),
      RuleOf("wem-sync-old")
          .from({"wem-agent"})
          .to({"wem-infrastructure-service"})
          .tcp("8285")
          .until("workspace-environment-management", "1909"),
      RuleOf("wem-sync-new")
          .from({"wem-agent"})
          .to({"wem-infrastructure-service"})
          .tcp("8288")
          .since("workspace-environment-management", "1912"),
      RuleOf("wem-monitoring").from({"wem-agent"}).to({"adm"}).tcp("8287").planned(),
      RuleOf("wem-proxy").from({"wem-agent"}).to({"adm"}).tcp("8289").on_condition("only with a proxy"),
  };
}

inline Catalog estate_catalog() {
  return make_catalog(estate_roles(), estate_rules(),
                      {{"workspace-environment-management", "Workspace Environment Management"}});
}

// One of each, all inside.
inline constexpr std::string_view kEstate = R"(
[site]
name = "Example estate"
internal = ["10.20.0.0/16", "fd20::/48"]
internal_roles = ["user-device", "workspace-app"]

[versions]
workspace-environment-management = "2209"

[[host]]
name = "ddc1"
addresses = ["10.20.1.10"]
roles = ["ddc"]

[[host]]
name = "vdas"
addresses = ["10.20.2.0/24"]
roles = ["vda"]

[[host]]
name = "storefront1"
addresses = ["10.20.1.20"]
roles = ["storefront"]

[[host]]
name = "connector1"
addresses = ["10.20.1.30"]
roles = ["cloud-connector"]

[[host]]
name = "dns"
addresses = ["10.20.1.53"]
roles = ["dns-server"]

[[host]]
name = "gateway1"
addresses = ["10.20.1.40"]
roles = ["gateway"]
)";

inline IpAddress ip(std::string_view text) {
  return parse_ip_address(text).value();
}

inline ConversationKey talk(std::string_view initiator, std::string_view responder, std::uint16_t port,
                            std::string_view spoken = "unknown", std::uint8_t protocol = kProtocolTcp) {
  ConversationKey key;
  key.initiator = ip(initiator);
  key.responder = ip(responder);
  key.protocol = protocol;
  key.port = port;
  key.application = application(spoken);
  return key;
}

inline ConversationKey named(ConversationKey key, std::string name) {
  key.name_state = NameState::given;
  key.name = std::move(name);
  return key;
}

// Ten minutes from kStart, opened with a SYN and answered.
inline ConversationFacts facts() {
  ConversationFacts made;
  made.sessions = made.flows = 1;
  made.packets = 10;
  made.bytes = 1000;
  made.first = kStart;
  made.last = kStart + seconds(600);
  made.state = FlowState::established;
  made.basis = DirectionBasis::syn;
  made.answered = true;
  return made;
}

}  // namespace portproof::test
