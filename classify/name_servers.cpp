#include "classify/name_servers.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "capture/base/applications.hpp"
#include "capture/base/embedded_ipv4.hpp"

namespace portproof {
namespace {

constexpr std::array<std::string_view, 2> kServerRoles{"dns-server", "domain-controller"};

RoleSet server_roles(const RoleTable& roles) {
  RoleSet servers;
  for (const std::string_view id : kServerRoles) {
    if (const auto role = roles.find(id)) servers.insert(roles.held_by(*role));
  }
  return servers;
}

bool lists(const Host& host, const IpAddress& address) {
  return std::any_of(host.addresses.begin(), host.addresses.end(),
                     [&address](const AddressBlock& block) { return block.contains(address); });
}

// Who asked each server: one host is enough if it is listed.
class Askers {
 public:
  explicit Askers(const Inventory& inventory) : inventory_(inventory) {}

  void add(const IpAddress& server, const IpAddress& written) {
    const IpAddress asker = unmapped(written);
    const bool listed = std::any_of(inventory_.hosts.begin(), inventory_.hosts.end(),
                                    [&asker](const Host& host) { return lists(host, asker); });
    if (!listed && !inventory_.is_inside(asker)) return;
    Asked& asked = servers_[server];
    asked.by_several = asked.by_several || listed || (asked.first && *asked.first != asker);
    asked.first = asker;
  }
  [[nodiscard]] std::set<IpAddress> several() const {
    std::set<IpAddress> servers;
    for (const auto& [server, asked] : servers_) {
      if (asked.by_several) servers.insert(server);
    }
    return servers;
  }

 private:
  struct Asked {
    std::optional<IpAddress> first;
    bool by_several{false};
  };
  const Inventory& inventory_;
  std::map<IpAddress, Asked> servers_;
};

}  // namespace

NameServers::NameServers(const Inventory* inventory, const Evidence& evidence) {
  if (inventory == nullptr) return;
  const RoleSet roles = server_roles(inventory->roles);
  std::vector<const Host*> servers;
  for (const Host& host : inventory->hosts) {
    if (!host.addresses.empty() && host.roles.overlaps(roles)) servers.push_back(&host);
  }
  if (!servers.empty()) {
    believed_.emplace();
    for (const auto& [name, intervals] : evidence.names) {
      const IpAddress server = unmapped(name.server);
      const bool listed =
          std::any_of(servers.begin(), servers.end(), [&](const Host* host) { return lists(*host, server); });
      if (listed) believed_->insert(name.server);
    }
    return;
  }
  Askers askers(*inventory);
  for (const auto& [key, facts] : evidence.conversations) {
    if (key.application == Application::dns) askers.add(key.responder, key.initiator);
  }
  for (const LooseFlow& flow : evidence.loose) {
    if (flow.facts.application != Application::dns || !flow.facts.initiator) continue;
    const Side asker = *flow.facts.initiator;
    askers.add(flow.key.end(other(asker)).address, flow.key.end(asker).address);
  }
  believed_ = askers.several();
}

}  // namespace portproof
