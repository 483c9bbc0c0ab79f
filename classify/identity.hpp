// What a rule can tell of one end of a conversation.
#pragma once

#include <algorithm>
#include <compare>
#include <cstdint>
#include <vector>

#include "catalog/role.hpp"

namespace portproof {

// A set of the named ends of an inventory: indices into Inventory::named_ends. Nearly always empty or tiny.
class NamedEndSet {
 public:
  void insert(std::uint32_t end) {
    const auto at = std::lower_bound(ends_.begin(), ends_.end(), end);
    if (at == ends_.end() || *at != end) ends_.insert(at, end);
  }
  [[nodiscard]] bool overlaps(const NamedEndSet& other) const {
    return std::any_of(ends_.begin(), ends_.end(), [&other](std::uint32_t end) {
      return std::binary_search(other.ends_.begin(), other.ends_.end(), end);
    });
  }
  [[nodiscard]] bool empty() const { return ends_.empty(); }
  [[nodiscard]] auto begin() const { return ends_.begin(); }
  [[nodiscard]] auto end() const { return ends_.end(); }
  friend auto operator<=>(const NamedEndSet&, const NamedEndSet&) = default;

 private:
  std::vector<std::uint32_t> ends_;  // ascending
};

// Of a party: the roles that it holds, and the addresses and hosts named by [[allow]] entries that it is. Of
// a rule's `from` or `to`: those that fit.
struct Identity {
  RoleSet roles;
  NamedEndSet named_ends;

  [[nodiscard]] bool overlaps(const Identity& other) const {
    return roles.overlaps(other.roles) || named_ends.overlaps(other.named_ends);
  }
};

}  // namespace portproof
