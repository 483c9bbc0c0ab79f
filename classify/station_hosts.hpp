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

// Can a host have the address without anybody having assigned it: link-local or loopback of either family, or
// any other IPv6 address of one host?
bool may_be_autoconfigured(const IpAddress& address);

// Immutable once constructed. A query costs a look-up, or two for an address that contains a MAC address.
class StationHosts {
 public:
  StationHosts() = default;
  // Borrows nothing. `listed` has the blocks of the host entries; its owners are indices of hosts.
  StationHosts(const Stations& stations, const AddressIndex& listed);

  // Hosts that speak from the station of this address, which no host entry has: ascending, each once. A
  // station that sends for several networks is a router, and speaks for nobody. Empty if there is none. Valid
  // as long as this.
  [[nodiscard]] std::span<const std::uint32_t> hosts_of(const IpAddress& address) const;

  // The same for the station whose MAC address the interface id contains (EUI-64; RFC 4291, appendix A). That
  // shows nothing: anybody can choose it.
  [[nodiscard]] std::span<const std::uint32_t> hosts_of_mac_within(const IpAddress& address) const;

  // Is it a link-local address of a station, or one that contains its MAC address, where the station also
  // sends for a listed host and for so many networks that it is taken for a router? A few forged frames make
  // a host's own station look like that.
  [[nodiscard]] bool may_have_router(const IpAddress& address) const;

  // Was any station seen to send from this loopback address?
  [[nodiscard]] bool has_station(const IpAddress& loopback) const { return loopbacks_.count(loopback) != 0; }

  // Could the address have such hosts although `hosts_of` knows none, because stations were left out
  // (Limit::stations)?
  [[nodiscard]] bool may_lack_hosts(const IpAddress& address) const;

 private:
  using Hosts = std::vector<std::uint32_t>;
  std::map<IpAddress, Hosts> by_address_;
  std::map<MacAddress, Hosts> by_mac_;
  std::set<IpAddress> of_routers_;    // link-local
  std::set<MacAddress> router_macs_;  // of routers that also send for listed hosts
  std::set<IpAddress> loopbacks_;
  std::set<IpAddress> uncertain_;
  std::optional<IpAddress> last_;  // behind it, addresses were left out
};

}  // namespace portproof
