// Turns a frame's bytes into a Packet. Stateless, and total: any bytes give an answer, none of them reads
// out of bounds, allocates or throws.
//
// One file a layer: link layers (decode/link.hpp), IP (decode/ip.hpp), transports (decode/transport.hpp).
// Each takes a cursor at its first byte and what the layers share (decode/layers.hpp).
#pragma once

#include "capture/decode/packet.hpp"
#include "capture/frame.hpp"

namespace portproof {

// IPv6 extension headers that are followed; RFC 8200 allows each once, destination options twice.
inline constexpr int kMaxExtensionHeaders = 8;

// Layers below IP that are followed (VLAN tags, later tunnels).
inline constexpr int kMaxLayers = 16;

// Fills `packet` where the answer's kind is `packet` (whole or, with `transport_cut`, up to its ports); the
// packet's fields are meaningless otherwise.
Decoded decode(const FrameView& frame, Packet& packet) noexcept;

// The same answer, layer by layer, without the short way that `decode` takes for plain TCP and UDP over
// Ethernet. `decode` falls back on it; tests compare the two.
Decoded decode_by_layers(const FrameView& frame, Packet& packet) noexcept;

}  // namespace portproof
