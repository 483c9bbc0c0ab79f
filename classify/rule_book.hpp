// The rules of a catalog and an inventory, ready for look-ups: roles resolved, indexed by transport and port.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "catalog/catalog.hpp"
#include "classify/inventory.hpp"

namespace portproof {

// How far a rule applies at this site.
enum class Force : std::uint8_t {
  in_force,
  conditional,   // in force, but depends on a condition or on a version that the inventory does not give
  not_in_force,  // retired for the versions in the inventory, or documented as not yet implemented
};

struct BookedRule {
  const Rule* rule{nullptr};  // in the catalog or the inventory
  Identity from;              // named roles, groups expanded
  Identity to;
  Force force{Force::in_force};
  bool allow{false};  // an [[allow]] of the site

  // Do the ends fit in this direction? If the rule is `both_ways`, swapped ends fit too.
  [[nodiscard]] bool fits(const Identity& initiator, const Identity& responder) const {
    return (from.overlaps(initiator) && to.overlaps(responder)) ||
           (rule->both_ways && to.overlaps(initiator) && from.overlaps(responder));
  }

  // May this end open a connection under the rule, or accept one, whatever the other end is?
  [[nodiscard]] bool may_open(const Identity& end) const {
    return from.overlaps(end) || (rule->both_ways && to.overlaps(end));
  }
  [[nodiscard]] bool may_answer(const Identity& end) const {
    return to.overlaps(end) || (rule->both_ways && from.overlaps(end));
  }

  // As Rule::is_broad_on.
  [[nodiscard]] bool is_broad_on(Transport transport, std::uint16_t port) const {
    return rule->is_broad_on(transport, port);
  }

  // Does it document a port that it covers, for the tests that look at other roles and for finding a
  // direction? It does if it is in force, not a deny rule, and not broad there.
  [[nodiscard]] bool documents_on(Transport transport, std::uint16_t port) const {
    return force != Force::not_in_force && !rule->deny && !is_broad_on(transport, port);
  }
};

// Movable but not copyable: its index points into it. Immutable once constructed, so threads may share it.
class RuleBook {
 public:
  // Both must outlive the book. `inventory` may be null.
  RuleBook(const Catalog& catalog, const Inventory* inventory);
  RuleBook(const RuleBook&) = delete;
  RuleBook& operator=(const RuleBook&) = delete;
  RuleBook(RuleBook&&) = default;
  RuleBook& operator=(RuleBook&&) = default;
  ~RuleBook() = default;

  // Every rule for this transport and port, including deny rules and rules not in force, sorted by rule id.
  // Valid as long as the book.
  [[nodiscard]] const std::vector<const BookedRule*>& on(Transport transport, std::uint16_t port) const;

  // Ports with the same number have the same rules, on every transport. Numbers are dense, from 0.
  [[nodiscard]] std::uint16_t range_of(std::uint16_t port) const { return range_of_port_[port]; }

  // Every rule, sorted by id.
  [[nodiscard]] const std::vector<BookedRule>& all() const { return rules_; }

  // Null if there is none.
  [[nodiscard]] const BookedRule* find(std::string_view id) const;

 private:
  void cut_ports();
  void index(Transport transport);

  std::vector<BookedRule> rules_;
  std::vector<std::uint16_t> range_of_port_;
  std::vector<std::uint16_t> first_ports_;  // of each span
  // Of transports without ports, only the first range, which is port 0.
  std::array<std::vector<std::vector<const BookedRule*>>, kTransportCount> rules_on_;  // by span
};

}  // namespace portproof
