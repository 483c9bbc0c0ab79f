// Tunnels and mirrors over UDP: VXLAN (RFC 7348) and its generic extension, Geneve (RFC 8926), GTP-U (3GPP TS
// 29.281), Teredo (RFC 4380), L2TP (RFC 2661, 3931), MPLS in UDP (RFC 7510), GRE in UDP (RFC 8086), LISP (RFC
// 9300), CAPWAP (RFC 5415), TZSP, and the remote mirroring of HP and Aruba.
//
// A port alone proves nothing: any host may use one of these as an ephemeral port. Nor do bits that a
// standard reserves: a receiver ignores them. What decides is a packet inside that can be decoded.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

// With the whole header of a UDP packet read into layers.packet, and tunnels to be opened. If no IP packet is
// found inside, the result is the UDP packet; it is marked as unread if it belongs to a tunnel all the same,
// if the capture cut the inside off (then with `transport_cut`), or if it looks as if it carried a packet.
Decoded decode_udp_payload(Layers& layers);

}  // namespace portproof
