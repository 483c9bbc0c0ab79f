#include "classify/discover/discover.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string_view>

#include "classify/name_index.hpp"
#include "classify/party.hpp"

namespace portproof {
namespace {

// Roles that dozens of machines hold, all alike.
constexpr std::array<std::string_view, 4> kCrowds{"vda", "wem-agent", "target-device", "hypervisor-guest"};

// Roles whose names every network looks up, or whose patterns only say whose cloud it is.
constexpr std::array<std::string_view, 6> kAskedByMany{
    "digicert", "google-push", "citrix-downloads", "azure-management", "appfw-signatures", "bot-signatures"};

bool is_asked_by_many(std::string_view role) {
  return std::find(kAskedByMany.begin(), kAskedByMany.end(), role) != kAskedByMany.end();
}

class Proposer {
 public:
  Proposer(const Evidence& evidence, const Catalog& catalog, const Inventory* inventory)
      : evidence_(evidence), catalog_(catalog), inventory_(inventory) {
    proposal_.roles = inventory == nullptr ? catalog.roles : inventory->roles;
    proposal_.contacts = contacts_of(evidence, inventory);
  }

  Proposal propose() {
    const std::vector<Known> known = known_roles();
    const RuleBook rules(catalog_, inventory_);
    ExplanationBook book(rules, proposal_.roles);
    proposal_.labelling = label(proposal_.contacts, book, proposal_.roles, known);
    write_lines();
    note_undecided();
    note_networks();
    note_users();
    note_oddities(book);
    return std::move(proposal_);
  }

 private:
  std::vector<Known> known_roles();
  void name_cloud(std::vector<Known>& known);
  [[nodiscard]] std::vector<RoleId> roles_of(std::uint32_t host) const;
  [[nodiscard]] bool is_crowd(const std::vector<RoleId>& roles) const;
  void write_lines();
  void write_crowds(const std::map<std::vector<RoleId>, std::set<AddressBlock>>& crowds);
  void note_undecided();
  void note_networks();
  void note_users();
  void note_oddities(ExplanationBook& book);
  [[nodiscard]] const HostRoles& found(std::uint32_t host) const { return proposal_.labelling.hosts[host]; }
  [[nodiscard]] std::uint32_t host_count() const {
    return static_cast<std::uint32_t>(proposal_.contacts.hosts.size());
  }

  const Evidence& evidence_;
  const Catalog& catalog_;
  const Inventory* inventory_;
  Proposal proposal_;
};

std::vector<Known> Proposer::known_roles() {
  std::vector<Known> known(host_count());
  if (inventory_ != nullptr) {
    const Parties parties(catalog_, inventory_, evidence_.names);
    for (std::uint32_t host = 0; host < host_count(); ++host) {
      const Party party = parties.at(proposal_.contacts.hosts[host].address);
      if (party.listed) known[host].roles = party.roles;
    }
  }
  name_cloud(known);
  return known;
}

// Finds outside hosts by the catalog's name patterns. A name that anybody can rent, or that every network
// looks up, is weak.
void Proposer::name_cloud(std::vector<Known>& known) {
  const std::vector<Role>& roles = proposal_.roles.roles();
  NameIndex patterns;
  for (std::size_t role = 0; role < roles.size(); ++role) {
    for (const std::string& pattern : roles[role].names)
      patterns.add(pattern, static_cast<std::uint32_t>(role));
  }
  for (std::uint32_t host = 0; host < host_count(); ++host) {
    const ContactHost& outside = proposal_.contacts.hosts[host];
    if (outside.place != Place::outside) continue;
    CloudHost cloud;
    cloud.host = host;
    for (const std::string& name : outside.names) {
      for (const NameIndex::Match& match : patterns.matches(name)) {
        const auto role = static_cast<RoleId>(match.owner);
        const bool weak = is_shared_domain(match.pattern, name) || is_asked_by_many(roles[role].id);
        (weak ? known[host].weak : known[host].roles).insert(role);
        cloud.roles.insert(role);
        if (cloud.name.empty()) cloud.name = name;
      }
    }
    if (cloud.roles.empty()) continue;
    cloud.nameless = std::any_of(outside.ends.begin(), outside.ends.end(), [&](const ContactEnd& end) {
      return end.serves && proposal_.contacts.contacts[end.contact].names.empty();
    });
    proposal_.cloud.push_back(std::move(cloud));
  }
}

// The roles that a host entry lists: the proposed ones, without the roles that others of them imply.
std::vector<RoleId> Proposer::roles_of(std::uint32_t host) const {
  std::vector<RoleId> roles;
  const std::vector<Finding>& proposed = found(host).proposed;
  for (const Finding& finding : proposed) {
    const bool implied = std::any_of(proposed.begin(), proposed.end(), [&](const Finding& other) {
      return other.role != finding.role && proposal_.roles.held_by(other.role).contains(finding.role);
    });
    if (!implied) roles.push_back(finding.role);
  }
  std::sort(roles.begin(), roles.end());
  return roles;
}

bool Proposer::is_crowd(const std::vector<RoleId>& roles) const {
  return std::all_of(roles.begin(), roles.end(), [&](RoleId role) {
    return std::find(kCrowds.begin(), kCrowds.end(), proposal_.roles.at(role).id) != kCrowds.end();
  });
}

void Proposer::write_lines() {
  std::map<std::vector<RoleId>, std::set<AddressBlock>> crowds;
  for (std::uint32_t host = 0; host < host_count(); ++host) {
    const std::vector<RoleId> roles = roles_of(host);
    if (roles.empty()) continue;
    const IpAddress& address = proposal_.contacts.hosts[host].address;
    if (is_crowd(roles)) {
      crowds[roles].insert(segment_of(address));
      continue;
    }
    const std::string name =
        proposal_.roles.at(found(host).proposed.front().role).id + " " + to_string(address);
    proposal_.lines.push_back({name, {{address, address}}, roles, {host}});
  }
  write_crowds(crowds);
  std::sort(proposal_.lines.begin(), proposal_.lines.end(),
            [](const ProposedLine& left, const ProposedLine& right) {
              return left.addresses.front() < right.addresses.front();
            });
}

// One entry per segment and role set. Other hosts seen in between are kept out of the ranges.
void Proposer::write_crowds(const std::map<std::vector<RoleId>, std::set<AddressBlock>>& crowds) {
  for (const auto& [roles, segments] : crowds) {
    for (const AddressBlock& segment : segments) {
      ProposedLine line;
      std::vector<CrowdMember> members;
      for (std::uint32_t host = 0; host < host_count(); ++host) {
        const IpAddress& address = proposal_.contacts.hosts[host].address;
        if (!segment.contains(address)) continue;
        const bool alike = roles_of(host) == roles;
        members.push_back({address, alike});
        if (alike) line.hosts.push_back(host);
      }
      line.addresses = runs_of(members);
      line.roles = roles;
      line.name = proposal_.roles.at(found(line.hosts.front()).proposed.front().role).id;
      line.name += line.hosts.size() > 1 ? "s from " : " ";
      line.name += to_string(line.addresses.front().first);
      proposal_.lines.push_back(std::move(line));
    }
  }
}

void Proposer::note_undecided() {
  for (std::uint32_t host = 0; host < host_count(); ++host) {
    if (found(host).proposed.empty() && !found(host).possible.empty()) proposal_.undecided.push_back(host);
  }
}

void Proposer::note_networks() {
  std::map<AddressBlock, Segment> segments;
  for (std::uint32_t host = 0; host < host_count(); ++host) {
    const ContactHost& known = proposal_.contacts.hosts[host];
    if (known.place != Place::inside || known.ends.empty() || is_unspecified(known.address)) continue;
    Segment& segment = segments[segment_of(known.address)];
    segment.block = segment_of(known.address);
    ++segment.hosts;
    if (!found(host).proposed.empty() || !found(host).known.empty()) ++segment.servers;
  }
  std::vector<Segment> all;
  all.reserve(segments.size());
  for (const auto& [block, segment] : segments) all.push_back(segment);
  proposal_.internal = internal_networks(all);
}

// Users: hosts without a role that are served by a desktop, a store or a gateway.
void Proposer::note_users() {
  constexpr std::array<std::string_view, 3> kServeUsers{"vda", "storefront", "gateway"};
  RoleSet serve;
  for (const std::string_view role : kServeUsers) {
    if (const auto known = proposal_.roles.find(role)) serve.insert(*known);
  }
  std::set<std::uint32_t> users;
  for (const Contact& contact : proposal_.contacts.contacts) {
    const ContactHost& host = proposal_.contacts.hosts[contact.initiator];
    if (host.place != Place::inside || contact.transport == Transport::icmp) continue;
    if (!found(contact.initiator).proposed.empty() || !found(contact.initiator).known.empty()) continue;
    RoleSet served = found(contact.responder).known;
    for (const Finding& finding : found(contact.responder).proposed) served.insert(finding.role);
    if (served.overlaps(serve)) users.insert(contact.initiator);
  }
  proposal_.users = users.size();
}

void Proposer::note_oddities(ExplanationBook& book) {
  for (std::uint32_t index = 0; index < proposal_.contacts.contacts.size(); ++index) {
    if (book.of(proposal_.contacts.contacts[index]).mismatch) proposal_.mismatches.push_back({index});
  }
  proposal_.overlaps = find_overlaps(evidence_.stations);
  for (std::uint32_t host = 0; host < host_count(); ++host) {
    if (proposal_.contacts.hosts[host].scanner) proposal_.scanners.push_back(host);
  }
}

}  // namespace

Proposal discover(const Evidence& evidence, const Catalog& catalog, const Inventory* inventory) {
  return Proposer(evidence, catalog, inventory).propose();
}

}  // namespace portproof
