// Link layers: Ethernet with everything that may precede the packet in it, LLC and SNAP, and the headers of
// other link layers, one file per family. To add one, write a function there and add a row to the table in
// link.cpp.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

inline constexpr std::uint32_t kEthernetHeader = 14;
inline constexpr std::uint32_t kVlanTag = 4;

// Type fields below this value are lengths (IEEE 802.3, 3.2.6); 1501 to 1535 are neither.
inline constexpr std::uint16_t kFirstEthertype = 0x0600;

inline constexpr std::uint16_t kEthertypeIpv4 = 0x0800;
inline constexpr std::uint16_t kEthertypeArp = 0x0806;
inline constexpr std::uint16_t kEthertypeTrill = 0x22f3;
inline constexpr std::uint16_t kEthertypeEthernet = 0x6558;  // transparent bridging
inline constexpr std::uint16_t kEthertypeVlan = 0x8100;      // IEEE 802.1Q
inline constexpr std::uint16_t kEthertypeIpv6 = 0x86dd;
inline constexpr std::uint16_t kEthertypePpp = 0x880b;
inline constexpr std::uint16_t kEthertypeMpls = 0x8847;
inline constexpr std::uint16_t kEthertypeMplsUpstream = 0x8848;
inline constexpr std::uint16_t kEthertypePppoe = 0x8864;  // session stage
inline constexpr std::uint16_t kEthertypeLongLlc = 0x8870;
inline constexpr std::uint16_t kEthertypeProviderVlan = 0x88a8;  // IEEE 802.1ad
inline constexpr std::uint16_t kEthertypeLldp = 0x88cc;
inline constexpr std::uint16_t kEthertypeMacsec = 0x88e5;            // IEEE 802.1AE
inline constexpr std::uint16_t kEthertypeProviderBackbone = 0x88e7;  // IEEE 802.1ah
inline constexpr std::uint16_t kEthertypeCiscoMetadata = 0x8909;
inline constexpr std::uint16_t kEthertypeVnTag = 0x8926;
inline constexpr std::uint16_t kEthertypeETag = 0x893f;  // IEEE 802.1BR
inline constexpr std::uint16_t kEthertypeNsh = 0x894f;
inline constexpr std::uint16_t kEthertypeOldVlan = 0x9100;  // QinQ before the standard; so are the next two
inline constexpr std::uint16_t kEthertypeOldVlan2 = 0x9200;
inline constexpr std::uint16_t kEthertypeOldVlan3 = 0x9300;
inline constexpr std::uint16_t kEthertypeFabricPath = 0x8903;
inline constexpr std::uint16_t kEthertypeHsr = 0x892f;          // IEC 62439-3
inline constexpr std::uint16_t kEthertypeFineGrained = 0x893b;  // RFC 7172: half of a label, like a VLAN tag
inline constexpr std::uint16_t kEthertypeArista = 0xd28b;       // timestamps of a mirroring switch

// ff:ff:ff:ff:ff:ff; six bytes at `mac`.
inline bool is_broadcast_mac(const std::uint8_t* mac) {
  return (load_be32(mac) & (0xffff0000U | load_be16(mac + 4))) == 0xffffffffU && load_be16(mac + 2) == 0xffff;
}

// The frame, according to its link type (link.cpp).
Decoded decode_frame(Layers& layers);
// A frame within a frame that states its link type (PPI, packets tapped by macOS).
Decoded decode_link(LinkType type, ByteCursor& at, Layers& layers);

// At an Ethernet header (ethernet.cpp).
Decoded decode_ethernet(ByteCursor& at, Layers& layers);
// After a type field, which says what follows: tags, IP, ARP and the rest.
Decoded decode_ethertype(std::uint16_t type, ByteCursor& at, Layers& layers);
// At an LLC header (IEEE 802.2).
Decoded decode_llc(ByteCursor& at, Layers& layers);
// Is the type one of a protocol that is known to carry no IP packet (ethertypes.cpp)?
bool is_without_ip(std::uint16_t ethertype);
// Is it one of those that carry data between hosts instead of IP?
bool is_foreign(std::uint16_t ethertype);
// `said`, which is no packet, unless the rest of the frame holds one all the same: then that is unread.
Decoded unless_packet(Decoded said, Unread otherwise, const ByteCursor& at, const Layers& layers);
// Is there an Ethernet header here, with a known type and matching content after it?
bool looks_like_ethernet(const ByteCursor& at);

// After the EtherType of a layer between Ethernet and IP (carriers.cpp).
Decoded decode_mpls(ByteCursor& at, Layers& layers);               // RFC 3032, 4448
Decoded decode_pppoe(ByteCursor& at, Layers& layers);              // RFC 2516
Decoded decode_nsh(ByteCursor& at, Layers& layers);                // RFC 8300
Decoded decode_provider_backbone(ByteCursor& at, Layers& layers);  // IEEE 802.1ah
Decoded decode_vn_tag(ByteCursor& at, Layers& layers);
Decoded decode_e_tag(ByteCursor& at, Layers& layers);   // IEEE 802.1BR
Decoded decode_macsec(ByteCursor& at, Layers& layers);  // IEEE 802.1AE
Decoded decode_trill(ByteCursor& at, Layers& layers);   // RFC 6325
Decoded decode_cisco_metadata(ByteCursor& at, Layers& layers);
Decoded decode_arista(ByteCursor& at, Layers& layers);
Decoded decode_fabric_path(ByteCursor& at, Layers& layers);
Decoded decode_hsr(ByteCursor& at, Layers& layers);  // IEC 62439-3

// At a PPP header, with or without address and control (link_serial.cpp; RFC 1661, 1662).
Decoded decode_ppp(ByteCursor& at, Layers& layers);

}  // namespace portproof
