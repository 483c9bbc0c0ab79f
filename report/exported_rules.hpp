// The rules of a catalog as firewalls need them: resolved with an inventory, from roles to addresses. Only
// what is in force at the site. A `both_ways` rule is two, one for each direction.
#pragma once

#include <string>
#include <vector>

#include "classify/rule_book.hpp"

namespace portproof {

// Who may be at one end.
struct ExportedEnd {
  // Addresses, sorted, apart from each other. Where a more specific host entry has other roles, its addresses
  // are left out, as they are when a conversation is judged.
  std::vector<AddressBlock> blocks;
  bool outside{false};             // every address outside `internal`
  std::vector<std::string> names;  // DNS name patterns: of host entries, and of the catalog's cloud roles
  [[nodiscard]] bool empty() const { return blocks.empty() && !outside && names.empty(); }
};

struct ExportedRule {
  const Rule* rule{nullptr};
  ExportedEnd from;  // who opens the connection
  ExportedEnd to;
  bool turned{
      false};  // the direction that a `both_ways` rule has besides: from the rule's `to` to its `from`
};

struct ExportedRules {
  std::vector<ExportedRule> rules;      // deny rules first, then by id
  std::vector<const Rule*> unresolved;  // nobody in the inventory can be at one of their ends; by id
};

// Pointers into the book's catalog and inventory.
ExportedRules exported_rules(const RuleBook& book, const Inventory& inventory);

}  // namespace portproof
