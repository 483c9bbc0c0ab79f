// The IP protocol numbers that the program knows by name
// (https://www.iana.org/assignments/protocol-numbers).
#pragma once

#include <cstdint>

namespace portproof {

inline constexpr std::uint8_t kProtocolIcmp = 1;
inline constexpr std::uint8_t kProtocolIgmp = 2;
inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr std::uint8_t kProtocolIgrp = 9;
inline constexpr std::uint8_t kProtocolUdp = 17;
inline constexpr std::uint8_t kProtocolDccp = 33;
inline constexpr std::uint8_t kProtocolGre = 47;
inline constexpr std::uint8_t kProtocolEsp = 50;
inline constexpr std::uint8_t kProtocolAh = 51;
inline constexpr std::uint8_t kProtocolIcmpV6 = 58;
inline constexpr std::uint8_t kProtocolEigrp = 88;
inline constexpr std::uint8_t kProtocolOspf = 89;
inline constexpr std::uint8_t kProtocolEtherIp = 97;
inline constexpr std::uint8_t kProtocolPim = 103;
inline constexpr std::uint8_t kProtocolVrrp = 112;  // and CARP
inline constexpr std::uint8_t kProtocolSctp = 132;
inline constexpr std::uint8_t kProtocolUdpLite = 136;

constexpr bool is_icmp(std::uint8_t protocol) {
  return protocol == kProtocolIcmp || protocol == kProtocolIcmpV6;
}

// Does the protocol have ports, so that one end can be a service? TCP, UDP, SCTP, DCCP and UDP-Lite do.
constexpr bool has_ports(std::uint8_t protocol) {
  return protocol == kProtocolTcp || protocol == kProtocolUdp || protocol == kProtocolSctp ||
         protocol == kProtocolDccp || protocol == kProtocolUdpLite;
}

}  // namespace portproof
