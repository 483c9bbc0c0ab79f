#include "classify/internal/stray_hosts.hpp"

#include <algorithm>
#include <array>

namespace portproof {

std::uint64_t stray_errors_of_listed_hosts(const StrayErrors& errors, const Parties& parties) {
  const RoleSet citrix = parties.role_table().of_kind(RoleKind::citrix);
  std::uint64_t packets = 0;
  for (const auto& [error, facts] : errors.errors()) {
    ConversationFacts at_that_time;
    at_that_time.first = facts.first;
    at_that_time.last = facts.last;
    const std::array addresses{error.sender, error.receiver, error.quoted_source.address,
                               error.quoted_destination.address};
    const bool listed = std::any_of(addresses.begin(), addresses.end(), [&](const IpAddress& address) {
      ConversationKey key;
      key.initiator = address;
      const Party party = parties.initiator(key, at_that_time);
      return party.listed || party.roles.overlaps(citrix);
    });
    if (listed) packets += facts.packets;
  }
  return packets;
}

}  // namespace portproof
