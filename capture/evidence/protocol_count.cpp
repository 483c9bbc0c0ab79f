#include "capture/evidence/protocol_count.hpp"

#include <algorithm>

namespace portproof {

void ProtocolCount::add_host(const IpAddress& host) {
  const auto place = std::lower_bound(hosts.begin(), hosts.end(), host);
  if (place != hosts.end() && *place == host) return;
  if (hosts.size() < kMostHosts) {
    hosts.insert(place, host);
    return;
  }
  more_hosts = true;
  if (place == hosts.end()) return;
  hosts.pop_back();
  hosts.insert(place, host);
}

void ProtocolCount::add(const ProtocolCount& other) {
  packets += other.packets;
  bytes += other.bytes;
  more_hosts = more_hosts || other.more_hosts;
  for (const IpAddress& host : other.hosts) add_host(host);
}

bool ProtocolCount::has_host(const IpAddress& host) const {
  return std::binary_search(hosts.begin(), hosts.end(), host);
}

}  // namespace portproof
