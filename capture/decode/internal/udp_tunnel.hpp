// Tunnels over UDP: VXLAN (RFC 7348) and its generic extension, Geneve (RFC 8926), GTP-U (3GPP TS 29.281),
// Teredo (RFC 4380), L2TP (RFC 2661, 3931), MPLS in UDP (RFC 7510), GRE in UDP (RFC 8086), LISP (RFC 9300)
// and CAPWAP (RFC 5415).
//
// A port alone proves nothing: any host may use one of these as an ephemeral port. So each header must follow
// its standard to the letter, and if the header or the packet inside is not valid, the result is an ordinary
// UDP packet.
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

// Could either port, in the first bytes of a UDP header, belong to a tunnel? Runs for every UDP packet; a
// lookup in a small table rules out nearly all.
inline bool could_be_tunnel(const std::uint8_t* udp_header) {
  return (kTunnelPortBytes[udp_header[1]] | kTunnelPortBytes[udp_header[3]]) != 0;
}

// With the UDP packet in layers.packet. If no IP packet is found inside, the result is the UDP packet. If the
// capture cut off the inside, it has `transport_cut`.
Decoded decode_udp_tunnel(Layers& layers);

}  // namespace portproof
