#include "capture/decode/internal/ip_tunnel.hpp"

#include <initializer_list>

#include "capture/decode/internal/carried.hpp"
#include "capture/decode/internal/inner_packet.hpp"
#include "capture/decode/internal/ip.hpp"
#include "capture/decode/internal/transport.hpp"
#include "capture/decode/link.hpp"

namespace portproof {
namespace {

// Bits in GRE's first two bytes (RFC 2784 and 2890; routing from RFC 1701).
constexpr std::uint16_t kGreChecksum = 0x8000;
constexpr std::uint16_t kGreRouting = 0x4000;
constexpr std::uint16_t kGreKey = 0x2000;
constexpr std::uint16_t kGreSequence = 0x1000;
constexpr std::uint16_t kGreAcknowledgement = 0x0080;  // PPTP only
constexpr std::uint16_t kGreVersion = 0x0007;

// GRE protocol types that are not EtherTypes, or that mean something else here.
constexpr std::uint16_t kGreErspan = 0x88be;  // I and II
constexpr std::uint16_t kGreErspan3 = 0x22eb;
constexpr std::uint16_t kGreWccp = 0x883e;

// PPTP: version 1, always with a key, which consists of a length and the call's id (RFC 2637, 4.1).
Decoded decode_pptp(std::uint16_t flags, std::uint16_t type, ByteCursor& at, Layers& layers) {
  if (type != kEthertypePpp || (flags & kGreKey) == 0) return unknown_inside(layers);
  const std::uint16_t length = at.be16();
  const std::uint16_t call = at.be16();
  if ((flags & kGreSequence) != 0) at.skip(4);
  if ((flags & kGreAcknowledgement) != 0) at.skip(4);
  if (at.failed()) return header_missing(layers);
  if (length == 0) return no_packet();  // only an acknowledgement
  if (!layers.enter(TunnelKind::pptp, call)) return too_deep();
  return decode_ppp(at, layers);
}

// The list of source route entries ends with an entry of zeros (RFC 1701).
void skip_gre_routing(ByteCursor& at) {
  while (!at.failed()) {
    const std::uint16_t family = at.be16();
    at.skip(1);
    const std::uint8_t length = at.u8();
    if (family == 0 && length == 0) return;
    at.skip(length);
  }
}

// The frame of an ERSPAN III packet, by its type (draft-foschiano-erspan, 4.3). Types other than these two
// are reserved; what looks like Ethernet is taken for it all the same.
Decoded decode_erspan_frame(unsigned type, ByteCursor& at, Layers& layers) {
  constexpr unsigned kEthernetFrame = 0;
  constexpr unsigned kIpFrame = 2;
  if (type == kIpFrame) return decode_ip(at, layers);
  if (type == kEthernetFrame || looks_like_ethernet(at)) return decode_ethernet(at, layers);
  return at.has(kEthernetHeader + 1) ? unknown_inside(layers) : header_missing(layers);
}

// Cisco's mirror sessions, types II and III; the first four bits tell them apart.
Decoded decode_erspan(ByteCursor& at, Layers& layers) {
  constexpr std::uint32_t kTypeTwo = 1;
  constexpr std::uint32_t kTypeThree = 2;
  const std::uint32_t first = at.be32();
  if (at.failed()) return header_missing(layers);
  const std::uint32_t version = first >> 28U;
  const std::uint32_t session = first & 0x3ffU;
  if (version == kTypeTwo) {
    at.skip(4);  // the port's index
    if (at.failed()) return header_missing(layers);
    return layers.enter(TunnelKind::erspan_2, session) ? decode_ethernet(at, layers) : too_deep();
  }
  if (version != kTypeThree) return unknown_inside(layers);
  at.skip(6);  // timestamp, security group
  const std::uint16_t last = at.be16();
  if ((last & 1U) != 0) at.skip(8);  // platform specific
  if (at.failed()) return header_missing(layers);
  if (!layers.enter(TunnelKind::erspan_3, session)) return too_deep();
  return decode_erspan_frame((last >> 10U) & 0x1fU, at, layers);
}

Decoded decode_gre_payload(std::uint16_t type, ByteCursor& at, Layers& layers) {
  if (type == kGreWccp) {
    // WCCP version 2 puts four bytes in front of the packet, version 1 none; an IPv4 header is recognisable.
    if (at.has(1) && *at.position() >> 4U != 4) at.skip(4);
    return decode_ip(at, layers);
  }
  if (type == kEthertypeCiscoMetadata) {
    // The security group's tag. Unlike in Ethernet, the type of what follows comes first, not last.
    type = at.be16();
    at.skip(6);
    if (at.failed()) return header_missing(layers);
  }
  constexpr std::uint16_t kKeepAlive = 0;  // with nothing behind it
  if (type == kKeepAlive) return layers.wire_after(at.position()) == 0 ? no_packet() : unknown_inside(layers);
  if (type < kFirstEthertype) return unread(UnreadKind::unknown_ethertype, type);
  return decode_ethertype(type, at, layers);
}

Decoded decode_ip_in_ip(TunnelKind over_v4, TunnelKind over_v6, ByteCursor& at, Layers& layers) {
  const bool outer_v4 = layers.packet.source.family == IpFamily::v4;
  return layers.enter(outer_v4 ? over_v4 : over_v6) ? decode_ip(at, layers) : too_deep();
}

// RFC 3378: version 3, and twelve reserved bits. Some systems put the version into the wrong half of its
// byte.
Decoded decode_ether_ip(ByteCursor& at, Layers& layers) {
  constexpr std::uint16_t kSwapped = 0x0300;
  const std::uint16_t header = at.be16();
  if (at.failed()) return header_missing(layers);
  if (header >> 12U != 3 && header != kSwapped) return unknown_inside(layers);
  return layers.enter(TunnelKind::ether_ip) ? decode_ethernet(at, layers) : too_deep();
}

// RFC 7761, 4.9.3: version and type, then, after the second word, a packet, or the header of a null register.
Decoded decode_pim(ByteCursor& at, Layers& layers) {
  constexpr std::uint8_t kRegister = 0x21;
  if (at.has(1) && *at.position() != kRegister) return no_packet();
  at.skip(8);
  if (at.failed() || !at.has(1)) return layers.is_cut() ? header_missing(layers) : no_packet();
  const unsigned version = *at.position() >> 4U;
  if (version != 4 && version != 6) return addressed(rejected(RejectReason::bad_ip_version));
  return layers.enter(TunnelKind::pim_register) ? decode_ip(at, layers) : too_deep();
}

// RFC 2004, 3.1: the protocol, a flag that says whether there is a source, a checksum over this header alone,
// and the addresses that the outer header no longer has. The rest of the packet follows.
Decoded decode_minimal(ByteCursor& at, Layers& layers) {
  constexpr std::uint8_t kHasSource = 0x80;
  constexpr std::uint32_t kShortest = 8;
  if (!at.has(kShortest)) return header_missing(layers);
  const std::uint8_t* const header = at.position();
  const bool has_source = (header[1] & kHasSource) != 0;
  const std::uint32_t length = has_source ? kShortest + 4 : kShortest;
  if (!at.has(length)) return header_missing(layers);
  Packet& packet = layers.packet;
  if (packet.source.family != IpFamily::v4 || !is_checksum_right(header, length)) {
    return unknown_inside(layers);
  }
  if (!layers.enter(TunnelKind::ipv4_in_ipv4)) return too_deep();
  packet.destination.assign_v4(header + 4);
  if (has_source) packet.source.assign_v4(header + 8);
  at.skip(length);
  return decode_ipv4_payload(header[0], at, layers);
}

Decoded decode_inside(std::uint8_t protocol, ByteCursor& at, Layers& layers) {
  switch (protocol) {
    case kProtocolIpv4:
    case kProtocolOldIpInIp:
      return decode_ip_in_ip(TunnelKind::ipv4_in_ipv4, TunnelKind::ipv4_in_ipv6, at, layers);
    case kProtocolIpv6:
      return decode_ip_in_ip(TunnelKind::ipv6_in_ipv4, TunnelKind::ipv6_in_ipv6, at, layers);
    case kProtocolGre:
      return decode_gre(at, layers);
    case kProtocolMinimal:
      return decode_minimal(at, layers);
    case kProtocolIpComp:
      return unknown_inside(layers);  // compressed
    case kProtocolEtherIp:
      return decode_ether_ip(at, layers);
    case kProtocolL2tpV3:
      return decode_l2tp_v3(at, layers);
    case kProtocolMpls:
      return decode_mpls(at, layers);
    case kProtocolEthernet:
      return layers.enter(TunnelKind::ether_in_ip) ? decode_ethernet(at, layers) : too_deep();
    case kProtocolPim:
      return decode_pim(at, layers);
    default:
      return no_packet();
  }
}

}  // namespace

Decoded decode_gre(ByteCursor& at, Layers& layers) {
  const std::uint16_t flags = at.be16();
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  if ((flags & kGreVersion) == 1) return decode_pptp(flags, type, at, layers);
  if ((flags & kGreVersion) != 0) return unknown_inside(layers);
  if ((flags & (kGreChecksum | kGreRouting)) != 0) at.skip(4);
  const bool has_key = (flags & kGreKey) != 0;
  const std::uint32_t key = has_key ? at.be32() : 0;
  const bool has_sequence = (flags & kGreSequence) != 0;
  if (has_sequence) at.skip(4);
  if ((flags & kGreRouting) != 0) skip_gre_routing(at);
  if (at.failed()) return header_missing(layers);
  if (type == kGreErspan && !has_sequence) {  // type I, which has no header of its own
    return layers.enter(TunnelKind::erspan_1) ? decode_ethernet(at, layers) : too_deep();
  }
  if (type == kGreErspan || type == kGreErspan3) return decode_erspan(at, layers);
  const bool entered = has_key ? layers.enter(TunnelKind::gre, key) : layers.enter(TunnelKind::gre);
  return entered ? decode_gre_payload(type, at, layers) : too_deep();
}

// What lies between session and frame (a cookie of 0, 4 or 8 bytes, a sublayer of 0 or 4) was agreed on when
// the tunnel was set up, and no packet states it: the frame has to be recognised.
Decoded decode_l2tp_v3(ByteCursor& at, Layers& layers) {
  const std::uint32_t session = at.be32();
  if (at.failed()) return header_missing(layers);
  if (session == 0) return no_packet();  // a control message
  for (const std::size_t between : {0U, 4U, 8U, 12U}) {
    if (!at.has(between)) break;
    ByteCursor frame = at;
    frame.skip(between);
    if (!looks_like_ethernet(frame)) continue;
    return layers.enter(TunnelKind::l2tp_v3, session) ? decode_ethernet(frame, layers) : too_deep();
  }
  constexpr std::size_t kMostBetween = 12;
  const bool seen_enough = at.has(kMostBetween + kEthernetHeader + 1);
  return seen_enough || !layers.is_cut() ? unknown_inside(layers) : header_missing(layers);
}

Decoded decode_ip_tunnel(ByteCursor at, std::uint32_t wire, Layers& layers) {
  const Outer outer(layers);
  layers.note_carrier(layers.packet.protocol);
  layers.narrow(at.position(), wire);
  ++layers.peeled;
  ByteCursor inside = at;
  const Decoded decoded = decode_inside(layers.packet.protocol, inside, layers);
  const bool rejected = decoded.kind == Decoded::Kind::rejected;
  const bool snapped = rejected && decoded.reject == RejectReason::snapped_headers;
  if (has_ip(decoded) || (rejected && !snapped)) return decoded;
  outer.restore(layers);
  layers.packet.transport_cut = snapped;
  Decoded outside = decode_transport(at, wire, layers);
  if (decoded.unread) outside.unread = decoded.unread;
  return outside;
}

}  // namespace portproof
