// Ethernet, VLAN tags, LLC and SNAP.
#include "capture/decode/internal/ip.hpp"
#include "capture/decode/link.hpp"

namespace portproof {
namespace {

constexpr std::uint16_t kLongestLlc = 1500;

// LLC service access points (IEEE 802.2), the same in the source and destination fields.
constexpr std::uint8_t kSapIp = 0x06;
constexpr std::uint8_t kSapStp = 0x42;  // and the related GARP and MRP
constexpr std::uint8_t kSapSnap = 0xaa;

// SNAP protocols: Cisco's per-VLAN spanning tree is related to STP.
constexpr std::uint32_t kCisco = 0x00000c;
constexpr std::uint16_t kPerVlanStp = 0x010b;
// RFC 2684: bridged frames, with and without their check sequence, after two bytes of padding.
constexpr std::uint32_t kBridged = 0x0080c2;
constexpr std::uint16_t kBridgedEthernetWithCheck = 0x0001;
constexpr std::uint16_t kBridgedEthernet = 0x0007;

Decoded decode_snap(ByteCursor& at, Layers& layers) {
  const std::uint32_t organisation = at.be24();
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  if (!layers.enter()) return too_deep();
  // RFC 1042: encapsulated EtherTypes. 0x0000f8 means the same for bridged Ethernet (IEEE 802.1H).
  if (organisation == 0 || organisation == 0x0000f8) return decode_ethertype(type, at, layers);
  if (organisation == kCisco && type == kPerVlanStp) return no_flow(NoFlowReason::stp);
  if (organisation == kBridged && (type == kBridgedEthernet || type == kBridgedEthernetWithCheck)) {
    at.skip(2);
    return decode_ethernet(at, layers);
  }
  return no_flow(NoFlowReason::other_non_ip);
}

bool is_vlan(std::uint16_t type) {
  return type == kEthertypeVlan || type == kEthertypeProviderVlan || type == kEthertypeOldVlan;
}

// Types other than IP and VLAN tags.
Decoded decode_rarer_ethertype(std::uint16_t type, ByteCursor& at, Layers& layers) {
  switch (type) {
    case kEthertypeArp:
      return no_flow(NoFlowReason::arp);
    case kEthertypeLldp:
      return no_flow(NoFlowReason::lldp);
    case kEthertypeMpls:
    case kEthertypeMplsUpstream:
      return decode_mpls(at, layers);
    case kEthertypePppoe:
      return decode_pppoe(at, layers);
    case kEthertypePpp:
      return layers.enter() ? decode_ppp(at, layers) : too_deep();
    case kEthertypeEthernet:
      return layers.enter() ? decode_ethernet(at, layers) : too_deep();
    case kEthertypeLongLlc:
      return decode_llc(at, layers);
    case kEthertypeMacsec:
      return decode_macsec(at, layers);
    case kEthertypeProviderBackbone:
      return decode_provider_backbone(at, layers);
    case kEthertypeVnTag:
      return decode_vn_tag(at, layers);
    case kEthertypeETag:
      return decode_e_tag(at, layers);
    case kEthertypeNsh:
      return decode_nsh(at, layers);
    case kEthertypeTrill:
      return decode_trill(at, layers);
    case kEthertypeCiscoMetadata:
      return decode_cisco_metadata(at, layers);
    case kEthertypeArista:
      return decode_arista(at, layers);
    default:
      return type <= kLongestLlc ? decode_llc(at, layers) : no_flow(NoFlowReason::other_non_ip);
  }
}

}  // namespace

Decoded decode_llc(ByteCursor& at, Layers& layers) {
  const std::uint8_t destination = at.u8();
  const std::uint8_t source = at.u8();
  at.skip(1);  // control: one byte for everything that is read here
  if (at.failed()) return header_missing(layers);
  if (destination == kSapSnap && source == kSapSnap) return decode_snap(at, layers);
  if (destination == kSapStp) return no_flow(NoFlowReason::stp);
  if (destination == kSapIp && source == kSapIp) return decode_ip(at, layers);
  return no_flow(NoFlowReason::other_non_ip);
}

Decoded decode_ethernet(ByteCursor& at, Layers& layers) {
  if (!at.has(kEthernetHeader)) return header_missing(layers);
  const std::uint8_t* const header = at.position();
  layers.packet.broadcast_frame = is_broadcast_mac(header);
  layers.packet.ethernet = header;
  layers.packet.vlans = 0;
  at.skip(kEthernetHeader);
  return decode_ethertype(load_be16(header + 12), at, layers);
}

Decoded decode_ethertype(std::uint16_t type, ByteCursor& at, Layers& layers) {
  while (is_vlan(type)) {
    if (!layers.enter()) return too_deep();
    const std::uint16_t tag = at.be16();
    type = at.be16();
    if (at.failed()) return header_missing(layers);
    if (layers.options.key_vlan) layers.note_vlan(tag);
  }
  if (type == kEthertypeIpv4 || type == kEthertypeIpv6) return decode_ip(at, layers);
  return decode_rarer_ethertype(type, at, layers);
}

bool looks_like_ethernet(const ByteCursor& at) {
  if (!at.has(kEthernetHeader + 1)) return false;
  switch (load_be16(at.position() + 12)) {
    case kEthertypeIpv4:
      return at.position()[kEthernetHeader] >> 4U == 4;
    case kEthertypeIpv6:
      return at.position()[kEthernetHeader] >> 4U == 6;
    case kEthertypeArp:
    case kEthertypeVlan:
    case kEthertypeProviderVlan:
    case kEthertypeMpls:
    case kEthertypePppoe:
    case kEthertypeLldp:
      return true;
    default:
      return false;
  }
}

}  // namespace portproof
