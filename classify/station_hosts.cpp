#include "classify/station_hosts.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <set>

#include "capture/base/embedded_ipv4.hpp"

namespace portproof {
namespace {

void insert(std::vector<std::uint32_t>& hosts, std::span<const std::uint32_t> more) {
  hosts.insert(hosts.end(), more.begin(), more.end());
  std::sort(hosts.begin(), hosts.end());
  hosts.erase(std::unique(hosts.begin(), hosts.end()), hosts.end());
}

std::span<const std::uint32_t> owners_of(const AddressIndex& listed, const IpAddress& address) {
  const auto owners = listed.owners_of(address);
  const auto inner = owners.empty() ? ipv4_notation(address) : std::nullopt;
  return inner ? listed.owners_of(*inner) : owners;
}

// The listed IPv4 address that an address is a notation for or claims, or else the address.
IpAddress listed_within(const AddressIndex& listed, const IpAddress& address) {
  if (!listed.owners_of(address).empty()) return address;
  if (const auto inner = ipv4_notation(address)) return listed.owners_of(*inner).empty() ? address : *inner;
  for (const IpAddress& inner : claimed_ipv4(address)) {
    if (!listed.owners_of(inner).empty()) return inner;
  }
  return address;
}

// The /24 of an IPv4 address, the /64 of an IPv6 address.
IpAddress network_of(IpAddress address) {
  const auto prefix = address.family == IpFamily::v4 ? 3 : 8;
  std::fill(address.bytes.begin() + prefix, address.bytes.end(), std::uint8_t{0});
  return address;
}

// What one station sent.
class Sender {
 public:
  void add(const AddressIndex& listed, const IpAddress& address, std::span<const std::uint32_t> owners) {
    insert(hosts_, owners);
    if (is_link_local(address) || is_loopback(unmapped(address)) || is_unspecified(address)) return;
    if (address.family == IpFamily::v4) ++ipv4_addresses_;
    // Addresses that a host has because of its IPv4 address are in the network of that.
    const IpAddress network = network_of(listed_within(listed, address));
    std::set<IpAddress>& networks = networks_[network.family == IpFamily::v4 ? 0 : 1];
    if (networks.size() <= kIpv6Networks) networks.insert(network);
  }

  // A host may have the addresses of an appliance, prefixes of its own and of its provider, and old and new
  // ones of both. One forged source address makes no router.
  [[nodiscard]] bool is_router() const {
    return ipv4_addresses_ > kIpv4Addresses || networks_[0].size() > kIpv4Networks ||
           networks_[1].size() > kIpv6Networks;
  }
  [[nodiscard]] const std::vector<std::uint32_t>& hosts() const { return hosts_; }

 private:
  static constexpr std::size_t kIpv4Addresses = 8;
  static constexpr std::size_t kIpv4Networks = 2;
  static constexpr std::size_t kIpv6Networks = 4;
  std::vector<std::uint32_t> hosts_;
  std::size_t ipv4_addresses_{0};
  std::array<std::set<IpAddress>, 2> networks_;
};

// Were there more stations of the address than are kept?
bool is_crowded(const StationSpans& spans) {
  return spans.size() > kStationsPerAddress;
}

// RFC 4291, appendix A: ff:fe in the middle, and the "u" bit turned over.
std::optional<MacAddress> mac_within(const IpAddress& address) {
  constexpr std::uint8_t kUniversal = 0x02;
  const auto& b = address.bytes;
  if (address.family != IpFamily::v6 || b[11] != 0xff || b[12] != 0xfe) return std::nullopt;
  const auto first = static_cast<std::uint8_t>(b[8] ^ kUniversal);
  return MacAddress{{first, b[9], b[10], b[13], b[14], b[15]}};
}

}  // namespace

bool may_be_autoconfigured(const IpAddress& address) {
  if (is_multicast(address) || is_unspecified(address)) return false;
  return is_link_local(address) || is_loopback(address) || address.family == IpFamily::v6;
}

StationHosts::StationHosts(const Stations& stations, const AddressIndex& listed) {
  std::map<Station, Sender> senders;
  bool lacks_listed = false;
  for (const auto& [address, spans] : stations) {
    const auto owners = owners_of(listed, address);
    for (const auto& [station, span] : spans) senders[station].add(listed, address, owners);
    lacks_listed = lacks_listed || (!owners.empty() && is_crowded(spans));
  }
  if (stations.size() > kStationAddresses) last_ = stations.rbegin()->first;
  for (const auto& [station, sender] : senders) {
    if (sender.hosts().empty()) continue;
    if (sender.is_router()) {
      router_macs_.insert(station.mac);
    } else {
      insert(by_mac_[station.mac], sender.hosts());
    }
  }
  for (const auto& [address, spans] : stations) {
    if (!may_be_autoconfigured(address) || !owners_of(listed, address).empty()) continue;
    if (is_loopback(unmapped(address))) loopbacks_.insert(address);
    Hosts hosts;
    bool speaks_for_itself = false;
    for (const auto& [station, span] : spans) {
      const Sender& sender = senders[station];
      if (sender.is_router()) {
        if (is_link_local(address) && !sender.hosts().empty()) of_routers_.insert(address);
        continue;
      }
      speaks_for_itself = true;
      insert(hosts, sender.hosts());
    }
    if (hosts.empty() && (is_crowded(spans) || (lacks_listed && speaks_for_itself)))
      uncertain_.insert(address);
    if (!hosts.empty()) by_address_.emplace(address, std::move(hosts));
  }
}

std::span<const std::uint32_t> StationHosts::hosts_of(const IpAddress& address) const {
  if (by_mac_.empty() || !may_be_autoconfigured(address)) return {};
  const auto seen = by_address_.find(address);
  return seen == by_address_.end() ? std::span<const std::uint32_t>{} : seen->second;
}

std::span<const std::uint32_t> StationHosts::hosts_of_mac_within(const IpAddress& address) const {
  const auto mac = may_be_autoconfigured(address) ? mac_within(address) : std::nullopt;
  const auto known = mac ? by_mac_.find(*mac) : by_mac_.end();
  return known == by_mac_.end() ? std::span<const std::uint32_t>{} : known->second;
}

bool StationHosts::may_have_router(const IpAddress& address) const {
  if (router_macs_.empty() || !may_be_autoconfigured(address)) return false;
  const auto mac = mac_within(address);
  return of_routers_.count(address) != 0 || (mac && router_macs_.count(*mac) != 0);
}

bool StationHosts::may_lack_hosts(const IpAddress& address) const {
  if (!may_be_autoconfigured(address) || !hosts_of(address).empty()) return false;
  return uncertain_.count(address) != 0 || (last_ && *last_ < address);
}

}  // namespace portproof
