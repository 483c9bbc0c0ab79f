// Finds the end of a flow whose port the rules document as a service for the two hosts' roles, if that is
// true of exactly one end. The direction basis `catalog` rests on this.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "capture/base/address_numbers.hpp"
#include "capture/base/flow_key.hpp"
#include "classify/party.hpp"
#include "classify/rule_book.hpp"

namespace portproof {

std::optional<Side> documented_service(const FlowKey& flow, const Parties& parties, const RuleBook& book);

// Does the same for many flows. The identity of an address, and the rules for two identities and a port, are
// looked up once.
class DocumentedServices {
 public:
  // Both must outlive this.
  DocumentedServices(const Parties& parties, const RuleBook& book) : parties_(parties), book_(book) {}

  std::optional<Side> of(const FlowKey& flow);

 private:
  using RoleBits = std::array<std::uint64_t, kMaxRoles / 64>;

  std::uint32_t identity_of(const IpAddress& address);
  bool is_service(Transport transport, std::uint16_t port, std::uint32_t from, std::uint32_t to);

  const Parties& parties_;
  const RuleBook& book_;
  AddressNumbers numbers_;
  std::vector<std::uint32_t> identity_by_address_;  // indices into identities_
  std::vector<Identity> identities_;
  std::map<std::pair<RoleBits, NamedEndSet>, std::uint32_t> identity_numbers_;
  std::unordered_map<std::uint64_t, bool> services_;
};

}  // namespace portproof
