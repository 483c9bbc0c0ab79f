// Which hosts of the inventory speak from a station of the link layer (MAC address and VLAN). A host has
// addresses that no inventory lists: link-local ones, and those that it makes up itself (SLAAC). What it
// sends from them comes from the same station as what it sends from a listed one.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <vector>

#include "capture/evidence/stations.hpp"
#include "classify/address_index.hpp"

namespace portproof {

// Can a host have the address without anybody having assigned it: link-local of either family, or any other
// IPv6 address of one host?
bool may_be_autoconfigured(const IpAddress& address);

// Immutable once constructed. A query costs a look-up, or two for an address that contains a MAC address.
class StationHosts {
 public:
  StationHosts() = default;
  // Borrows nothing. `listed` has the blocks of the host entries; its owners are indices of hosts.
  StationHosts(const Stations& stations, const AddressIndex& listed);

  // Hosts that speak from the station of this address, which no host entry has: ascending, each once. A
  // station that sends for several networks is a router, and speaks for nobody. An address that was never
  // seen to send has no station, but its interface id may contain the MAC address of one (EUI-64; RFC 4291,
  // appendix A). Empty if there is none. Valid as long as this.
  [[nodiscard]] std::span<const std::uint32_t> hosts_of(const IpAddress& address) const;

  // Could the address have such hosts although `hosts_of` knows none, because stations were left out
  // (Limit::stations)?
  [[nodiscard]] bool may_lack_hosts(const IpAddress& address) const;

 private:
  using Hosts = std::vector<std::uint32_t>;
  std::map<IpAddress, Hosts> by_address_;
  std::map<MacAddress, Hosts> by_mac_;
  std::set<IpAddress> uncertain_;
  std::optional<IpAddress> last_;  // behind it, addresses were left out
};

}  // namespace portproof
