// TCP (RFC 9293), UDP (RFC 768), UDP-Lite (RFC 3828), SCTP (RFC 9260), DCCP (RFC 4340), ICMP (RFC 792) and
// ICMPv6 (RFC 4443).
#pragma once

#include <algorithm>

#include "capture/decode/internal/layers.hpp"

namespace portproof {

inline constexpr std::uint32_t kPorts = 4;
inline constexpr std::uint32_t kTcpHeader = 20;  // without options
inline constexpr std::uint32_t kUdpHeader = 8;
inline constexpr std::uint32_t kSctpHeader = 12;
inline constexpr std::uint32_t kDccpHeader = 12;  // the shortest
inline constexpr std::uint32_t kIcmpHeader = 8;

// At the first byte after the IP headers, with packet.protocol set. `wire` is the number of bytes on the
// wire.
Decoded decode_transport(ByteCursor& at, std::uint32_t wire, Layers& layers);

// The class of an ICMP or ICMPv6 message, by its type.
IcmpClass icmp_class_of(std::uint8_t protocol, std::uint8_t type);

// Sets the payload to the bytes from `offset`, which is at most `wire`; the capture may have fewer of them.
inline void set_payload(ByteCursor at, std::uint32_t wire, std::uint32_t offset, Packet& packet) {
  packet.payload_length = wire - offset;
  at.skip(std::min<std::size_t>(offset, at.remaining()));
  packet.payload = at.rest();
}

// These two run for every packet. The cursor has at least kPorts bytes.
inline void set_ports(ByteCursor at, Packet& packet) {
  packet.source_port = load_be16(at.position());
  packet.destination_port = load_be16(at.position() + 2);
}

inline void decode_tcp(ByteCursor at, std::uint32_t wire, Packet& packet) {
  set_ports(at, packet);
  const std::uint8_t* const header = at.position();
  if (!at.has(kTcpHeader)) {
    packet.transport_cut = true;
    return;
  }
  const std::uint32_t header_length = (header[12] >> 4U) * 4U;
  if (header_length < kTcpHeader || header_length > wire) {
    packet.transport_cut = true;
    return;
  }
  packet.tcp_sequence = load_be32(header + 4);
  packet.tcp_acknowledgement = load_be32(header + 8);
  packet.tcp_flags = header[13];
  packet.tcp_header_length = static_cast<std::uint8_t>(header_length);
  set_payload(at, wire, header_length, packet);
}

inline void decode_udp(ByteCursor at, std::uint32_t wire, Packet& packet) {
  set_ports(at, packet);
  if (!at.has(kUdpHeader)) {
    packet.transport_cut = true;
    return;
  }
  // Zero: a jumbogram (RFC 2675) or a super-frame before segmentation. More than the packet has: a first
  // fragment, or a false length. In both cases the IP layer's length is the right one.
  std::uint32_t length = load_be16(at.position() + 4);
  if (length == 0 || length > wire) length = wire;
  if (length < kUdpHeader) {
    packet.transport_cut = true;
    return;
  }
  set_payload(at.window(length), length, kUdpHeader, packet);
}

}  // namespace portproof
