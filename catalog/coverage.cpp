#include "catalog/coverage.hpp"

#include <algorithm>

namespace portproof {
namespace {

RoleSet named(const RoleTable& roles, const std::vector<std::string>& ids) {
  RoleSet set;
  for (const std::string& id : ids) {
    if (const auto role = roles.find(id)) set.insert(roles.named_by(*role));
  }
  return set;
}

constexpr PortRange kAllPorts{1, 65535};

std::vector<PortRange> ranges_of(const Rule& rule) {
  return rule.any_port ? std::vector{kAllPorts} : rule.ports;
}

// Is every range of `inner` within a range of `outer`?
bool has_ports(const Rule& outer, const Rule& inner) {
  const std::vector<PortRange> ranges = ranges_of(outer);
  const std::vector<PortRange> all_wanted = ranges_of(inner);
  return std::all_of(all_wanted.begin(), all_wanted.end(), [&](const PortRange& wanted) {
    return std::any_of(ranges.begin(), ranges.end(), [&](const PortRange& range) {
      return range.first <= wanted.first && wanted.last <= range.last;
    });
  });
}

// Is an end of the range broad? Transports that have ports do not differ in this.
bool is_broad_in(PortRange range, const Rule& rule) {
  return rule.is_broad_on(Transport::tcp, range.first) || rule.is_broad_on(Transport::tcp, range.last);
}

// On a range of ports that both have.
bool expects_as_much_on(PortRange range, const Rule& outer, const Rule& inner) {
  const bool outer_broad = is_broad_in(range, outer);
  const bool inner_broad = is_broad_in(range, inner);
  if (outer_broad && !inner_broad) return false;
  if (inner.applications.any()) {
    return outer.applications.any() ? (inner.applications & ~outer.applications).none() : !outer_broad;
  }
  return inner_broad || outer.applications.none();
}

bool expects_as_much(const Rule& outer, const Rule& inner) {
  const std::vector<PortRange> ranges = ranges_of(inner);
  return std::all_of(ranges.begin(), ranges.end(),
                     [&](PortRange range) { return expects_as_much_on(range, outer, inner); });
}

bool same_bound(const std::optional<VersionBound>& a, const std::optional<VersionBound>& b) {
  if (!a || !b) return !a && !b;
  return a->product == b->product && a->version == b->version;
}

// Is `outer` in force whenever `inner` is?
bool holds_as_firmly(const Rule& outer, const Rule& inner) {
  if (!outer.in_force && inner.in_force) return false;
  if (outer.since && !same_bound(outer.since, inner.since)) return false;
  if (outer.until && !same_bound(outer.until, inner.until)) return false;
  return outer.condition.empty() || outer.condition == inner.condition;
}

}  // namespace

Coverage::Coverage(const Catalog& catalog) : catalog_(catalog) {
  for (std::size_t role = 0; role < catalog.roles.roles().size(); ++role) {
    held_.push_back(catalog.roles.held_by(static_cast<RoleId>(role)));
  }
  for (const Rule& rule : catalog.rules) {
    ends_.push_back({named(catalog.roles, rule.from), named(catalog.roles, rule.to)});
  }
}

bool Coverage::serves_all(const RoleSet& rule_side, const RoleSet& hosts) const {
  for (std::size_t role = 0; role < held_.size(); ++role) {
    if (hosts.contains(static_cast<RoleId>(role)) && !held_[role].overlaps(rule_side)) return false;
  }
  return true;
}

bool Coverage::joins(std::size_t outer, const RoleSet& from, const RoleSet& to) const {
  const Ends& ends = ends_[outer];
  if (serves_all(ends.from, from) && serves_all(ends.to, to)) return true;
  return catalog_.rules[outer].both_ways && serves_all(ends.to, from) && serves_all(ends.from, to);
}

bool Coverage::covers(std::size_t outer_index, std::size_t inner_index) const {
  const Rule& outer = catalog_.rules[outer_index];
  const Rule& inner = catalog_.rules[inner_index];
  if (outer.deny != inner.deny) return false;
  if ((inner.transports & ~outer.transports).any()) return false;
  // A rule that allows nothing is a separate finding.
  if (inner.transports.none() || (inner.ports.empty() && !inner.any_port)) return false;
  const Ends& ends = ends_[inner_index];
  if (ends.from.empty() || ends.to.empty()) return false;
  if (!has_ports(outer, inner) || !expects_as_much(outer, inner)) return false;
  if (!holds_as_firmly(outer, inner)) return false;
  return joins(outer_index, ends.from, ends.to) &&
         (!inner.both_ways || joins(outer_index, ends.to, ends.from));
}

}  // namespace portproof
