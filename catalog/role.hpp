// What a host can be in an estate. Roles come from the catalog; an inventory may add its own.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace portproof {

enum class RoleKind : std::uint8_t { citrix, infrastructure, client, cloud, group };

inline constexpr std::array<std::string_view, 5> kRoleKindNames{"citrix", "infrastructure", "client", "cloud",
                                                                "group"};

constexpr std::string_view name(RoleKind kind) {
  return kRoleKindNames[static_cast<std::size_t>(kind)];
}
std::optional<RoleKind> parse_role_kind(std::string_view text);

// Index of a role in its RoleTable.
using RoleId = std::uint16_t;

// The most roles that a catalog and an inventory together may define.
inline constexpr std::size_t kMaxRoles = 256;

// A set of roles. Never holds a group: a group stands for its members.
class RoleSet {
 public:
  void insert(RoleId role) { bits_.set(role); }
  void insert(const RoleSet& other) { bits_ |= other.bits_; }
  void erase(RoleId role) { bits_.reset(role); }
  [[nodiscard]] bool contains(RoleId role) const { return bits_.test(role); }
  [[nodiscard]] bool overlaps(const RoleSet& other) const { return (bits_ & other.bits_).any(); }
  [[nodiscard]] bool empty() const { return bits_.none(); }
  [[nodiscard]] std::size_t size() const { return bits_.count(); }
  friend bool operator==(const RoleSet&, const RoleSet&) = default;

 private:
  std::bitset<kMaxRoles> bits_;
};

struct Role {
  std::string id;    // kebab-case, stable
  std::string name;  // for people
  RoleKind kind{RoleKind::citrix};
  std::string system;  // id of the system that defines it, kSeveralSystems, or empty for a site's own role
  std::vector<std::string> aliases;
  std::vector<std::string> implies;  // roles that a host with this role also has
  std::vector<std::string> members;  // of a group; those of kind_of_group() list none
  std::vector<std::string> names;    // DNS name patterns that give this role (catalog/name_pattern.hpp)
  bool rules_only{false};  // a group that only rules may name, because it does not say what a host is
};

// In place of a system's id, for a role that several systems' tables use.
inline constexpr std::string_view kSeveralSystems = "(several)";

// The groups of all roles of kind citrix and of kind cloud, a site's own included. They are for rules:
// neither says what a host is.
inline constexpr std::string_view kAnyCitrix = "any-citrix";
inline constexpr std::string_view kAnyCloud = "any-cloud";

// The roles that the program itself gives to destinations: to broadcast addresses and frames, and to the
// addresses of multicast groups. Only if the catalog has them.
inline constexpr std::string_view kBroadcastRole = "broadcast";
inline constexpr std::string_view kMulticastRole = "multicast";

// The kind whose roles a group stands for, if it is one of these two.
std::optional<RoleKind> kind_of_group(std::string_view id);

// All roles in force, by id and alias, whatever the case of their letters, and with spaces or underscores for
// hyphens. A value: an inventory copies the
// catalog's table and adds to it.
class RoleTable {
 public:
  // Adds a role. If the id or an alias is taken, or the table is full, adds nothing and returns the reason.
  // `implies` and `members` may name roles that are added later; `unresolved` finds those that never were.
  std::optional<std::string> add(Role role);

  // Adds the aliases, implied roles, members and names of a role that is there under the same id. If the two
  // differ in kind or name, or an alias is taken by another role, adds nothing and returns the reason.
  std::optional<std::string> extend(const Role& more);

  [[nodiscard]] std::optional<RoleId> find(std::string_view id_or_alias) const;
  [[nodiscard]] const Role& at(RoleId role) const { return roles_[role]; }
  [[nodiscard]] const std::vector<Role>& roles() const { return roles_; }

  // The role itself, or the members of the group, with all that these imply, transitively. This is what a
  // *host* holds if the inventory gives it `role`.
  [[nodiscard]] RoleSet held_by(RoleId role) const;

  // The role itself, or the members of the group, without what they imply. This is what a *rule* names.
  [[nodiscard]] RoleSet named_by(RoleId role) const;

  // Every role of the kind.
  [[nodiscard]] RoleSet of_kind(RoleKind kind) const;

  // The ids of the set, sorted.
  [[nodiscard]] std::vector<std::string> ids(const RoleSet& set) const;

  // Names in `implies` and `members` that do not name a role, as "ROLE: NAME".
  [[nodiscard]] std::vector<std::string> unresolved() const;

  // The id nearest to the text, for "did you mean"; empty if none is near.
  [[nodiscard]] std::string nearest(std::string_view text) const;

 private:
  // Why a word cannot name a further role.
  [[nodiscard]] std::optional<std::string> taken(const std::string& word) const;

  std::vector<Role> roles_;
};

}  // namespace portproof
