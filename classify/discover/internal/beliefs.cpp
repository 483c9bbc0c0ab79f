#include "classify/discover/internal/beliefs.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

// One number a host and role, from 0 (impossible) to 1 (sure), in rows of one value per role:
//
//                        ddc    vda   user-device  internet ...
//   10.20.1.10  known    1      0     0            0          an entry of the inventory, or a name, says so
//   10.20.4.7   judged   0.04   0.04  0.3          0          nothing is known yet: any role might fit
//   198.51.100.9         0      0     0.5          1          shared by all outside hosts of unknown role
//   255.255.255.255      0      0     0            0          shared by all broadcast addresses
//
// Only judged hosts change, and `renew` changes all of them at once, from the old values: whom it visits
// first makes no difference. A capture has far more outside hosts than inside ones, so those of which
// nothing is known share a row, and memory grows with the estate.
//
// The first values say what is likely before any traffic is looked at. Most inside hosts are users'
// machines, so that role begins higher; cloud roles and groups cannot be an inside host's. 0.04 is small
// enough that two unknown hosts prove nothing about each other, and not 0, so that evidence can raise it:
// belief is multiplied into the weight of every contact (scales.cpp), and a 0 would stay a 0.
//
// Three relations between roles and hosts are worked out once: what a role implies (`held`), which roles
// usually share a machine (`companions`), and which two addresses are one host (`twins`: the same name,
// one IPv4 and one IPv6 address, and nobody else with that name).

namespace portproof {
namespace {

// Roles that often share a host: a second one needs no more proof than the first.
constexpr std::array<std::array<std::string_view, 4>, 3> kCompanions{
    {{"domain-controller", "ldap-server", "dns-server", "ntp-server"},
     {"snmp-manager", "syslog-server", "netflow-collector", ""},
     {"dhcp-server", "pxe-service", "tftp-server", ""}}};

RoleId id(std::size_t role) {
  return static_cast<RoleId>(role);
}

}  // namespace

bool is_default(const Role& role) {
  return role.id == "workspace-app" || role.id == "user-device";
}

Beliefs::Beliefs(const Contacts& contacts, const RoleTable& roles, const std::vector<Known>& known)
    : contacts_(contacts),
      roles_(roles),
      known_(known),
      count_(roles.roles().size()),
      assigned_(contacts.hosts.size()) {
  for (std::size_t role = 0; role < count_; ++role) held_.push_back(members_of(roles.held_by(id(role))));
  note_companions();
  note_twins();
  begin();
}

std::vector<RoleId> Beliefs::members_of(const RoleSet& set) const {
  std::vector<RoleId> members;
  for (std::size_t role = 0; role < count_; ++role) {
    if (set.contains(id(role))) members.push_back(id(role));
  }
  return members;
}

RoleSet Beliefs::held_by(const std::vector<RoleId>& roles) const {
  RoleSet all;
  for (const RoleId role : roles) all.insert(roles_.held_by(role));
  return all;
}

bool Beliefs::holds(RoleId role, RoleId implied) const {
  return std::find(held_[role].begin(), held_[role].end(), implied) != held_[role].end();
}

void Beliefs::note_companions() {
  companions_.resize(count_);
  for (const auto& group : kCompanions) {
    RoleSet companions;
    for (const std::string_view role : group) {
      if (const auto found = roles_.find(role)) companions.insert(*found);
    }
    for (const RoleId role : members_of(companions)) companions_[role] = companions;
  }
}

void Beliefs::note_twins() {
  twins_.resize(contacts_.hosts.size());
  std::map<std::string_view, std::vector<std::uint32_t>> by_name;
  for (std::uint32_t host = 0; host < contacts_.hosts.size(); ++host) {
    if (contacts_.hosts[host].place != Place::inside) continue;
    for (const std::string& name : contacts_.hosts[host].names) by_name[name].push_back(host);
  }
  for (const auto& [name, hosts] : by_name) {
    if (hosts.size() != 2) continue;
    const auto family = [&](std::uint32_t host) { return contacts_.hosts[host].address.family; };
    if (family(hosts[0]) == family(hosts[1])) continue;
    twins_[hosts[0]].push_back(hosts[1]);
    twins_[hosts[1]].push_back(hosts[0]);
  }
}

void Beliefs::set(std::size_t row, std::string_view role, float value) {
  if (const auto found = roles_.find(role)) values_[row * count_ + *found] = value;
}

// Hosts that are not judged and of which nothing is known share one row per kind.
void Beliefs::begin() {
  enum Shared : std::size_t { outside, broadcast, count };
  values_.assign(Shared::count * count_, 0.0F);
  set(Shared::outside, "internet", 1.0F);
  for (const std::string_view role : {"workspace-app", "user-device", "mobile-device"}) {
    set(Shared::outside, role, kMostUnproved);
  }
  set(Shared::broadcast, kBroadcastRole, 1.0F);
  for (std::size_t host = 0; host < contacts_.hosts.size(); ++host) {
    const Place place = contacts_.hosts[host].place;
    const Known& known = known_[host];
    if (place != Place::inside && known.roles.empty() && known.weak.empty()) {
      row_.push_back(place == Place::outside ? Shared::outside : Shared::broadcast);
    } else {
      begin_row(host);
    }
  }
}

void Beliefs::begin_row(std::size_t host) {
  const Known& known = known_[host];
  row_.push_back(values_.size() / count_);
  for (std::size_t role = 0; role < count_; ++role) {
    const RoleKind kind = roles_.at(id(role)).kind;
    float value = 0;
    if (known.roles.contains(id(role)) || known.weak.contains(id(role))) {
      value = 1;
    } else if (is_judged(host) && kind != RoleKind::cloud && kind != RoleKind::group) {
      value = kAnyRole;
    }
    values_.push_back(value);
  }
  if (!is_judged(host)) return;
  for (const std::string_view role : {std::string_view("internet"), kBroadcastRole, kMulticastRole}) {
    set(row_.back(), role, 0.0F);
  }
  for (const std::string_view role : {"workspace-app", "user-device"}) set(row_.back(), role, kDefaultRole);
}

float Beliefs::closeness(std::uint32_t peer, RoleId role) const {
  if (contacts_.hosts[peer].place != Place::outside) return 1;
  std::size_t fewest = roles_.at(role).names.size();
  for (const RoleSet* set : {&known_[peer].roles, &known_[peer].weak}) {
    if (!set->contains(role)) continue;
    for (const RoleId other : members_of(*set)) fewest = std::min(fewest, roles_.at(other).names.size());
  }
  constexpr float kLoosely = 0.4F;
  return fewest < roles_.at(role).names.size() ? kLoosely : 1.0F;
}

}  // namespace portproof
