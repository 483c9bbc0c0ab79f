// Turns a frame's bytes into a Packet: the innermost one, if packets are carried in packets. Stateless and
// total: any bytes give a result, and none of them makes it read out of bounds, allocate or throw.
//
// One file per layer: link layers (decode/link.hpp), IP (decode/ip.hpp), tunnels over IP
// (decode/ip_tunnel.hpp) and over UDP (decode/udp_tunnel.hpp), transports (decode/transport.hpp). Each takes
// a cursor at its first byte and the state that the layers share (decode/layers.hpp).
#pragma once

#include "capture/base/decode_options.hpp"
#include "capture/base/frame.hpp"
#include "capture/decode/outer_packets.hpp"
#include "capture/decode/packet.hpp"

namespace portproof {

// Most IPv6 extension headers followed; RFC 8200 allows each once, destination options twice.
inline constexpr int kMaxExtensionHeaders = 8;

static_assert(OuterPackets::kMost > std::size_t{2} * (kMaxLayers + 1));

// Fills `packet` if the result's kind is `packet` (complete or, with `transport_cut`, up to its ports).
// Otherwise its fields are meaningless, except those that Decoded::addressed and Packet::fragment describe.
// `carriers`, if given, gets the outer packets, whatever the result's kind.
Decoded decode(const FrameView& frame, Packet& packet, const DecodeOptions& options = kDefaultDecode,
               OuterPackets* carriers = nullptr) noexcept;

// The same result, layer by layer, without the shortcut that `decode` takes for plain TCP and UDP over
// Ethernet. `decode` falls back on it; tests compare the two.
Decoded decode_by_layers(const FrameView& frame, Packet& packet,
                         const DecodeOptions& options = kDefaultDecode,
                         OuterPackets* carriers = nullptr) noexcept;

}  // namespace portproof
