// What makes two packets belong to one flow: transport, two addresses and two ports, in either direction.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>

#include "capture/base/ip_address.hpp"
#include "capture/base/ip_protocol.hpp"

namespace portproof {

struct Endpoint {
  IpAddress address;
  std::uint16_t port{0};
  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

// One of a flow's two ends. `low` is the smaller endpoint, not a role of any kind.
enum class Side : std::uint8_t { low = 0, high = 1 };

constexpr Side other(Side side) {
  return side == Side::low ? Side::high : Side::low;
}
constexpr std::size_t index(Side side) {
  return static_cast<std::size_t>(side);
}

// Which part of a pair's ICMP traffic a flow holds: its echoes, which form a conversation, or all the rest.
enum class FlowKind : std::uint8_t { plain, icmp_other };

// Unordered: both directions give the same key. Always compared in full, never by a hash alone.
struct FlowKey {
  Endpoint low;
  Endpoint high;
  std::uint8_t protocol{0};  // IP protocol number
  std::uint32_t vlans{0};    // Packet::vlans; 0 unless VLANs separate flows
  FlowKind kind{FlowKind::plain};

  [[nodiscard]] const Endpoint& end(Side side) const { return side == Side::low ? low : high; }
  friend auto operator<=>(const FlowKey&, const FlowKey&) = default;
};

}  // namespace portproof
