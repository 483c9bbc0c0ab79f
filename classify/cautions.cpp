#include "classify/cautions.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <set>
#include <tuple>

#include "catalog/nearest.hpp"

namespace portproof {
namespace {

// Longer than this is not "for a while": a year, and a day for leap years.
constexpr Duration kLongest = seconds(std::int64_t{366} * 86'400);

// As many addresses as a /16 of IPv4 or a /48 of IPv6, or more?
bool is_wide(const AddressBlock& block) {
  const bool is_v4 = block.first.family == IpFamily::v4;
  const AddressBlock measure = parse_address_block(is_v4 ? "10.0.0.0/16" : "fd00::/48").value();
  return compare_specificity(block, measure) >= 0;
}

// Looks through one inventory.
class Inspection {
 public:
  Inspection(const Inventory& inventory, std::optional<Timestamp> now)
      : inventory_(inventory), now_(now), citrix_(inventory.roles.of_kind(RoleKind::citrix)) {}

  std::vector<Caution> take() {
    for (const Allow& allow : inventory_.allows) look_at(allow);
    for (const Waiver& waiver : inventory_.waivers) look_at(waiver);
    look_at_allows_together();
    std::stable_sort(cautions_.begin(), cautions_.end(),
                     [](const Caution& a, const Caution& b) { return a.line < b.line; });
    return std::move(cautions_);
  }

 private:
  // An end of an [[allow]] that is not a role has this bit.
  static constexpr std::uint32_t kNamedEnd = 0x10000;
  using Pair = std::tuple<std::uint32_t, std::uint32_t, Transport>;
  struct Together {
    std::vector<PortRange> ports;
    std::vector<std::size_t> allows;  // indices, ascending
  };

  void look_at(const Allow& allow);
  void look_at(const Waiver& waiver);
  void look_at_allows_together();
  void collect(std::size_t index, std::map<Pair, Together>& pairs) const;
  void warn(std::size_t line, std::string what) { cautions_.push_back({line, on_one_line(std::move(what))}); }

  [[nodiscard]] bool is_wide(const RoleSet& roles) const;
  [[nodiscard]] bool is_wide(const NamedEnd& end) const;
  [[nodiscard]] bool is_wide(const Identity& ends) const;
  [[nodiscard]] std::vector<std::uint32_t> members(const Identity& ends) const;
  [[nodiscard]] std::string words(std::uint32_t end) const;

  const Inventory& inventory_;
  std::optional<Timestamp> now_;
  RoleSet citrix_;
  std::vector<Caution> cautions_;
};

// A default role is held by every address that nobody listed.
bool Inspection::is_wide(const RoleSet& roles) const {
  RoleSet all = citrix_;
  all.insert(roles);
  return (all == roles && !citrix_.empty()) || roles.overlaps(inventory_.internal_roles) ||
         roles.overlaps(inventory_.external_roles);
}

bool Inspection::is_wide(const NamedEnd& end) const {
  if (end.address) return portproof::is_wide(*end.address);
  if (!end.host) return is_wide(end.roles);
  const auto& addresses = inventory_.hosts[*end.host].addresses;
  return std::any_of(addresses.begin(), addresses.end(),
                     [](const AddressBlock& block) { return portproof::is_wide(block); });
}

bool Inspection::is_wide(const Identity& ends) const {
  return is_wide(ends.roles) ||
         std::any_of(ends.named_ends.begin(), ends.named_ends.end(),
                     [this](std::uint32_t end) { return is_wide(inventory_.named_ends[end]); });
}

void Inspection::look_at(const Waiver& waiver) {
  const std::string title = "[[waiver]] " + in_quotes(waiver.id);
  const std::string ends = fmt::format("from {} to {}", waiver.from.text, waiver.to.text);
  Rule ports;
  ports.transports = waiver.transports;
  ports.ports = waiver.ports;
  ports.any_port = waiver.any_port;
  if (ports.has_broad_ports()) {
    warn(waiver.line,
         fmt::format("{} accepts {} {}, so it can shelter nearly anything: name the ports that are needed",
                     title, waiver.any_port ? "any port" : "more than 1,000 ports", ends));
  } else if (is_wide(waiver.from) && is_wide(waiver.to)) {
    warn(waiver.line,
         fmt::format("{} holds between nearly all hosts, {}: name the hosts that need it", title, ends));
  }
  if (now_ && *now_ + kLongest < waiver.end) {
    warn(
        waiver.line,
        fmt::format("{} holds for more than a year, until {}: accept it for a while, and renew it if need be",
                    title, waiver.expires));
  }
}

void Inspection::look_at(const Allow& allow) {
  if (!is_wide(allow.from) || !is_wide(allow.to)) return;
  warn(allow.line,
       fmt::format("[[allow]] {} holds between nearly all hosts, from {} to {}: name the hosts that need it",
                   in_quotes(allow.rule.id), fmt::join(allow.rule.from, ", "),
                   fmt::join(allow.rule.to, ", ")));
}

// The single roles, addresses and hosts that an end stands for.
std::vector<std::uint32_t> Inspection::members(const Identity& ends) const {
  std::vector<std::uint32_t> members;
  for (std::uint32_t role = 0; role < inventory_.roles.roles().size(); ++role) {
    if (ends.roles.contains(static_cast<RoleId>(role))) members.push_back(role);
  }
  for (const std::uint32_t end : ends.named_ends) members.push_back(kNamedEnd + end);
  return members;
}

std::string Inspection::words(std::uint32_t end) const {
  return end >= kNamedEnd ? inventory_.named_ends[end - kNamedEnd].text
                          : inventory_.roles.at(static_cast<RoleId>(end)).id;
}

// Adds the ports of an allowance that do not count as broad, for each pair of ends.
void Inspection::collect(std::size_t index, std::map<Pair, Together>& pairs) const {
  const Allow& allow = inventory_.allows[index];
  const std::vector<std::uint32_t> from = members(allow.from);
  const std::vector<std::uint32_t> to = members(allow.to);
  for (std::size_t transport = 0; transport < kTransportCount; ++transport) {
    if (!allow.rule.transports.test(transport)) continue;
    std::vector<PortRange> narrow;
    for (const PortRange& range : allow.rule.ports) {
      if (!allow.rule.is_broad_on(static_cast<Transport>(transport), range.first)) narrow.push_back(range);
    }
    if (narrow.empty()) continue;
    for (const std::uint32_t initiator : from) {
      for (const std::uint32_t responder : to) {
        Together& together = pairs[{initiator, responder, static_cast<Transport>(transport)}];
        together.ports.insert(together.ports.end(), narrow.begin(), narrow.end());
        together.allows.push_back(index);
      }
    }
  }
}

// One caution for the same entries, whatever the number of pairs that they join.
void Inspection::look_at_allows_together() {
  std::map<Pair, Together> pairs;
  for (std::size_t index = 0; index < inventory_.allows.size(); ++index) collect(index, pairs);
  std::set<std::vector<std::size_t>> known;
  for (auto& [pair, together] : pairs) {
    Rule all;
    all.transports.set(static_cast<std::size_t>(std::get<Transport>(pair)));
    all.ports = std::move(together.ports);
    sort_and_merge(all.ports);
    if (!all.has_broad_ports() || !known.insert(together.allows).second) continue;
    warn(
        inventory_.allows[together.allows.front()].line,
        fmt::format(
            "{} [[allow]] entries from {} to {} (the first is {}) have more than 1,000 {} ports together, and none of them counts as broad: write one range",
            together.allows.size(), words(std::get<0>(pair)), words(std::get<1>(pair)),
            in_quotes(inventory_.allows[together.allows.front()].rule.id), name(std::get<Transport>(pair))));
  }
}

}  // namespace

std::vector<Caution> cautions_of(const Inventory& inventory, std::optional<Timestamp> now) {
  return Inspection(inventory, now).take();
}

}  // namespace portproof
