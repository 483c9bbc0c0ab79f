// Does one rule allow everything that another allows? For lint, which reports such rules.
#pragma once

#include <vector>

#include "catalog/catalog.hpp"

namespace portproof {

// Compares the rules of one catalog. Borrows the catalog, which must outlive it and keep its rules unchanged.
class Coverage {
 public:
  explicit Coverage(const Catalog& catalog);

  // Does the rule `outer` allow, no less firmly, everything that `inner` allows? Both are indices into the
  // catalog's rules. Implied roles count: a rule for `sta` applies to every `ddc`, which implies `sta`.
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
