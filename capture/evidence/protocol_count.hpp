// Traffic that is counted and never judged, by protocol: control traffic of the link, and ICMP errors.
#pragma once

#include <cstdint>
#include <vector>

#include "capture/base/ip_address.hpp"

namespace portproof {

struct ProtocolCount {
  // Senders that are kept: those that sort first.
  static constexpr std::size_t kMostHosts = 1024;

  std::uint64_t packets{0};
  std::uint64_t bytes{0};          // whole frames, on the wire
  std::vector<IpAddress> hosts{};  // that sent it, ascending
  bool more_hosts{false};          // there were more

  void add_host(const IpAddress& host);
  // Commutative and associative.
  void add(const ProtocolCount& other);
  [[nodiscard]] bool has_host(const IpAddress& host) const;

  friend bool operator==(const ProtocolCount&, const ProtocolCount&) = default;
};

}  // namespace portproof
