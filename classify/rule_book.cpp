#include "classify/rule_book.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <span>
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

// Negative, zero or positive if the site's version is before, at or after the bound; nothing if the site
// gives no version.
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
  for (const Rule& rule : catalog.rules) {
    rules_.push_back({&rule,
                      {named_roles(rule.from, table), {}},
                      {named_roles(rule.to, table), {}},
                      force_of(rule, versions),
                      false});
  }
  if (inventory != nullptr) {
    for (const Allow& allow : inventory->allows) {
      rules_.push_back({&allow.rule, allow.from, allow.to, Force::in_force, true});
    }
  }
  std::sort(rules_.begin(), rules_.end(),
            [](const BookedRule& a, const BookedRule& b) { return a.rule->id < b.rule->id; });
  cut_ports();
  for (std::size_t transport = 0; transport < kTransportCount; ++transport) {
    index(static_cast<Transport>(transport));
  }
}

// Cuts the ports into spans wherever some rule's ports begin or end.
void RuleBook::cut_ports() {
  constexpr std::uint32_t kPorts = 0x10000;
  std::vector<bool> is_edge(kPorts + 1);
  is_edge[0] = is_edge[1] = true;
  for (const BookedRule& booked : rules_) {
    for (const PortRange& range : booked.rule->ports) {
      is_edge[range.first] = true;
      is_edge[std::uint32_t{range.last} + 1] = true;
    }
  }
  range_of_port_.resize(kPorts);
  for (std::uint32_t port = 0; port < kPorts; ++port) {
    if (is_edge[port]) first_ports_.push_back(static_cast<std::uint16_t>(port));
    range_of_port_[port] = static_cast<std::uint16_t>(first_ports_.size() - 1);
  }
}

void RuleBook::index(Transport transport) {
  auto& rules_on = rules_on_[static_cast<std::size_t>(transport)];
  const std::size_t ranges = has_ports(transport) ? first_ports_.size() : 1;
  for (const std::uint16_t first : std::span(first_ports_).first(ranges)) {
    auto& rules = rules_on.emplace_back();
    for (const BookedRule& booked : rules_) {
      if (booked.rule->covers(transport, first)) rules.push_back(&booked);
    }
  }
}

const std::vector<const BookedRule*>& RuleBook::on(Transport transport, std::uint16_t port) const {
  static const std::vector<const BookedRule*> kNone;
  const auto& rules = rules_on_[static_cast<std::size_t>(transport)];
  const std::uint16_t range = range_of_port_[port];
  return range < rules.size() ? rules[range] : kNone;
}

const BookedRule* RuleBook::find(std::string_view id) const {
  const auto found = std::lower_bound(
      rules_.begin(), rules_.end(), id,
      [](const BookedRule& booked, std::string_view wanted) { return booked.rule->id < wanted; });
  return found == rules_.end() || found->rule->id != id ? nullptr : &*found;
}

}  // namespace portproof
