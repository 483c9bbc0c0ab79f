// What makes two packets belong to one flow: transport, two addresses and two ports, in either direction.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "capture/base/ip_address.hpp"
#include "capture/base/ip_protocol.hpp"
#include "capture/base/transport.hpp"

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

// What sort of traffic a flow holds, where two ends can have several sorts on one protocol.
enum class FlowKind : std::uint8_t {
  plain,
  echo_of_low,   // ICMP echo whose requests the low end sends
  echo_of_high,  // the same of the high end
  icmp_other,    // ICMP that is neither echo, error nor control traffic of the link
  icmp_error,    // never judged: it concerns the flow that it quotes
  link_control,  // never judged (base/link_control.hpp)
  carrier,       // packets of a tunnel; the packets that they carry belong to flows of their own as well
};
inline constexpr std::array<std::string_view, 7> kFlowKindNames{
    "plain", "echo-of-low", "echo-of-high", "icmp-other", "icmp-error", "link-control", "carrier"};
static_assert(kFlowKindNames.size() == static_cast<std::size_t>(FlowKind::carrier) + 1);

constexpr std::string_view name(FlowKind kind) {
  return kFlowKindNames[static_cast<std::size_t>(kind)];
}

// Do flows of this kind become conversations? The rest is counted by protocol.
constexpr bool is_judged(FlowKind kind) {
  return kind != FlowKind::icmp_error && kind != FlowKind::link_control;
}

// What rules call it.
constexpr Transport transport_of(std::uint8_t protocol, FlowKind kind) {
  return kind == FlowKind::icmp_other ? Transport::icmp_other : transport_of(protocol);
}

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
