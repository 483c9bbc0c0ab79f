#include "catalog/contradiction.hpp"

#include <algorithm>

#include "catalog/nearest.hpp"

namespace portproof {
namespace {

RoleSet named(const RoleTable& roles, const std::vector<std::string>& ids) {
  RoleSet set;
  for (const std::string& id : ids) {
    if (const auto role = roles.find(id)) set.insert(roles.named_by(*role));
  }
  return set;
}

bool share_a_port(const Rule& one, const Rule& other) {
  const TransportSet shared = one.transports & other.transports;
  if (shared.none()) return false;
  if (one.any_port || other.any_port) return true;
  return std::any_of(one.ports.begin(), one.ports.end(), [&](const PortRange& range) {
    return std::any_of(other.ports.begin(), other.ports.end(), [&](const PortRange& each) {
      return range.first <= each.last && each.first <= range.last;
    });
  });
}

// Between hosts that hold the roles which `denying` names.
bool allows_what_is_denied(const Rule& allowing, const Rule& denying, const RoleTable& roles) {
  if (!share_a_port(allowing, denying)) return false;
  const RoleSet from = named(roles, allowing.from);
  const RoleSet to = named(roles, allowing.to);
  const RoleSet denied_from = named(roles, denying.from);
  const RoleSet denied_to = named(roles, denying.to);
  const auto meet = [&](const RoleSet& initiator, const RoleSet& responder) {
    return initiator.overlaps(denied_from) && responder.overlaps(denied_to);
  };
  return meet(from, to) || (allowing.both_ways && meet(to, from));
}

bool contradict(const Rule& rule, const Rule& other, const RoleTable& roles) {
  if (rule.deny == other.deny) return false;
  return rule.deny ? allows_what_is_denied(other, rule, roles) : allows_what_is_denied(rule, other, roles);
}

}  // namespace

// The ids of overlays are never empty, and an edition's rules have none: "earlier" is by id.
std::vector<Contradiction> contradictions_in(const Catalog& catalog) {
  std::vector<Contradiction> found;
  for (const Rule& rule : catalog.rules) {
    if (rule.overlay.empty()) continue;
    const auto other = std::find_if(catalog.rules.begin(), catalog.rules.end(), [&](const Rule& each) {
      return each.overlay < rule.overlay && contradict(rule, each, catalog.roles);
    });
    if (other != catalog.rules.end()) found.push_back({&rule, &*other});
  }
  return found;
}

std::string to_string(const Contradiction& contradiction) {
  const Rule& other = *contradiction.other;
  const std::string where =
      other.overlay.empty() ? " of the edition " : " of the overlay " + in_quotes(other.overlay) + " ";
  return "the rule " + in_quotes(contradiction.rule->id) + (other.deny ? " allows" : " denies") +
         " what the rule " + in_quotes(other.id) + where + (other.deny ? "denies" : "allows");
}

}  // namespace portproof
