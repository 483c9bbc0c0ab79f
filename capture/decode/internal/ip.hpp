// IPv4 (RFC 791) and IPv6 (RFC 8200) with its extension headers.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

inline constexpr std::uint32_t kIpv4Header = 20;  // without options
inline constexpr std::uint32_t kIpv6Header = 40;

// At an IP header of either version. Its first four bits decide the version: a type field that names the
// other one is no reason to lose the packet.
Decoded decode_ip(ByteCursor& at, Layers& layers);

// After the header of an IPv4 packet, whose addresses are in layers.packet: the transport, or a tunnel, to
// the end of the packet.
Decoded decode_ipv4_payload(std::uint8_t protocol, ByteCursor& at, Layers& layers);

// After the header of an IPv6 packet, which is in layers.packet: extension headers and transport, to the end
// of the packet. For link layers that compress that header.
Decoded decode_ipv6_payload(std::uint8_t next_header, ByteCursor& at, Layers& layers);

// The packet that an ICMP or ICMPv6 error quotes, from its IP header on, as far as the quote reaches.
QuotedPacket parse_quoted(ByteCursor at);

}  // namespace portproof
