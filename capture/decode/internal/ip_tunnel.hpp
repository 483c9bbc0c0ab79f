// Tunnels whose header directly follows the IP header: IP in IP (RFC 2003, 4213, 2473), GRE (RFC 2784, 2890)
// with PPTP (RFC 2637) and ERSPAN, EtherIP (RFC 3378), MPLS in IP (RFC 4023), L2TPv3 (RFC 3931), Ethernet in
// IPv6 (RFC 8986), PIM register messages (RFC 7761) and minimal encapsulation (RFC 2004); and compressed
// packets (RFC 3173), which stay closed.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

inline constexpr std::uint8_t kProtocolIpv4 = 4;
inline constexpr std::uint8_t kProtocolIpv6 = 41;
inline constexpr std::uint8_t kProtocolMinimal = 55;
inline constexpr std::uint8_t kProtocolOldIpInIp = 94;
inline constexpr std::uint8_t kProtocolIpComp = 108;
inline constexpr std::uint8_t kProtocolL2tpV3 = 115;
inline constexpr std::uint8_t kProtocolMpls = 137;
inline constexpr std::uint8_t kProtocolEthernet = 143;

constexpr bool is_ip_tunnel(std::uint8_t protocol) {
  switch (protocol) {
    case kProtocolIpv4:
    case kProtocolIpv6:
    case kProtocolGre:
    case kProtocolMinimal:
    case kProtocolOldIpInIp:
    case kProtocolEtherIp:
    case kProtocolIpComp:
    case kProtocolL2tpV3:
    case kProtocolMpls:
    case kProtocolPim:
    case kProtocolEthernet:
      return true;
    default:
      return false;
  }
}

// After the headers of an IP packet whose protocol is a tunnel; the packet has `wire` bytes from here on. If
// there is no IP packet inside (ARP in bridged Ethernet, an unknown protocol), the result is the outer
// packet. A malformed inner packet rejects the frame, because the protocol number said what it is. If the
// capture cut off the inside, the result is the outer packet with `transport_cut`.
Decoded decode_ip_tunnel(ByteCursor at, std::uint32_t wire, Layers& layers);

// At a GRE header (also over UDP).
Decoded decode_gre(ByteCursor& at, Layers& layers);

// An L2TPv3 data message from its session id on (also over UDP).
Decoded decode_l2tp_v3(ByteCursor& at, Layers& layers);

}  // namespace portproof
