#include "catalog/role.hpp"

#include <algorithm>

#include "capture/base/ascii.hpp"
#include "catalog/nearest.hpp"

namespace portproof {
namespace {

// "License server" is "license-server": people write spaces, ids have hyphens.
bool same_letter(char left, char right) {
  const auto plain = [](char letter) { return letter == ' ' || letter == '_' ? '-' : to_lower_case(letter); };
  return plain(left) == plain(right);
}

bool same_word(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(), same_letter);
}

bool goes_by(const Role& role, std::string_view word) {
  return same_word(role.id, word) ||
         std::any_of(role.aliases.begin(), role.aliases.end(),
                     [word](const std::string& alias) { return same_word(alias, word); });
}

void add_missing(const std::vector<std::string>& more, std::vector<std::string>& words) {
  for (const std::string& word : more) {
    if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
  }
}

}  // namespace

std::optional<RoleKind> kind_of_group(std::string_view id) {
  if (id == kAnyCitrix) return RoleKind::citrix;
  if (id == kAnyCloud) return RoleKind::cloud;
  return std::nullopt;
}

std::optional<RoleKind> parse_role_kind(std::string_view text) {
  const auto* const found = std::find(kRoleKindNames.begin(), kRoleKindNames.end(), text);
  if (found == kRoleKindNames.end()) return std::nullopt;
  return static_cast<RoleKind>(found - kRoleKindNames.begin());
}

std::optional<std::string> RoleTable::taken(const std::string& word) const {
  const auto other = find(word);
  if (!other) return std::nullopt;
  if (same_word(roles_[*other].id, word)) return "there is already a role \"" + roles_[*other].id + "\"";
  return "\"" + word + "\" is already an alias of the role \"" + roles_[*other].id + "\"";
}

std::optional<std::string> RoleTable::add(Role role) {
  if (roles_.size() == kMaxRoles) {
    return "there are more than " + std::to_string(kMaxRoles) + " roles";
  }
  if (auto fault = taken(role.id)) return fault;
  for (const std::string& alias : role.aliases) {
    if (auto fault = taken(alias)) return fault;
  }
  roles_.push_back(std::move(role));
  return std::nullopt;
}

std::optional<std::string> RoleTable::extend(const Role& more) {
  const auto id = find(more.id);
  if (!id || roles_[*id].id != more.id) return "there is no role " + in_quotes(more.id);
  Role& role = roles_[*id];
  if (role.kind != more.kind) {
    return "the role " + in_quotes(role.id) + " is already of kind " +
           std::string(portproof::name(role.kind)) + ", not " + std::string(portproof::name(more.kind));
  }
  if (role.name != more.name) {
    return "the role " + in_quotes(role.id) + " is already called " + in_quotes(role.name) + ", not " +
           in_quotes(more.name);
  }
  for (const std::string& alias : more.aliases) {
    if (goes_by(role, alias)) continue;
    if (auto fault = taken(alias)) return fault;
  }
  add_missing(more.aliases, role.aliases);
  add_missing(more.implies, role.implies);
  add_missing(more.members, role.members);
  add_missing(more.names, role.names);
  role.rules_only = role.rules_only || more.rules_only;
  return std::nullopt;
}

std::optional<RoleId> RoleTable::find(std::string_view id_or_alias) const {
  const auto found = std::find_if(roles_.begin(), roles_.end(),
                                  [&](const Role& role) { return goes_by(role, id_or_alias); });
  if (found == roles_.end()) return std::nullopt;
  return static_cast<RoleId>(found - roles_.begin());
}

RoleSet RoleTable::named_by(RoleId role) const {
  RoleSet named;
  // A group may hold groups, and by mistake itself: every role is visited once.
  RoleSet seen;
  std::vector<RoleId> pending{role};
  while (!pending.empty()) {
    const RoleId next = pending.back();
    pending.pop_back();
    if (seen.contains(next)) continue;
    seen.insert(next);
    if (const auto kind = kind_of_group(roles_[next].id)) {
      named.insert(of_kind(*kind));
    } else if (roles_[next].kind != RoleKind::group) {
      named.insert(next);
    }
    for (const std::string& member : roles_[next].members) {
      if (const auto found = find(member)) pending.push_back(*found);
    }
  }
  return named;
}

RoleSet RoleTable::held_by(RoleId role) const {
  RoleSet held;
  std::vector<RoleId> pending;
  const RoleSet named = named_by(role);
  for (std::size_t id = 0; id < roles_.size(); ++id) {
    if (named.contains(static_cast<RoleId>(id))) pending.push_back(static_cast<RoleId>(id));
  }
  while (!pending.empty()) {
    const RoleId next = pending.back();
    pending.pop_back();
    if (held.contains(next)) continue;
    held.insert(next);
    for (const std::string& implied : roles_[next].implies) {
      const auto found = find(implied);
      if (found && roles_[*found].kind != RoleKind::group) pending.push_back(*found);
    }
  }
  return held;
}

RoleSet RoleTable::of_kind(RoleKind kind) const {
  RoleSet set;
  if (kind == RoleKind::group) return set;
  for (std::size_t id = 0; id < roles_.size(); ++id) {
    if (roles_[id].kind == kind) set.insert(static_cast<RoleId>(id));
  }
  return set;
}

std::vector<std::string> RoleTable::ids(const RoleSet& set) const {
  std::vector<std::string> ids;
  for (std::size_t id = 0; id < roles_.size(); ++id) {
    if (set.contains(static_cast<RoleId>(id))) ids.push_back(roles_[id].id);
  }
  std::sort(ids.begin(), ids.end());
  return ids;
}

std::vector<std::string> RoleTable::unresolved() const {
  std::vector<std::string> leftovers;
  for (const Role& role : roles_) {
    for (const auto* const list : {&role.implies, &role.members}) {
      for (const std::string& word : *list) {
        if (!find(word)) leftovers.push_back(role.id + ": " + word);
      }
    }
  }
  return leftovers;
}

std::string RoleTable::nearest(std::string_view text) const {
  std::vector<std::string_view> words;
  for (const Role& role : roles_) {
    words.emplace_back(role.id);
    words.insert(words.end(), role.aliases.begin(), role.aliases.end());
  }
  const std::string_view word = nearest_word(text, words);
  if (word.empty()) return {};
  return roles_[*find(word)].id;
}

}  // namespace portproof
