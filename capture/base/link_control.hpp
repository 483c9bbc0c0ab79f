// Control traffic of one link: what routers and neighbours tell each other and no router forwards. It is
// counted by protocol, with the hosts that send it, and never judged.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace portproof {

enum class LinkControl : std::uint8_t {
  none,  // anything else
  igmp,
  igrp,
  eigrp,
  ospf,
  pim,
  vrrp,              // and CARP
  router_discovery,  // ICMP, RFC 1256
  neighbour_discovery,
  mld,  // multicast listeners, RFC 3810
};
inline constexpr std::size_t kLinkControlCount = 10;
inline constexpr std::array<std::string_view, kLinkControlCount> kLinkControlNames{
    "", "igmp", "igrp", "eigrp", "ospf", "pim", "vrrp", "router-discovery", "nd", "mld"};
static_assert(kLinkControlCount == static_cast<std::size_t>(LinkControl::mld) + 1);

constexpr std::string_view name(LinkControl control) {
  return kLinkControlNames[static_cast<std::size_t>(control)];
}

}  // namespace portproof
