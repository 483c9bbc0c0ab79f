#include "classify/discover/internal/explanations.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <string_view>

#include "capture/base/applications.hpp"
#include "classify/application_match.hpp"

namespace portproof {
namespace {

// Which role sends which kind of request to which Citrix web service. HttpKind is read from the request
// itself, so this holds on any port, except for encrypted traffic.
struct KindOfRequest {
  HttpKind kind;
  std::string_view from;
  std::string_view to;
  float weight;
};
constexpr std::array<KindOfRequest, 19> kRequests{{
    {HttpKind::sta, "gateway-snip", "ddc", 1.0F},
    {HttpKind::sta, "gateway", "ddc", 0.3F},
    {HttpKind::sta, "gateway-snip", "cloud-connector", 0.5F},
    {HttpKind::sta, "storefront", "ddc", 0.8F},
    {HttpKind::sta, "storefront", "cloud-connector", 0.4F},
    {HttpKind::xml_service, "storefront", "ddc", 1.0F},
    {HttpKind::xml_service, "storefront", "cloud-connector", 0.5F},
    {HttpKind::registration, "vda", "ddc", 1.0F},
    {HttpKind::registration, "vda", "cloud-connector", 0.5F},
    {HttpKind::storefront, "workspace-app", "storefront", 1.0F},
    {HttpKind::storefront, "user-device", "storefront", 1.0F},
    {HttpKind::storefront, "gateway-snip", "storefront", 0.9F},
    {HttpKind::storefront, "internet", "gateway", 0.6F},
    {HttpKind::nitro, "adm", "adc-nsip", 0.9F},
    {HttpKind::nitro, "admin-workstation", "adc-nsip", 0.8F},
    {HttpKind::nitro, "adm", "sd-wan-se-ee", 0.4F},
    {HttpKind::gateway, "user-device", "gateway", 1.0F},
    {HttpKind::gateway, "workspace-app", "gateway", 1.0F},
    {HttpKind::gateway, "internet", "gateway", 1.0F},
}};

// Services between two hosts of the same role. The NetScalers of a pair send heartbeats on UDP 3003 and
// synchronise on TCP 3008 and 3010; NetScalers of different sites exchange metrics on TCP 3009 and 3011.
struct PeerService {
  Transport transport;
  std::uint16_t port;
  std::string_view role;
  float weight;
};
constexpr std::array<PeerService, 7> kPeerServices{{{Transport::udp, 3003, "adc-ha-node", 1.0F},
                                                    {Transport::tcp, 3008, "adc-ha-node", 0.9F},
                                                    {Transport::tcp, 3010, "adc-ha-node", 0.9F},
                                                    {Transport::tcp, 3009, "adc-gslb-node", 0.9F},
                                                    {Transport::tcp, 3011, "adc-gslb-node", 1.0F},
                                                    {Transport::tcp, 3009, "adc-ha-node", 0.3F},
                                                    {Transport::tcp, 3011, "adc-ha-node", 0.3F}}};

// Pairs whose requests would have shown their kind. A request that was seen whole and showed none is hardly
// between these roles.
struct ShowsKind {
  std::string_view from;
  std::string_view to;
};
constexpr std::array<ShowsKind, 5> kShowKinds{{{"vda", "ddc"},
                                               {"ddc", "vda"},
                                               {"storefront", "ddc"},
                                               {"gateway-snip", "ddc"},
                                               {"gateway-snip", "sta"}}};

// Roles that few sites have, or that hardly show in traffic: another role that explains as much wins.
constexpr std::array<std::string_view, 15> kRare{"adc-mip",
                                                 "adc-cpx",
                                                 "adm-license-server",
                                                 "hdxvideo-js",
                                                 "vpn-cvad",
                                                 "sd-wan-wanop",
                                                 "sd-wan-wanop-ssl",
                                                 "app-layering-compositing-engine",
                                                 "nutanix-cvm",
                                                 "hsm",
                                                 "mobile-device",
                                                 "users",
                                                 "endpoint-management",
                                                 "integrated-management-interface",
                                                 "hypervisor-cluster-member"};
constexpr float kRareWeight = 0.6F;

bool is_rare(std::string_view role) {
  return std::find(kRare.begin(), kRare.end(), role) != kRare.end();
}

bool is_kind_request(const Contact& contact) {
  HttpKinds kinds = contact.kinds;
  kinds.reset(static_cast<std::size_t>(HttpKind::websocket));
  kinds.reset(static_cast<std::size_t>(HttpKind::tunnel));
  return kinds.any();
}

bool shows_kind(std::string_view from, std::string_view to) {
  return std::any_of(kShowKinds.begin(), kShowKinds.end(),
                     [&](const ShowsKind& pair) { return pair.from == from && pair.to == to; });
}

constexpr std::uint16_t kDnsPort = 53;
constexpr std::uint16_t kTftpPort = 69;
constexpr float kNotAmongPeers = 0.05F;

bool is_peer_service(const Contact& contact) {
  return std::any_of(kPeerServices.begin(), kPeerServices.end(), [&](const PeerService& service) {
    return service.transport == contact.transport && service.port == contact.port;
  });
}

std::vector<RoleId> members(const RoleSet& set, std::size_t count) {
  std::vector<RoleId> roles;
  for (std::size_t role = 0; role < count; ++role) {
    if (set.contains(static_cast<RoleId>(role))) roles.push_back(static_cast<RoleId>(role));
  }
  return roles;
}

// A rule that names many roles says little about which of them a host has.
float share(std::size_t alternatives) {
  return 1.0F / std::sqrt(static_cast<float>(std::max<std::size_t>(alternatives, 1)));
}

void add_pair(const RolePair& pair, std::vector<RolePair>& pairs) {
  const auto known = std::find_if(pairs.begin(), pairs.end(), [&](const RolePair& other) {
    return other.from == pair.from && other.to == pair.to;
  });
  if (known == pairs.end()) {
    pairs.push_back(pair);
  } else if (pair.weight * (pair.to_share + pair.from_share) >
             known->weight * (known->to_share + known->from_share)) {
    *known = pair;
  }
}

}  // namespace

ExplanationBook::ExplanationBook(const RuleBook& rules, const RoleTable& roles)
    : rules_(rules), roles_(roles) {}

const Explanations& ExplanationBook::of(const Contact& contact) {
  const Key key{contact.transport, contact.port, contact.application, contact.kinds.to_ulong(),
                contact.request_seen};
  auto& known = known_[key];
  if (!known) known = std::make_unique<const Explanations>(make(contact));
  return *known;
}

Explanations ExplanationBook::make(const Contact& contact) const {
  Explanations found;
  found.background = background_of(contact.transport, contact.port, contact.application, contact.kinds);
  bool documented = false;
  bool expected = false;
  for (const BookedRule* booked : rules_.on(contact.transport, contact.port)) {
    const Rule& rule = *booked->rule;
    if (rule.deny || booked->allow) continue;
    // A broad rule counts only for the applications it lists: its huge port range alone means nothing.
    const bool listed = rule.applications.test(static_cast<std::size_t>(contact.application)) &&
                        is_identified(contact.application);
    if (booked->is_broad_on(contact.transport, contact.port) && !listed) continue;
    documented = true;
    if (!expects(rule, contact.application, contact.transport, contact.port)) continue;
    expected = true;
    add_rule(*booked, contact, found);
    if (rule.distinctive) {
      found.background.responder = std::min(found.background.responder, 0.02F);
      found.background.floor = std::max(found.background.floor, 0.3F);
    }
  }
  add_kinds(contact, found);
  add_peers(contact, found);
  found.mismatch = documented && !expected && found.pairs.empty();
  return found;
}

// The roles without those that these words name.
RoleSet ExplanationBook::without(RoleSet roles, const std::vector<std::string>& words) const {
  for (const std::string& word : words) {
    const auto role = roles_.find(word);
    if (!role) continue;
    for (const RoleId member : members(roles_.named_by(*role), roles_.roles().size())) roles.erase(member);
  }
  return roles;
}

void ExplanationBook::add_rule(const BookedRule& booked, const Contact& contact, Explanations& found) const {
  const std::size_t count = roles_.roles().size();
  const std::vector<RoleId> from = members(without(booked.from.roles, booked.rule->also_from), count);
  const std::vector<RoleId> to = members(without(booked.to.roles, booked.rule->also_to), count);
  const float in_force = booked.force == Force::not_in_force ? 0.8F : 1.0F;
  const bool web_request = contact.application == Application::http && contact.request_seen;
  const bool shown = is_kind_request(contact);
  const auto add = [&](RoleId a, RoleId b, float to_share, float from_share) {
    const std::string& from_id = roles_.at(a).id;
    const std::string& to_id = roles_.at(b).id;
    float weight = in_force;
    if (shown) weight *= 0.1F;
    if (!shown && web_request && shows_kind(from_id, to_id)) weight *= 0.35F;
    // Domain controllers usually serve DNS too, and then are DNS servers. A rule that names both roles does
    // not make a controller of every DNS server.
    if (to_id == "domain-controller" && contact.port == kDnsPort) weight *= 0.3F;
    if (is_peer_service(contact)) weight *= kNotAmongPeers;
    if (is_rare(from_id)) from_share *= kRareWeight;
    if (is_rare(to_id)) to_share *= kRareWeight;
    add_pair({a, b, weight, to_share, from_share, booked.rule}, found.pairs);
  };
  for (const RoleId a : from) {
    for (const RoleId b : to) {
      add(a, b, share(to.size()), share(from.size()));
      if (booked.rule->both_ways) add(b, a, share(from.size()), share(to.size()));
    }
  }
}

// Heartbeats and metrics pass both ways between two hosts of the same role, no matter which sent the first
// packet. And a host that serves a bootstrap by TFTP is a TFTP server, whatever else it is.
void ExplanationBook::add_peers(const Contact& contact, Explanations& found) const {
  if (found.pairs.empty()) return;
  const Rule* const rule = found.pairs.front().rule;
  for (const PeerService& service : kPeerServices) {
    if (service.transport != contact.transport || service.port != contact.port) continue;
    if (const auto role = roles_.find(service.role)) {
      add_pair({*role, *role, service.weight, 1.0F, 1.0F, rule}, found.pairs);
    }
  }
  const auto server = roles_.find("tftp-server");
  const auto target = roles_.find("target-device");
  if (contact.transport == Transport::udp && contact.port == kTftpPort && server && target) {
    add_pair({*target, *server, 1.0F, 1.0F, 0.0F, rule}, found.pairs);
  }
}

void ExplanationBook::add_kinds(const Contact& contact, Explanations& found) const {
  for (const KindOfRequest& request : kRequests) {
    if (!contact.kinds.test(static_cast<std::size_t>(request.kind))) continue;
    const auto from = roles_.find(request.from);
    const auto to = roles_.find(request.to);
    if (!from || !to) continue;
    add_pair({*from, *to, request.weight, 1.0F, 1.0F, nullptr}, found.pairs);
  }
}

}  // namespace portproof
