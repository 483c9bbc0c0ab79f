// The current beliefs about the roles of all hosts: how likely each host is to have each role, and which
// roles have been assigned. Private to labelling.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "classify/discover/labelling.hpp"

namespace portproof {

class Beliefs {
 public:
  // All three must outlive this.
  Beliefs(const Contacts& contacts, const RoleTable& roles, const std::vector<Known>& known);

  [[nodiscard]] const Contacts& contacts() const { return contacts_; }
  [[nodiscard]] const RoleTable& roles() const { return roles_; }
  [[nodiscard]] const Known& known(std::size_t host) const { return known_[host]; }

  // Is its role to be found? True for an inside host of which nothing certain is known.
  [[nodiscard]] bool is_judged(std::size_t host) const {
    return contacts_.hosts[host].place == Place::inside && known_[host].roles.empty();
  }

  // From 0 (impossible) to 1 (sure).
  [[nodiscard]] float of(std::uint32_t host, RoleId role) const {
    return values_[row_[host] * count_ + role];
  }
  [[nodiscard]] bool is_sure(std::uint32_t host, RoleId role) const { return of(host, role) >= 1.0F; }
  // By location alone: an inside host is neither the internet nor a cloud.
  [[nodiscard]] bool is_impossible(std::uint32_t host, RoleId role) const {
    return is_judged(host) && of(host, role) <= 0.0F;
  }

  // How closely the role describes an outside peer whose names give it several roles, from 0 to 1. A name of
  // the control plane is also a name of Citrix Cloud, but the control plane describes the peer more closely.
  [[nodiscard]] float closeness(std::uint32_t peer, RoleId role) const;

  // Changes the beliefs of all judged hosts at once: `change(host, beliefs)` edits each host's beliefs, by
  // role. Until all are done, `of` returns the old ones.
  template <typename Change>
  void renew(Change change) {
    std::vector<float> next = values_;
    for (std::uint32_t host = 0; host < contacts_.hosts.size(); ++host) {
      if (is_judged(host)) change(host, next.data() + row_[host] * count_);
    }
    values_ = std::move(next);
  }

  // The roles assigned to a host, in the order in which they were found. `held_by` adds the roles they imply.
  [[nodiscard]] const std::vector<RoleId>& assigned(std::uint32_t host) const { return assigned_[host]; }
  void assign(std::uint32_t host, std::vector<RoleId> roles) { assigned_[host] = std::move(roles); }
  [[nodiscard]] RoleSet held_by(const std::vector<RoleId>& roles) const;

  // The role itself and the roles it implies.
  [[nodiscard]] const std::vector<RoleId>& held(RoleId role) const { return held_[role]; }
  [[nodiscard]] bool holds(RoleId role, RoleId implied) const;

  // Roles that one host usually has together with this one, itself included.
  [[nodiscard]] const RoleSet& companions(RoleId role) const { return companions_[role]; }

  // Hosts that share a name with this one and nobody else, with an address of the other family: one host, or
  // one service, with two addresses.
  [[nodiscard]] const std::vector<std::uint32_t>& twins(std::uint32_t host) const { return twins_[host]; }

 private:
  [[nodiscard]] std::vector<RoleId> members_of(const RoleSet& set) const;
  void note_companions();
  void note_twins();
  void begin();
  void begin_row(std::size_t host);
  void set(std::size_t row, std::string_view role, float value);

  const Contacts& contacts_;
  const RoleTable& roles_;
  const std::vector<Known>& known_;
  std::size_t count_;                              // of roles
  std::vector<std::vector<RoleId>> held_;          // by role
  std::vector<RoleSet> companions_;                // by role
  std::vector<std::vector<std::uint32_t>> twins_;  // by host
  std::vector<std::size_t> row_;                   // by host: which row of values
  std::vector<float> values_;                      // rows of `count_` roles
  std::vector<std::vector<RoleId>> assigned_;      // by host
};

// The initial belief in a role of an inside host: in any role, and in a default role. Then the highest belief
// in a role before it is assigned.
inline constexpr float kAnyRole = 0.04F;
inline constexpr float kDefaultRole = 0.3F;
inline constexpr float kMostUnproved = 0.5F;

// Is it a role that users' machines have by default?
bool is_default(const Role& role);

}  // namespace portproof
