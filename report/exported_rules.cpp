#include "report/exported_rules.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace portproof {
namespace {

// Consecutive addresses that hold the same roles.
struct Holding {
  AddressBlock block;
  RoleSet roles;
  std::set<std::size_t> hosts;  // the entries that decide them
};

// The next address; nothing after the last of its family.
std::optional<IpAddress> after(IpAddress address) {
  for (std::size_t index = address.size(); index-- > 0;) {
    if (++address.bytes[index] != 0) return address;
  }
  return std::nullopt;
}

IpAddress before(IpAddress address) {
  for (std::size_t index = address.size(); index-- > 0;) {
    if (address.bytes[index]-- != 0) break;
  }
  return address;
}

// Where the roles of addresses may change: the first address of each stretch.
std::vector<IpAddress> edges_of(const Inventory& inventory) {
  std::vector<IpAddress> edges;
  const auto add = [&](const AddressBlock& block) {
    edges.push_back(block.first);
    if (const auto next = after(block.last)) edges.push_back(*next);
  };
  for (const Host& host : inventory.hosts) {
    for (const AddressBlock& block : host.addresses) add(block);
  }
  for (const AddressBlock& block : inventory.internal) add(block);
  std::sort(edges.begin(), edges.end());
  edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
  return edges;
}

// The entries with the most specific block that has the address.
std::set<std::size_t> deciding_hosts(const Inventory& inventory, const IpAddress& address) {
  std::set<std::size_t> hosts;
  const AddressBlock* best = nullptr;
  for (std::size_t index = 0; index < inventory.hosts.size(); ++index) {
    for (const AddressBlock& block : inventory.hosts[index].addresses) {
      if (!block.contains(address)) continue;
      const int order = best == nullptr ? -1 : compare_specificity(block, *best);
      if (order > 0) continue;
      if (order < 0) hosts.clear();
      hosts.insert(index);
      best = &block;
    }
  }
  return hosts;
}

std::vector<Holding> holdings_of(const Inventory& inventory) {
  std::vector<Holding> holdings;
  const std::vector<IpAddress> edges = edges_of(inventory);
  for (std::size_t index = 0; index < edges.size(); ++index) {
    Holding holding{{edges[index], edges[index]}, {}, deciding_hosts(inventory, edges[index])};
    const bool last = index + 1 == edges.size() || edges[index + 1].family != edges[index].family;
    if (!last) holding.block.last = before(edges[index + 1]);
    for (const std::size_t host : holding.hosts) holding.roles.insert(inventory.hosts[host].roles);
    if (holding.hosts.empty()) {
      if (!inventory.is_inside(edges[index])) continue;
      holding.roles = inventory.internal_roles;
    }
    holdings.push_back(std::move(holding));
  }
  return holdings;
}

// The block, or added to the one before it if they touch.
void append(const AddressBlock& block, std::vector<AddressBlock>& blocks) {
  if (!blocks.empty() && after(blocks.back().last) == block.first) {
    blocks.back().last = block.last;
  } else {
    blocks.push_back(block);
  }
}

void add_block(std::string_view text, std::vector<AddressBlock>& blocks) {
  if (const auto block = parse_address_block(text)) blocks.push_back(*block);
}

class Resolver {
 public:
  explicit Resolver(const Inventory& inventory)
      : inventory_(inventory), roles_(inventory.roles), holdings_(holdings_of(inventory)) {}

  [[nodiscard]] ExportedEnd end_of(const Identity& identity) const {
    ExportedEnd end;
    for (const Holding& holding : holdings_) {
      if (holding.roles.overlaps(identity.roles)) append(holding.block, end.blocks);
    }
    add_named_ends(identity, end);
    end.outside = inventory_.has_internal && inventory_.external_roles.overlaps(identity.roles);
    add_names(identity, end);
    if (holds(identity, kBroadcastRole)) add_block("255.255.255.255", end.blocks);
    if (holds(identity, kMulticastRole)) {
      add_block("224.0.0.0/4", end.blocks);
      add_block("ff00::/8", end.blocks);
    }
    tidy(end);
    return end;
  }

 private:
  [[nodiscard]] bool holds(const Identity& identity, std::string_view id) const {
    const auto role = roles_.find(id);
    return role && identity.roles.contains(*role);
  }

  void add_named_ends(const Identity& identity, ExportedEnd& end) const {
    for (const std::uint32_t number : identity.named_ends) {
      const NamedEnd& named = inventory_.named_ends[number];
      if (named.address) end.blocks.push_back(*named.address);
      if (!named.host) continue;
      for (const Holding& holding : holdings_) {
        if (holding.hosts.count(*named.host) > 0) end.blocks.push_back(holding.block);
      }
      const auto& names = inventory_.hosts[*named.host].names;
      end.names.insert(end.names.end(), names.begin(), names.end());
    }
  }

  void add_names(const Identity& identity, ExportedEnd& end) const {
    for (const Host& host : inventory_.hosts) {
      if (host.roles.overlaps(identity.roles)) {
        end.names.insert(end.names.end(), host.names.begin(), host.names.end());
      }
    }
    for (std::size_t role = 0; role < roles_.roles().size(); ++role) {
      if (!identity.roles.contains(static_cast<RoleId>(role))) continue;
      const auto& names = roles_.roles()[role].names;
      end.names.insert(end.names.end(), names.begin(), names.end());
    }
  }

  static void tidy(ExportedEnd& end) {
    std::sort(end.names.begin(), end.names.end());
    end.names.erase(std::unique(end.names.begin(), end.names.end()), end.names.end());
    std::sort(end.blocks.begin(), end.blocks.end());
    std::vector<AddressBlock> merged;
    for (const AddressBlock& block : end.blocks) {
      if (!merged.empty() && merged.back().contains(block.first)) {
        merged.back().last = std::max(merged.back().last, block.last);
      } else {
        append(block, merged);
      }
    }
    end.blocks = std::move(merged);
  }

  const Inventory& inventory_;
  const RoleTable& roles_;
  std::vector<Holding> holdings_;
};

}  // namespace

ExportedRules exported_rules(const RuleBook& book, const Inventory& inventory) {
  const Resolver resolver(inventory);
  ExportedRules exported;
  for (const BookedRule& booked : book.all()) {
    if (booked.force == Force::not_in_force) continue;
    ExportedEnd from = resolver.end_of(booked.from);
    ExportedEnd to = resolver.end_of(booked.to);
    if (from.empty() || to.empty()) {
      exported.unresolved.push_back(booked.rule);
      continue;
    }
    exported.rules.push_back({booked.rule, from, to, false});
    if (booked.rule->both_ways) exported.rules.push_back({booked.rule, std::move(to), std::move(from), true});
  }
  std::stable_sort(
      exported.rules.begin(), exported.rules.end(),
      [](const ExportedRule& left, const ExportedRule& right) { return left.rule->deny > right.rule->deny; });
  return exported;
}

}  // namespace portproof
