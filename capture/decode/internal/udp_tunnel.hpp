// Tunnels over UDP: VXLAN (RFC 7348) and its generic extension, Geneve (RFC 8926), GTP-U (3GPP TS 29.281),
// Teredo (RFC 4380), L2TP (RFC 2661, 3931), MPLS in UDP (RFC 7510), GRE in UDP (RFC 8086), LISP (RFC 9300)
// and CAPWAP (RFC 5415).
//
// A port alone proves nothing: anybody may use one of these as an ephemeral port. So headers are held to the
// letter of their standards, and where a header or the packet within is not in order, the packet is an
// ordinary UDP packet.
#pragma once

#include <array>

#include "capture/decode/internal/layers.hpp"

namespace portproof {

inline constexpr std::uint16_t kPortL2tp = 1701;
inline constexpr std::uint16_t kPortGtpU = 2152;
inline constexpr std::uint16_t kPortTeredo = 3544;
inline constexpr std::uint16_t kPortLisp = 4341;
inline constexpr std::uint16_t kPortLispControl = 4342;
inline constexpr std::uint16_t kPortGre = 4754;
inline constexpr std::uint16_t kPortVxlan = 4789;
inline constexpr std::uint16_t kPortVxlanGpe = 4790;
inline constexpr std::uint16_t kPortCapwap = 5247;
inline constexpr std::uint16_t kPortGeneve = 6081;
inline constexpr std::uint16_t kPortMpls = 6635;
inline constexpr std::uint16_t kPortOldVxlan = 8472;  // before the port was assigned; still the Linux default

inline constexpr std::array kTunnelPorts{kPortL2tp,   kPortGtpU,  kPortTeredo,   kPortLisp,
                                         kPortGre,    kPortVxlan, kPortVxlanGpe, kPortCapwap,
                                         kPortGeneve, kPortMpls,  kPortOldVxlan, kPortLispControl};

// By the lower byte of a port: could it be one of these?
inline constexpr std::array<std::uint8_t, 256> kTunnelPortBytes = [] {
  std::array<std::uint8_t, 256> bytes{};
  for (const std::uint16_t port : kTunnelPorts) bytes[port & 0xffU] = 1;
  return bytes;
}();

// Could either end's port, the first bytes of a UDP header, be that of a tunnel? On the path of every UDP
// packet: a look at a small table says no to nearly all.
inline bool could_be_tunnel(const std::uint8_t* udp_header) {
  return (kTunnelPortBytes[udp_header[1]] | kTunnelPortBytes[udp_header[3]]) != 0;
}

// With the UDP packet in layers.packet. Where no IP packet is found inside, that one stands. If the capture
// cut off what is inside, it stands with `transport_cut`.
Decoded decode_udp_tunnel(Layers& layers);

}  // namespace portproof
