// Link layers: Ethernet with VLAN tags, LLC and SNAP, and the headers that capturing systems put in place of
// a link layer. To add one: a function here and a line in the table in link.cpp.
#pragma once

#include "capture/decode/layers.hpp"

namespace portproof {

inline constexpr std::uint32_t kEthernetHeader = 14;
inline constexpr std::uint32_t kVlanTag = 4;

inline constexpr std::uint16_t kEthertypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEthertypeArp = 0x0806;
inline constexpr std::uint16_t kEthertypeVlan = 0x8100;  // IEEE 802.1Q
inline constexpr std::uint16_t kEthertypeIpv6 = 0x86dd;
inline constexpr std::uint16_t kEthertypeProviderVlan = 0x88a8;  // IEEE 802.1ad
inline constexpr std::uint16_t kEthertypeLldp = 0x88cc;
inline constexpr std::uint16_t kEthertypeOldVlan = 0x9100;  // QinQ before the standard

// ff:ff:ff:ff:ff:ff; six bytes at `mac`.
inline bool is_broadcast_mac(const std::uint8_t* mac) {
  return (load_be32(mac) & (0xffff0000U | load_be16(mac + 4))) == 0xffffffffU && load_be16(mac + 2) == 0xffff;
}

// The frame, by its link type.
Decoded decode_link(Layers& layers);

// At an Ethernet header.
Decoded decode_ethernet(ByteCursor& at, Layers& layers);

// Behind a type field, which says what follows: VLAN tags, IP, ARP and the rest.
Decoded decode_ethertype(std::uint16_t type, ByteCursor& at, Layers& layers);

}  // namespace portproof
