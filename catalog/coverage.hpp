// Does one rule allow all that another allows? For lint, which reports such rules.
#pragma once

#include <vector>

#include "catalog/catalog.hpp"

namespace portproof {

// Answers for the rules of one catalog, which it lends: the catalog must outlive it and keep its rules.
class Coverage {
 public:
  explicit Coverage(const Catalog& catalog);

  // Would everything that the rule `inner` allows be allowed, no less firmly, without it, by `outer`?
  // Both are indices in the catalog's rules. Roles count as they are held: a rule for `sta` serves every
  // `ddc`, which implies it.
  [[nodiscard]] bool covers(std::size_t outer, std::size_t inner) const;

 private:
  struct Ends {
    RoleSet from;
    RoleSet to;
  };
  [[nodiscard]] bool serves_all(const RoleSet& rule_side, const RoleSet& hosts) const;
  [[nodiscard]] bool joins(std::size_t outer, const RoleSet& from, const RoleSet& to) const;

  const Catalog& catalog_;
  std::vector<RoleSet> held_;  // by role
  std::vector<Ends> ends_;     // by rule
};

}  // namespace portproof
