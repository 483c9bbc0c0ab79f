#include "classify/internal/documented_service.hpp"

#include <algorithm>
#include <bit>

#include "classify/judgements.hpp"

namespace portproof {
namespace {

bool is_documented(const RuleBook& book, Transport transport, std::uint16_t port, const RoleSet& from,
                   const RoleSet& to) {
  const auto& rules = book.on(transport, port);
  return std::any_of(rules.begin(), rules.end(), [&](const BookedRule* booked) {
    return booked->documents_on(transport) && booked->fits(from, to);
  });
}

// `is_service(side)`, for a flow whose protocol has ports.
template <typename IsService>
std::optional<Side> sole_service(IsService is_service) {
  const bool low = is_service(Side::low);
  const bool high = is_service(Side::high);
  if (low == high) return std::nullopt;
  return low ? Side::low : Side::high;
}

}  // namespace

std::optional<Side> documented_service(const FlowKey& flow, const Parties& parties, const RuleBook& book) {
  return DocumentedServices(parties, book).of(flow);
}

std::optional<Side> DocumentedServices::of(const FlowKey& flow) {
  if (!has_ports(flow.protocol)) return std::nullopt;
  const Transport transport = transport_of(flow.protocol);
  const std::array<std::uint32_t, 2> roles{roles_of(flow.low.address), roles_of(flow.high.address)};
  return sole_service([&](Side side) {
    return is_service(transport, flow.end(side).port, roles[index(other(side))], roles[index(side)]);
  });
}

std::uint32_t DocumentedServices::roles_of(const IpAddress& address) {
  const std::uint32_t number = numbers_.number_of(address);
  if (number < roles_by_address_.size()) return roles_by_address_[number];
  const RoleSet roles = parties_.roles_of(address);
  const auto [entry, is_new] =
      role_set_numbers_.try_emplace(std::bit_cast<std::array<std::uint64_t, kMaxRoles / 64>>(roles),
                                    static_cast<std::uint32_t>(role_sets_.size()));
  if (is_new) role_sets_.push_back(roles);
  roles_by_address_.push_back(entry->second);
  return entry->second;
}

// There are fewer spans of ports than ports, and far fewer role sets than addresses: 64 bits hold the whole
// key as long as there are at most 2^20 role sets.
bool DocumentedServices::is_service(Transport transport, std::uint16_t port, std::uint32_t from,
                                    std::uint32_t to) {
  constexpr std::uint32_t kMostSets = 1U << 20U;
  if (role_sets_.size() > kMostSets) {
    return is_documented(book_, transport, port, role_sets_[from], role_sets_[to]);
  }
  const std::uint64_t wanted = std::uint64_t{book_.range_of(port)} |
                               (static_cast<std::uint64_t>(transport) << 16U) | (std::uint64_t{from} << 24U) |
                               (std::uint64_t{to} << 44U);
  const auto [entry, is_new] = services_.try_emplace(wanted, false);
  if (is_new) entry->second = is_documented(book_, transport, port, role_sets_[from], role_sets_[to]);
  return entry->second;
}

}  // namespace portproof
