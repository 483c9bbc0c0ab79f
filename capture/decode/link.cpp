#include "capture/decode/link.hpp"

#include <array>

#include "capture/decode/ip.hpp"

namespace portproof {
namespace {

// Type fields below this are lengths (IEEE 802.3, 3.2.6); 1501 to 1535 are neither.
constexpr std::uint16_t kFirstEthertype = 0x0600;
constexpr std::uint16_t kLongestLlc = 1500;

// LLC service access points (IEEE 802.2), in the source and destination fields alike.
constexpr std::uint8_t kSapIp = 0x06;
constexpr std::uint8_t kSapStp = 0x42;  // and its relatives GARP and MRP
constexpr std::uint8_t kSapSnap = 0xaa;

// SNAP protocols: Cisco's per-VLAN spanning tree is a relative of STP.
constexpr std::uint32_t kCisco = 0x00000c;
constexpr std::uint16_t kPerVlanStp = 0x010b;

Decoded decode_snap(ByteCursor& at, Layers& layers) {
  const std::uint32_t organisation = at.be24();
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers.frame);
  // RFC 1042: the EtherTypes, encapsulated. 0x0000f8 is the same for bridged Ethernet (IEEE 802.1H).
  if (organisation == 0 || organisation == 0x0000f8) {
    return layers.enter() ? decode_ethertype(type, at, layers) : rejected(RejectReason::layer_depth);
  }
  if (organisation == kCisco && type == kPerVlanStp) return no_flow(NoFlowReason::stp);
  return no_flow(NoFlowReason::other_non_ip);
}

Decoded decode_llc(ByteCursor& at, Layers& layers) {
  const std::uint8_t destination = at.u8();
  const std::uint8_t source = at.u8();
  at.skip(1);  // control: one byte in all that is looked at here
  if (at.failed()) return header_missing(layers.frame);
  if (destination == kSapSnap && source == kSapSnap) return decode_snap(at, layers);
  if (destination == kSapStp) return no_flow(NoFlowReason::stp);
  if (destination == kSapIp && source == kSapIp) return decode_ip(at, layers);
  return no_flow(NoFlowReason::other_non_ip);
}

Decoded decode_ethernet_frame(Layers& layers) {
  ByteCursor at(layers.frame.bytes());
  return decode_ethernet(at, layers);
}

// LINKTYPE_RAW and its kin: the frame begins with the IP header.
Decoded decode_raw_ip(Layers& layers) {
  ByteCursor at(layers.frame.bytes());
  return decode_ip(at, layers);
}

// LINKTYPE_NULL has the address family in the byte order of the machine that captured, LINKTYPE_LOOP in
// network order. Families are small, so either order can be told. For IPv6 every system has its own number.
Decoded decode_null(Layers& layers) {
  ByteCursor at(layers.frame.bytes());
  const std::uint32_t family = at.be32();
  if (at.failed()) return header_missing(layers.frame);
  switch (family > 0xffff ? __builtin_bswap32(family) : family) {
    case 2:   // AF_INET everywhere
    case 10:  // AF_INET6 on Linux
    case 23:  // Windows
    case 24:  // NetBSD, OpenBSD
    case 28:  // FreeBSD
    case 30:  // macOS
      return decode_ip(at, layers);
    default:
      // Some drivers of point-to-point interfaces put an EtherType into the second half instead.
      if ((family >> 16U) != 0 && (family & 0xffffU) != 0) {
        return decode_ethertype(static_cast<std::uint16_t>(family), at, layers);
      }
      return no_flow(NoFlowReason::other_non_ip);
  }
}

// "Cooked" Linux captures have a type field that holds an EtherType or one of these
// (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html).
constexpr std::uint16_t kSllNovell = 0x0001;
constexpr std::uint16_t kSllLlc = 0x0004;
constexpr std::uint16_t kArphrdNetlink = 824;  // the type field is no EtherType there
constexpr std::uint8_t kSllBroadcast = 1;

Decoded decode_cooked(std::uint16_t type, std::uint16_t hardware, ByteCursor& at, Layers& layers) {
  if (hardware == kArphrdNetlink || type == kSllNovell) return no_flow(NoFlowReason::other_non_ip);
  if (type == kSllLlc) return decode_llc(at, layers);
  return decode_ethertype(type, at, layers);
}

Decoded decode_sll(Layers& layers) {
  ByteCursor at(layers.frame.bytes());
  const std::uint16_t addressed_to = at.be16();
  const std::uint16_t hardware = at.be16();
  at.skip(10);  // the sender's link-layer address
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers.frame);
  layers.packet.broadcast_frame = addressed_to == kSllBroadcast;
  return decode_cooked(type, hardware, at, layers);
}

Decoded decode_sll2(Layers& layers) {
  ByteCursor at(layers.frame.bytes());
  const std::uint16_t type = at.be16();
  at.skip(6);  // reserved, interface index
  const std::uint16_t hardware = at.be16();
  const std::uint8_t addressed_to = at.u8();
  at.skip(9);  // the sender's link-layer address
  if (at.failed()) return header_missing(layers.frame);
  layers.packet.broadcast_frame = addressed_to == kSllBroadcast;
  return decode_cooked(type, hardware, at, layers);
}

struct LinkDecoder {
  LinkType type;
  Decoded (*decode)(Layers& layers);
};
constexpr std::array kLinkDecoders{
    LinkDecoder{kLinkEthernet, decode_ethernet_frame},
    LinkDecoder{0, decode_null},      // LINKTYPE_NULL
    LinkDecoder{12, decode_raw_ip},   // raw IP under the number that some systems wrote into files
    LinkDecoder{14, decode_raw_ip},   // likewise
    LinkDecoder{101, decode_raw_ip},  // LINKTYPE_RAW
    LinkDecoder{108, decode_null},    // LINKTYPE_LOOP
    LinkDecoder{113, decode_sll},     // LINKTYPE_LINUX_SLL
    LinkDecoder{228, decode_raw_ip},  // LINKTYPE_IPV4
    LinkDecoder{229, decode_raw_ip},  // LINKTYPE_IPV6
    LinkDecoder{276, decode_sll2},    // LINKTYPE_LINUX_SLL2
};

}  // namespace

Decoded decode_link(Layers& layers) {
  for (const LinkDecoder& decoder : kLinkDecoders) {
    if (decoder.type == layers.frame.link_type) return decoder.decode(layers);
  }
  return rejected(RejectReason::unknown_link_type);
}

Decoded decode_ethernet(ByteCursor& at, Layers& layers) {
  if (!at.has(kEthernetHeader)) return header_missing(layers.frame);
  const std::uint8_t* const header = at.position();
  layers.packet.broadcast_frame = is_broadcast_mac(header);
  at.skip(kEthernetHeader);
  return decode_ethertype(load_be16(header + 12), at, layers);
}

Decoded decode_ethertype(std::uint16_t type, ByteCursor& at, Layers& layers) {
  while (type == kEthertypeVlan || type == kEthertypeProviderVlan || type == kEthertypeOldVlan) {
    if (!layers.enter()) return rejected(RejectReason::layer_depth);
    at.skip(2);  // priority and VLAN id
    type = at.be16();
    if (at.failed()) return header_missing(layers.frame);
  }
  switch (type) {
    case kEthertypeIpv4:
    case kEthertypeIpv6:
      return decode_ip(at, layers);
    case kEthertypeArp:
      return no_flow(NoFlowReason::arp);
    case kEthertypeLldp:
      return no_flow(NoFlowReason::lldp);
    default:
      // Here MPLS (0x8847) and PPPoE (0x8864) will have their place.
      if (type < kFirstEthertype && type <= kLongestLlc) return decode_llc(at, layers);
      return no_flow(NoFlowReason::other_non_ip);
  }
}

}  // namespace portproof
