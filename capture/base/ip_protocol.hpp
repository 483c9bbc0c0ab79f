// The IP protocol numbers that the program knows by name
// (https://www.iana.org/assignments/protocol-numbers).
#pragma once

#include <cstdint>

namespace portproof {

inline constexpr std::uint8_t kProtocolIcmp = 1;
inline constexpr std::uint8_t kProtocolIgmp = 2;
inline constexpr std::uint8_t kProtocolTcp = 6;
inline constexpr std::uint8_t kProtocolUdp = 17;
inline constexpr std::uint8_t kProtocolIcmpV6 = 58;
inline constexpr std::uint8_t kProtocolSctp = 132;

// Does the protocol have ports, so that one end can be a service? TCP, UDP and SCTP do.
constexpr bool has_ports(std::uint8_t protocol) {
  return protocol == kProtocolTcp || protocol == kProtocolUdp || protocol == kProtocolSctp;
}

}  // namespace portproof
