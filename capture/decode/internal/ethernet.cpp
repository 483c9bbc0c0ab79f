// Ethernet, VLAN tags, LLC and SNAP.
#include <algorithm>
#include <array>

#include "capture/decode/internal/inner_packet.hpp"
#include "capture/decode/internal/ip.hpp"
#include "capture/decode/link.hpp"

namespace portproof {
namespace {

constexpr std::uint16_t kLongestLlc = 1500;

// LLC service access points (IEEE 802.2), the same in the source and destination fields.
constexpr std::uint8_t kSapIp = 0x06;
constexpr std::uint8_t kSapStp = 0x42;  // and the related GARP and MRP
constexpr std::uint8_t kSapSnap = 0xaa;
constexpr std::uint8_t kSapIso = 0xfe;

// Those of stations themselves: remote boot, LAN management, ARP, and the null and global addresses.
constexpr std::array<std::uint8_t, 13> kSapsWithoutIp{0x00, 0x02, 0x0e, 0x42, 0x4e, 0x8e, 0x98,
                                                      0xf4, 0xf8, 0xfc, 0xfe, 0xec, 0xff};

// Those of other networks: SNA, NetWare, XNS, VINES, IPX, NetBIOS. Novell's oldest frames have no LLC: a
// checksum of ones lies where the access points would be.
constexpr std::array<std::uint8_t, 8> kForeignSaps{0x04, 0x08, 0x0c, 0x10, 0x80, 0xbc, 0xe0, 0xf0};
constexpr std::uint16_t kRawIpx = 0xffff;

// SNAP protocols: Cisco's per-VLAN spanning tree is related to STP.
constexpr std::uint32_t kCisco = 0x00000c;
constexpr std::uint16_t kPerVlanStp = 0x010b;
// RFC 2684: bridged frames, with and without their check sequence, after two bytes of padding; and messages
// of bridges.
constexpr std::uint32_t kBridged = 0x0080c2;
constexpr std::uint16_t kBridgedEthernetWithCheck = 0x0001;
constexpr std::uint16_t kBridgedEthernet = 0x0007;
constexpr std::uint16_t kBridgeMessage = 0x000e;
constexpr std::uint16_t kSourceRouteMessage = 0x000f;

// Vendors whose SNAP protocols are all of their devices' own: HP, Nortel, Extreme, Foundry, Cisco, Apple. But
// for AppleTalk, none of them carries data between hosts.
constexpr std::uint32_t kApple = 0x080007;
constexpr std::uint16_t kAppleTalk = 0x809b;
constexpr std::array<std::uint32_t, 6> kVendorsWithoutIp{kCisco,   kApple,   0x080009,
                                                         0x000081, 0x00e02b, 0x00e052};

template <typename Value, std::size_t Size>
bool contains(const std::array<Value, Size>& values, Value wanted) {
  return std::find(values.begin(), values.end(), wanted) != values.end();
}

Decoded decode_snap(ByteCursor& at, Layers& layers) {
  const std::uint32_t organisation = at.be24();
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  if (!layers.enter()) return too_deep();
  // RFC 1042: encapsulated EtherTypes. 0x0000f8 means the same for bridged Ethernet (IEEE 802.1H).
  if (organisation == 0 || organisation == 0x0000f8) return decode_ethertype(type, at, layers);
  if (organisation == kCisco && type == kPerVlanStp) return no_flow(NoFlowReason::stp);
  if (organisation == kApple && type == kAppleTalk) {
    return foreign(UnreadKind::unknown_ethertype, type, layers);
  }
  if (contains(kVendorsWithoutIp, organisation)) {
    const Unread unknown{UnreadKind::unknown_snap, organisation};
    const bool says_ip = type == kEthertypeIpv4 || type == kEthertypeIpv6;
    return says_ip ? unread(unknown.kind, unknown.number) : unless_packet(no_packet(), unknown, at, layers);
  }
  if (organisation == kBridged && (type == kBridgedEthernet || type == kBridgedEthernetWithCheck)) {
    at.skip(2);
    return decode_ethernet(at, layers);
  }
  if (organisation == kBridged && (type == kBridgeMessage || type == kSourceRouteMessage)) {
    return no_flow(NoFlowReason::stp);
  }
  return unread(UnreadKind::unknown_snap, organisation);
}

// ISO 9577: the first byte says which network protocol follows. IP is one of them, another carries data too
// (ISO 8473), and the rest is routing.
Decoded decode_iso(ByteCursor& at, Layers& layers) {
  constexpr std::uint8_t kIpv4 = 0xcc;
  constexpr std::uint8_t kIpv6 = 0x8e;
  constexpr std::uint8_t kConnectionless = 0x81;
  constexpr std::uint32_t kBothIso = std::uint32_t{kSapIso} << 8U | kSapIso;
  const ByteCursor whole = at;
  const std::uint8_t protocol = at.u8();
  if (at.failed()) return header_missing(layers);
  if (protocol == kIpv4 || protocol == kIpv6) return decode_ip(at, layers);
  if (protocol == kConnectionless) return foreign(UnreadKind::unknown_llc, kBothIso, layers);
  return unless_packet(no_packet(), {UnreadKind::unknown_llc, kBothIso}, whole, layers);
}

// RFC 826: the kinds of the two addresses and their lengths, an operation, and both addresses of both ends.
// True too where the capture does not show enough. Of numbers, those that are assigned
// (https://www.iana.org/assignments/arp-parameters).
bool may_be_arp(const ByteCursor& at, const Layers& layers) {
  constexpr std::uint32_t kHeader = 8;
  constexpr std::uint16_t kLastHardware = 257;
  constexpr std::uint16_t kAtm = 19;  // its header is another (RFC 2225)
  constexpr std::uint16_t kLastOperation = 25;
  if (!at.has(kHeader)) return true;
  const std::uint8_t* const header = at.position();
  const std::uint16_t hardware = load_be16(header);
  const std::uint16_t operation = load_be16(header + 6);
  const std::uint32_t length = kHeader + 2U * (header[4] + header[5]);
  const bool known = hardware <= kLastHardware && operation <= kLastOperation;
  return known && (hardware == kAtm || length <= layers.wire_after(header) || layers.is_cut());
}

Decoded decode_arp(const ByteCursor& at, const Layers& layers) {
  constexpr Unread kSomethingElse{UnreadKind::unknown_ethertype, kEthertypeArp};
  if (!may_be_arp(at, layers)) return unread(kSomethingElse.kind, kSomethingElse.number);
  return unless_packet(no_flow(NoFlowReason::arp), kSomethingElse, at, layers);
}

// A frame with 15 captured bytes or more: a length, and the access points of spanning tree.
bool is_spanning_tree(const std::uint8_t* header) {
  return load_be16(header + 12) <= kLongestLlc && header[kEthernetHeader] == kSapStp;
}

// Cisco's inter-switch link: the group address that begins the frame, and the header after its length field,
// up to the frame within.
constexpr std::size_t kIslRest = 12;
bool is_isl(const std::uint8_t* header) {
  return (header[0] & 0xfdU) == 0x01 && header[1] == 0 && load_be16(header + 2) == 0x0c00 && header[4] == 0 &&
         load_be16(header + 12) < kFirstEthertype;
}

bool is_vlan(std::uint16_t type) {
  return type == kEthertypeVlan || type == kEthertypeProviderVlan || type == kEthertypeOldVlan ||
         type == kEthertypeOldVlan2 || type == kEthertypeOldVlan3 || type == kEthertypeFineGrained;
}

// Types other than IP and VLAN tags.
Decoded decode_rarer_ethertype(std::uint16_t type, ByteCursor& at, Layers& layers) {
  switch (type) {
    case kEthertypeArp:
      return decode_arp(at, layers);
    case kEthertypeLldp:
      return unless_packet(no_flow(NoFlowReason::lldp), {UnreadKind::unknown_ethertype, type}, at, layers);
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
    case kEthertypeFabricPath:
      return decode_fabric_path(at, layers);
    case kEthertypeHsr:
      return decode_hsr(at, layers);
    default:
      if (type <= kLongestLlc) return decode_llc(at, layers);
      break;
  }
  const Unread unknown{UnreadKind::unknown_ethertype, type};
  if (!is_without_ip(type)) return unread(unknown.kind, unknown.number);
  const Decoded known = is_foreign(type) ? foreign(UnreadKind::unknown_ethertype, type, layers) : no_packet();
  return unless_packet(known, unknown, at, layers);
}

}  // namespace

Decoded unless_packet(Decoded said, Unread otherwise, const ByteCursor& at, const Layers& layers) {
  if (!said.unread && hides_packet(at.rest(), layers.wire_after(at.position()))) said.unread = otherwise;
  return said;
}

Decoded decode_llc(ByteCursor& at, Layers& layers) {
  constexpr std::uint8_t kResponse = 0x01;
  constexpr std::uint8_t kFinal = 0x10;
  constexpr std::uint8_t kExchangeId = 0xaf;
  constexpr std::uint8_t kTest = 0xe3;
  const std::uint8_t destination = at.u8();
  const std::uint8_t source = at.u8();
  const std::uint8_t control = at.u8();  // one byte for everything that is read here
  if (at.failed()) return header_missing(layers);
  const std::uint8_t message = control & static_cast<std::uint8_t>(~kFinal);
  const std::uint32_t points = std::uint32_t{destination} << 8U | source;
  const Unread unknown{UnreadKind::unknown_llc, points};
  if (message == kExchangeId || message == kTest) return unless_packet(no_packet(), unknown, at, layers);
  const std::uint8_t speaker = source & static_cast<std::uint8_t>(~kResponse);
  if (destination == kSapSnap && speaker == kSapSnap) return decode_snap(at, layers);
  if (destination == kSapStp) return unless_packet(no_flow(NoFlowReason::stp), unknown, at, layers);
  if (destination == kSapIp && speaker == kSapIp) return decode_ip(at, layers);
  if (destination == kSapIso && speaker == kSapIso) return decode_iso(at, layers);
  if (contains(kForeignSaps, destination) || contains(kForeignSaps, speaker) || points == kRawIpx) {
    return unless_packet(foreign(UnreadKind::unknown_llc, points, layers), unknown, at, layers);
  }
  if (contains(kSapsWithoutIp, destination) || contains(kSapsWithoutIp, speaker)) {
    return unless_packet(no_packet(), unknown, at, layers);
  }
  return unread(unknown.kind, unknown.number);
}

Decoded decode_ethernet(ByteCursor& at, Layers& layers) {
  if (!at.has(kEthernetHeader)) return header_missing(layers);
  const std::uint8_t* const header = at.position();
  layers.packet.broadcast_frame = is_broadcast_mac(header);
  layers.packet.ethernet = header;
  layers.packet.vlans = 0;
  at.skip(kEthernetHeader);
  if (is_isl(header)) [[unlikely]] {
    if (!layers.enter()) return too_deep();
    at.skip(kIslRest);
    return at.failed() ? header_missing(layers) : decode_ethernet(at, layers);
  }
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
      return is_spanning_tree(at.position());
  }
}

}  // namespace portproof
