// How far frames are opened. Beside the decoder, evidence and reports know these options: what they leave
// closed, or keep apart, changes what every fact means.
#pragma once

#include <optional>

#include "capture/base/tunnel_ports.hpp"

namespace portproof {

// Most layers below the transport followed: tags, labels, tunnels.
inline constexpr int kMaxLayers = 16;
inline constexpr int kAllTunnels = kMaxLayers + 1;

struct DecodeOptions {
  // Off: the outermost IP packet is the packet. Layers below it (tags, MPLS, PPPoE) are still removed,
  // because nothing there could represent a flow.
  bool peel_tunnels{true};
  // Most IP packets removed to reach an inner one; anything deeper stays inside.
  int max_tunnels{kAllTunnels};
  // Includes the VLAN ids in the flow key, for sites that use an address more than once.
  bool key_vlan{false};
  // The UDP ports on which a tunnel is expected.
  TunnelPorts tunnel_ports{};
  friend bool operator==(const DecodeOptions&, const DecodeOptions&) = default;
};
inline constexpr DecodeOptions kDefaultDecode{};

// The most tunnels that are opened; nothing where all are.
constexpr std::optional<int> tunnel_depth(const DecodeOptions& options) {
  return options.max_tunnels < kAllTunnels ? std::optional(options.max_tunnels) : std::nullopt;
}

}  // namespace portproof
