#include "classify/rule_book.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace portproof {
namespace {

RoleSet named_roles(const std::vector<std::string>& ids, const RoleTable& table) {
  RoleSet roles;
  for (const std::string& id : ids) {
    if (const auto role = table.find(id)) roles.insert(table.named_by(*role));
  }
  return roles;
}

using Versions = std::map<std::string, std::string>;

// Where a site's version stands to a bound: negative, zero or positive; nothing where it gives no version.
std::optional<int> compare_to(const VersionBound& bound, const Versions& versions) {
  const auto version = versions.find(bound.product);
  if (version == versions.end()) return std::nullopt;
  return compare_version(version->second, bound.version);
}

Force force_of(const Rule& rule, const Versions& versions) {
  if (!rule.in_force) return Force::not_in_force;
  bool conditional = !rule.condition.empty();
  if (rule.since) {
    const auto order = compare_to(*rule.since, versions);
    if (order && *order < 0) return Force::not_in_force;
    conditional = conditional || !order;
  }
  if (rule.until) {
    const auto order = compare_to(*rule.until, versions);
    if (order && *order > 0) return Force::not_in_force;
    conditional = conditional || !order;
  }
  return conditional ? Force::conditional : Force::in_force;
}

}  // namespace

RuleBook::RuleBook(const Catalog& catalog, const Inventory* inventory) {
  const RoleTable& table = inventory == nullptr ? catalog.roles : inventory->roles;
  const Versions versions = inventory == nullptr ? Versions{} : inventory->versions;
  const auto book = [&](const Rule& rule, bool allow) {
    rules_.push_back({&rule, named_roles(rule.from, table), named_roles(rule.to, table),
                      force_of(rule, versions), rule.broad(), allow});
  };
  for (const Rule& rule : catalog.rules) book(rule, false);
  if (inventory != nullptr) {
    for (const Rule& rule : inventory->allows) book(rule, true);
  }
  std::sort(rules_.begin(), rules_.end(),
            [](const BookedRule& a, const BookedRule& b) { return a.rule->id < b.rule->id; });
  for (std::size_t transport = 0; transport < kTransportCount; ++transport) {
    index(static_cast<Transport>(transport));
  }
}

void RuleBook::index(Transport transport) {
  std::set<std::uint32_t> edges{0, 1};
  for (const BookedRule& booked : rules_) {
    for (const PortRange& range : booked.rule->ports) {
      edges.insert(range.first);
      edges.insert(std::uint32_t{range.last} + 1);
    }
  }
  auto& stretches = stretches_[static_cast<std::size_t>(transport)];
  for (const std::uint32_t first : edges) {
    if (first > 0xffff) break;
    Stretch stretch{first, {}};
    for (const BookedRule& booked : rules_) {
      if (booked.rule->covers(transport, static_cast<std::uint16_t>(first))) stretch.rules.push_back(&booked);
    }
    stretches.push_back(std::move(stretch));
  }
}

const std::vector<const BookedRule*>& RuleBook::on(Transport transport, std::uint16_t port) const {
  const auto& stretches = stretches_[static_cast<std::size_t>(transport)];
  const auto behind =
      std::upper_bound(stretches.begin(), stretches.end(), port,
                       [](std::uint32_t wanted, const Stretch& stretch) { return wanted < stretch.first; });
  return std::prev(behind)->rules;
}

const BookedRule* RuleBook::find(std::string_view id) const {
  const auto found = std::lower_bound(
      rules_.begin(), rules_.end(), id,
      [](const BookedRule& booked, std::string_view wanted) { return booked.rule->id < wanted; });
  return found == rules_.end() || found->rule->id != id ? nullptr : &*found;
}

}  // namespace portproof
