// Decoded packets, built directly, as the flow table sees them.
//
//   tcp("10.0.0.1", 50000, "10.0.0.2", 1494, kTcpSyn)
#pragma once

#include <string_view>

#include "capture/base/ip_address.hpp"
#include "capture/decode/packet.hpp"

namespace portproof::test {

inline constexpr std::uint32_t kWireLength = 100;

// The payload must outlive the packet, as a literal does.
inline Packet packet_of(std::uint8_t protocol, std::string_view source, std::uint16_t source_port,
                        std::string_view destination, std::uint16_t destination_port,
                        std::string_view payload = {}) {
  Packet packet;
  packet.wire_length = kWireLength;
  packet.source = parse_ip_address(source).value();
  packet.destination = parse_ip_address(destination).value();
  packet.source_port = source_port;
  packet.destination_port = destination_port;
  packet.protocol = protocol;
  packet.payload = {reinterpret_cast<const std::uint8_t*>(payload.data()), payload.size()};
  packet.payload_length = static_cast<std::uint32_t>(payload.size());
  return packet;
}

inline Packet tcp(std::string_view source, std::uint16_t source_port, std::string_view destination,
                  std::uint16_t destination_port, int flags, std::string_view payload = {}) {
  Packet packet = packet_of(kProtocolTcp, source, source_port, destination, destination_port, payload);
  packet.tcp_flags = static_cast<std::uint8_t>(flags);
  return packet;
}

inline Packet udp(std::string_view source, std::uint16_t source_port, std::string_view destination,
                  std::uint16_t destination_port, std::string_view payload = "?") {
  return packet_of(kProtocolUdp, source, source_port, destination, destination_port, payload);
}

inline Packet icmp(std::string_view source, std::string_view destination, IcmpClass what) {
  Packet packet = packet_of(kProtocolIcmp, source, 0, destination, 0);
  packet.icmp = what;
  return packet;
}

// An ICMP error from `source` to the sender of `about`, which it quotes.
inline Packet icmp_error(std::string_view source, const Packet& about) {
  Packet packet = icmp(source, to_string(about.source), IcmpClass::error);
  packet.quoted = {.present = true,
                   .refused = true,
                   .source = about.source,
                   .destination = about.destination,
                   .protocol = about.protocol,
                   .source_port = about.source_port,
                   .destination_port = about.destination_port,
                   .icmp = about.icmp};
  return packet;
}

}  // namespace portproof::test
