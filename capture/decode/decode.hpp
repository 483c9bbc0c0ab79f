// Turns a frame's bytes into a Packet: the innermost one, where packets are carried in packets. Stateless,
// and total: any bytes give an answer, none of them reads out of bounds, allocates or throws.
//
// One file a layer: link layers (decode/link.hpp), IP (decode/ip.hpp), tunnels over IP
// (decode/ip_tunnel.hpp) and UDP (decode/udp_tunnel.hpp), transports (decode/transport.hpp). Each takes a
// cursor at its first byte and what the layers share (decode/layers.hpp).
#pragma once

#include "capture/base/frame.hpp"
#include "capture/decode/packet.hpp"

namespace portproof {

// IPv6 extension headers that are followed; RFC 8200 allows each once, destination options twice.
inline constexpr int kMaxExtensionHeaders = 8;

// Layers below the transport that are followed: tags, labels, tunnels.
inline constexpr int kMaxLayers = 16;
inline constexpr int kAllTunnels = kMaxLayers + 1;

struct DecodeOptions {
  // Off: the outermost IP packet is the packet. What lies below it (tags, MPLS, PPPoE) is taken off all the
  // same, as nothing there could stand for a flow.
  bool peel_tunnels{true};
  // IP packets that are taken off at most to reach another; what is carried deeper stays where it is.
  int max_tunnels{kAllTunnels};
  // The VLAN ids become part of what tells flows apart, for sites that use an address more than once.
  bool key_vlan{false};
  friend bool operator==(const DecodeOptions&, const DecodeOptions&) = default;
};
inline constexpr DecodeOptions kDefaultDecode{};

// Fills `packet` where the answer's kind is `packet` (whole or, with `transport_cut`, up to its ports). Else
// its fields are meaningless, but for those that Decoded::addressed and Packet::fragment speak of.
Decoded decode(const FrameView& frame, Packet& packet,
               const DecodeOptions& options = kDefaultDecode) noexcept;

// The same answer, layer by layer, without the short way that `decode` takes for plain TCP and UDP over
// Ethernet. `decode` falls back on it; tests compare the two.
Decoded decode_by_layers(const FrameView& frame, Packet& packet,
                         const DecodeOptions& options = kDefaultDecode) noexcept;

}  // namespace portproof
