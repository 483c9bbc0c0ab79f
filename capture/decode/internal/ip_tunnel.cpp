#include "capture/decode/internal/ip_tunnel.hpp"

#include <initializer_list>

#include "capture/decode/internal/carried.hpp"
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
  if (type != kEthertypePpp || (flags & kGreKey) == 0) return not_inside();
  const std::uint16_t length = at.be16();
  const std::uint16_t call = at.be16();
  if ((flags & kGreSequence) != 0) at.skip(4);
  if ((flags & kGreAcknowledgement) != 0) at.skip(4);
  if (at.failed()) return header_missing(layers);
  if (length == 0) return not_inside();  // only an acknowledgement
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

// Cisco's mirror sessions. Type I has no header of its own and no sequence number in its GRE header.
Decoded decode_erspan(bool has_sequence, ByteCursor& at, Layers& layers) {
  if (!has_sequence) {
    return layers.enter(TunnelKind::erspan_1) ? decode_ethernet(at, layers) : too_deep();
  }
  const std::uint32_t first = at.be32();
  at.skip(4);  // the port's index
  if (at.failed()) return header_missing(layers);
  if (first >> 28U != 1) return not_inside();
  return layers.enter(TunnelKind::erspan_2, first & 0x3ffU) ? decode_ethernet(at, layers) : too_deep();
}

Decoded decode_erspan_3(ByteCursor& at, Layers& layers) {
  const std::uint32_t first = at.be32();
  at.skip(6);  // timestamp, security group
  const std::uint16_t last = at.be16();
  if ((last & 1U) != 0) at.skip(8);  // platform specific
  if (at.failed()) return header_missing(layers);
  if (first >> 28U != 2) return not_inside();
  if (!layers.enter(TunnelKind::erspan_3, first & 0x3ffU)) return too_deep();
  constexpr unsigned kIpFrame = 2;
  return ((last >> 10U) & 0x1fU) == kIpFrame ? decode_ip(at, layers) : decode_ethernet(at, layers);
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
  if (type < kFirstEthertype) return not_inside();
  return decode_ethertype(type, at, layers);
}

Decoded decode_ip_in_ip(TunnelKind over_v4, TunnelKind over_v6, ByteCursor& at, Layers& layers) {
  const bool outer_v4 = layers.packet.source.family == IpFamily::v4;
  return layers.enter(outer_v4 ? over_v4 : over_v6) ? decode_ip(at, layers) : too_deep();
}

// RFC 3378: version 3, and twelve zero bits.
Decoded decode_ether_ip(ByteCursor& at, Layers& layers) {
  const std::uint16_t header = at.be16();
  if (at.failed()) return header_missing(layers);
  if (header != 0x3000) return not_inside();
  return layers.enter(TunnelKind::ether_ip) ? decode_ethernet(at, layers) : too_deep();
}

// RFC 7761, 4.9.3: version and type, then, after the second word, a packet, or the header of a null register.
Decoded decode_pim(ByteCursor& at, Layers& layers) {
  const std::uint8_t version_and_type = at.u8();
  at.skip(7);
  constexpr std::uint8_t kRegister = 0x21;
  if (at.failed() || !at.has(1) || version_and_type != kRegister) return not_inside();
  const unsigned version = *at.position() >> 4U;
  if (version != 4 && version != 6) return addressed(rejected(RejectReason::bad_ip_version));
  return layers.enter(TunnelKind::pim_register) ? decode_ip(at, layers) : too_deep();
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
      return not_inside();
  }
}

}  // namespace

Decoded decode_gre(ByteCursor& at, Layers& layers) {
  const std::uint16_t flags = at.be16();
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  if ((flags & kGreVersion) == 1) return decode_pptp(flags, type, at, layers);
  if ((flags & kGreVersion) != 0) return not_inside();
  if ((flags & (kGreChecksum | kGreRouting)) != 0) at.skip(4);
  const bool has_key = (flags & kGreKey) != 0;
  const std::uint32_t key = has_key ? at.be32() : 0;
  const bool has_sequence = (flags & kGreSequence) != 0;
  if (has_sequence) at.skip(4);
  if ((flags & kGreRouting) != 0) skip_gre_routing(at);
  if (at.failed()) return header_missing(layers);
  if (type == kGreErspan) return decode_erspan(has_sequence, at, layers);
  if (type == kGreErspan3) return decode_erspan_3(at, layers);
  const bool entered = has_key ? layers.enter(TunnelKind::gre, key) : layers.enter(TunnelKind::gre);
  return entered ? decode_gre_payload(type, at, layers) : too_deep();
}

// What lies between session and frame (a cookie of 0, 4 or 8 bytes, a sublayer of 0 or 4) was agreed on when
// the tunnel was set up, and no packet states it: the frame has to be recognised.
Decoded decode_l2tp_v3(ByteCursor& at, Layers& layers) {
  const std::uint32_t session = at.be32();
  if (at.failed()) return header_missing(layers);
  if (session == 0) return not_inside();  // a control message
  for (const std::size_t between : {0U, 4U, 8U, 12U}) {
    if (!at.has(between)) break;
    ByteCursor frame = at;
    frame.skip(between);
    if (!looks_like_ethernet(frame)) continue;
    return layers.enter(TunnelKind::l2tp_v3, session) ? decode_ethernet(frame, layers) : too_deep();
  }
  return not_inside();
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
  return decode_transport(at, wire, layers);
}

}  // namespace portproof
