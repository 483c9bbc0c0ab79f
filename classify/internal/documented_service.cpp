#include "classify/internal/documented_service.hpp"

#include <algorithm>
#include <bit>

#include "classify/judgements.hpp"

namespace portproof {
namespace {

bool is_documented(const RuleBook& book, Transport transport, std::uint16_t port, const Identity& from,
                   const Identity& to) {
  const auto& rules = book.on(transport, port);
  return std::any_of(rules.begin(), rules.end(), [&](const BookedRule* booked) {
    return booked->documents_on(transport, port) && booked->fits(from, to);
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
  const std::array<std::uint32_t, 2> ends{identity_of(flow.low.address), identity_of(flow.high.address)};
  return sole_service([&](Side side) {
    return is_service(transport, flow.end(side).port, ends[index(other(side))], ends[index(side)]);
  });
}

std::uint32_t DocumentedServices::identity_of(const IpAddress& address) {
  const std::uint32_t number = numbers_.number_of(address);
  if (number < identity_by_address_.size()) return identity_by_address_[number];
  const Identity identity = parties_.identity_of(address);
  const auto [entry, is_new] =
      identity_numbers_.try_emplace({std::bit_cast<RoleBits>(identity.roles), identity.named_ends},
                                    static_cast<std::uint32_t>(identities_.size()));
  if (is_new) identities_.push_back(identity);
  identity_by_address_.push_back(entry->second);
  return entry->second;
}

// There are fewer spans of ports than ports, and far fewer identities than addresses: 64 bits hold the whole
// key as long as there are at most 2^20 identities.
bool DocumentedServices::is_service(Transport transport, std::uint16_t port, std::uint32_t from,
                                    std::uint32_t to) {
  constexpr std::uint32_t kMostIdentities = 1U << 20U;
  if (identities_.size() > kMostIdentities) {
    return is_documented(book_, transport, port, identities_[from], identities_[to]);
  }
  const std::uint64_t wanted = std::uint64_t{book_.range_of(port)} |
                               (static_cast<std::uint64_t>(transport) << 16U) | (std::uint64_t{from} << 24U) |
                               (std::uint64_t{to} << 44U);
  const auto [entry, is_new] = services_.try_emplace(wanted, false);
  if (is_new) entry->second = is_documented(book_, transport, port, identities_[from], identities_[to]);
  return entry->second;
}

}  // namespace portproof
