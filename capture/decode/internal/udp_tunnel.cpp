#include "capture/decode/internal/udp_tunnel.hpp"

#include "capture/decode/internal/carried.hpp"
#include "capture/decode/internal/inner_packet.hpp"
#include "capture/decode/internal/ip.hpp"
#include "capture/decode/internal/ip_tunnel.hpp"
#include "capture/decode/internal/link_wireless.hpp"
#include "capture/decode/link.hpp"

// A port is a hint that a datagram carries a tunnel, never a proof: anything may be sent to port 4789. Each
// decoder checks what its standard tells a receiver to check, and ignores what the standard tells it to
// ignore. Three things can come of it:
//
//   a packet inside           it is what is judged
//   none, a usual header      the tunnel's own packet, marked as unread where something else is inside
//   none, an unusual header   an ordinary UDP packet: a DNS answer to port 4789
//
// A header is usual (Carried::is_usual) if its reserved bits are zero too. For any other, the packet inside
// is the only proof; it guards against chance, because an Ethernet and an IP header rarely come up by
// accident.
//
// A capture may end within a header. As long as nothing that is visible contradicts the tunnel, the packet is
// marked as cut (header_missing).

namespace portproof {
namespace {

// What a UDP packet carries: the captured bytes, and the original length.
struct Carried {
  ByteCursor at;
  std::uint32_t length{0};
  std::uint16_t port{0};  // the tunnel's
  bool is_usual{false};   // nothing but this tunnel has such a header
};

// Could an IP packet of at most `length` bytes begin here, as far as the capture shows?
bool fits_ip(const ByteCursor& at, std::uint32_t length) {
  if (!at.has(1)) return true;
  const std::uint8_t* const header = at.position();
  const unsigned version = header[0] >> 4U;
  if (version == 6) return !at.has(6) || kIpv6Header + load_be16(header + 4) <= length;
  if (version != 4) return false;
  if (!at.has(4)) return true;
  const std::uint32_t header_length = (header[0] & 0x0fU) * 4U;
  const std::uint32_t total_length = load_be16(header + 2);
  return header_length >= kIpv4Header && total_length >= header_length && total_length <= length;
}

// Next-protocol numbers that VXLAN-GPE, LISP-GPE and NSH share.
Decoded decode_next(std::uint8_t next, ByteCursor& at, Layers& layers) {
  constexpr std::uint8_t kNextIpv4 = 1;
  constexpr std::uint8_t kNextIpv6 = 2;
  constexpr std::uint8_t kNextEthernet = 3;
  constexpr std::uint8_t kNextNsh = 4;
  constexpr std::uint8_t kNextMpls = 5;
  switch (next) {
    case kNextIpv4:
    case kNextIpv6:
      return decode_ip(at, layers);
    case kNextEthernet:
      return decode_ethernet(at, layers);
    case kNextNsh:
      return decode_nsh(at, layers);
    case kNextMpls:
      return decode_mpls(at, layers);
    default:
      return unknown_inside(layers);
  }
}

// RFC 7348, 5: one flag says that there is a network; all other bits are reserved, and a receiver ignores
// them. Some hold a group (the policy extension), or a next protocol, where a sender of the generic extension
// uses this port. Cisco's fabric has things of its own in them, so that nothing is usual there.
Decoded decode_vxlan(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  constexpr std::uint8_t kNetwork = 0x08;
  constexpr std::uint8_t kGroup = 0x80;
  constexpr std::uint8_t kNextProtocol = 0x04;
  if (at.has(1) && (*at.position() & kNetwork) == 0) return no_packet();
  const std::uint8_t flags = at.u8();
  const std::uint32_t group = at.be24();
  const std::uint32_t network = at.be32();
  if (at.failed()) return header_missing(layers);
  const bool only_known = (flags & ~(kNetwork | kGroup)) == 0 && (group == 0 || (flags & kGroup) != 0);
  carried.is_usual = only_known && (network & 0xffU) == 0 && carried.port != kPortFabricVxlan;
  if (!layers.enter(TunnelKind::vxlan, network >> 8U)) return too_deep();
  if ((flags & kNextProtocol) != 0 && at.has(kEthernetHeader + 1) && !looks_like_ethernet(at)) {
    return decode_next(static_cast<std::uint8_t>(group), at, layers);
  }
  return decode_ethernet(at, layers);
}

// draft-ietf-nvo3-vxlan-gpe, 3: a flag says that the header names what follows; without it, that is Ethernet.
// Of the other flags, one marks broadcasts, and one messages of operators.
Decoded decode_vxlan_gpe(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  constexpr std::uint8_t kVersion = 0x30;
  constexpr std::uint8_t kNetwork = 0x08;
  constexpr std::uint8_t kNextProtocol = 0x04;
  constexpr std::uint8_t kReserved = 0xc0;
  if (at.has(1) && (*at.position() & kVersion) != 0) return no_packet();
  const std::uint8_t flags = at.u8();
  const std::uint32_t reserved_and_next = at.be24();
  const std::uint32_t network = at.be32();
  if (at.failed()) return header_missing(layers);
  carried.is_usual = (flags & kNetwork) != 0 && (flags & kReserved) == 0 && reserved_and_next <= 0xff &&
                     (network & 0xffU) == 0;
  if (!layers.enter(TunnelKind::vxlan, network >> 8U)) return too_deep();
  return (flags & kNextProtocol) != 0 ? decode_next(static_cast<std::uint8_t>(reserved_and_next), at, layers)
                                      : decode_ethernet(at, layers);
}

// RFC 8926, 3.4: version zero, two flags that do not matter here, and reserved bits, which a receiver
// ignores.
Decoded decode_geneve(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  constexpr std::uint8_t kVersion = 0xc0;
  if (at.has(1) && (*at.position() & kVersion) != 0) return no_packet();
  const std::uint8_t options = at.u8();
  const std::uint8_t flags = at.u8();
  const std::uint16_t type = at.be16();
  const std::uint32_t network = at.be32();
  if (at.failed()) return header_missing(layers);
  if (type < kFirstEthertype) return no_packet();
  at.skip(options * std::size_t{4});
  if (at.failed()) return header_missing(layers);
  constexpr std::uint8_t kReserved = 0x3f;
  carried.is_usual = (flags & kReserved) == 0 && (network & 0xffU) == 0;
  return layers.enter(TunnelKind::geneve, network >> 8U) ? decode_ethertype(type, at, layers) : too_deep();
}

// The optional part of a GTP-U header (3GPP TS 29.281, 5.1): sequence number, number of the packet data unit,
// extensions. False if a length in it is impossible.
bool skip_gtp_options(std::uint8_t flags, ByteCursor& at) {
  constexpr std::uint8_t kOptions = 0x07;
  constexpr std::uint8_t kExtensions = 0x04;
  if ((flags & kOptions) == 0) return true;
  at.skip(3);
  std::uint8_t extension = at.u8();
  while ((flags & kExtensions) != 0 && extension != 0 && !at.failed()) {
    const std::size_t size = std::size_t{at.u8()} * 4;
    if (size == 0 && !at.failed()) return false;
    at.skip(size - 2);
    extension = at.u8();
  }
  return true;
}

// A G-PDU (3GPP TS 29.281, 5.1): version 1, the bit that marks GTP, a spare bit, and a length that fits.
Decoded decode_gtp_u(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  constexpr std::uint8_t kVersionAndProtocol = 0xf0;
  constexpr std::uint8_t kUserData = 255;
  constexpr std::size_t kHeader = 8;
  if (at.has(1) && (*at.position() & kVersionAndProtocol) != 0x30) return no_packet();
  if (at.has(2) && at.position()[1] != kUserData) return no_packet();
  const std::uint8_t flags = at.u8();
  at.skip(1);
  const std::uint32_t length = at.be16();
  const std::uint32_t endpoint = at.be32();
  if (at.failed()) return header_missing(layers);
  if (length + kHeader > carried.length) return no_packet();
  const std::size_t before = at.remaining();
  if (!skip_gtp_options(flags, at)) return no_packet();
  if (at.failed()) return header_missing(layers);
  const std::size_t options = before - at.remaining();
  if (options > length) return no_packet();
  carried.is_usual = (flags & 0x08U) == 0;
  if (!layers.enter(TunnelKind::gtp_u, endpoint)) return too_deep();
  if (fits_ip(at, length - static_cast<std::uint32_t>(options))) return decode_ip(at, layers);
  return looks_like_ethernet(at) ? decode_ethernet(at, layers) : unknown_inside(layers);
}

// Teredo's own prefix, and the link-local prefix, which its router solicitations use.
bool is_teredo_address(const std::uint8_t* address) {
  return load_be32(address) == 0x20010000U || (load_be16(address) & 0xffc0U) == 0xfe80U;
}

// RFC 4380, 5.1.1: authentication and origin, both optional, then IPv6.
Decoded decode_teredo(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  const std::size_t before = at.remaining();
  if (!at.has(2)) return header_missing(layers);
  if (load_be16(at.position()) == 1) {
    if (!at.has(4)) return header_missing(layers);
    const std::uint8_t* const header = at.position();
    at.skip(std::size_t{4} + header[2] + header[3] + 8 + 1);  // names, keys, nonce, confirmation
  }
  if (at.has(2) && load_be16(at.position()) == 0) at.skip(8);
  if (at.failed() || !at.has(1)) return header_missing(layers);
  const auto skipped = static_cast<std::uint32_t>(before - at.remaining());
  if (*at.position() >> 4U != 6 || !fits_ip(at, carried.length - skipped)) return no_packet();
  if (!at.has(kIpv6Header)) return header_missing(layers);
  const std::uint8_t* const header = at.position();
  if (!is_teredo_address(header + 8) && !is_teredo_address(header + 24)) return no_packet();
  carried.is_usual = true;
  return layers.enter(TunnelKind::teredo) ? decode_ip(at, layers) : too_deep();
}

// RFC 2661, 3.1 (version 2) and RFC 3931, 4.1.2 (version 3). Bits marked x are ignored.
Decoded decode_l2tp(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  constexpr std::uint16_t kControl = 0x8000;
  constexpr std::uint16_t kLength = 0x4000;
  constexpr std::uint16_t kSequence = 0x0800;
  constexpr std::uint16_t kOffset = 0x0200;
  constexpr std::uint16_t kReserved = 0x34f0;
  constexpr std::uint16_t kVersion = 0x000f;
  const std::uint16_t flags = at.be16();
  if (at.failed()) return header_missing(layers);
  if ((flags & kControl) != 0) return no_packet();
  if ((flags & kVersion) == 3) {
    const std::uint16_t reserved = at.be16();
    if (at.failed()) return header_missing(layers);
    carried.is_usual = flags == 3 && reserved == 0;
    return decode_l2tp_v3(at, layers);
  }
  if ((flags & kVersion) != 2) return no_packet();
  if ((flags & kLength) != 0 && at.be16() > carried.length) return no_packet();
  const std::uint32_t ids = at.be32();
  if (at.failed()) return header_missing(layers);
  if ((ids >> 16U) == 0 || (ids & 0xffffU) == 0) return no_packet();
  if ((flags & kSequence) != 0) at.skip(4);
  if ((flags & kOffset) != 0) at.skip(at.be16());
  if (at.failed()) return header_missing(layers);
  carried.is_usual = (flags & kReserved) == 0;
  return layers.enter(TunnelKind::l2tp, ids) ? decode_ppp(at, layers) : too_deep();
}

// RFC 8086. Four zero bytes are too usual to say anything.
Decoded decode_gre_in_udp(Carried& carried, Layers& layers) {
  return decode_gre(carried.at, layers);
}

// RFC 7510. Any bytes could be labels, so the packet inside must fit.
Decoded decode_mpls_in_udp(Carried& carried, Layers& layers) {
  ByteCursor at = carried.at;
  std::uint32_t label = 0;
  std::uint32_t labels = 0;
  constexpr std::uint32_t kBottom = 0x100;
  while (!at.failed() && (label & kBottom) == 0) {
    label = at.be32();
    labels += 4;
  }
  if (at.failed() || !at.has(1)) return header_missing(layers);
  const unsigned nibble = *at.position() >> 4U;
  if ((nibble == 4 || nibble == 6) && !fits_ip(at, carried.length - labels)) return no_packet();
  return decode_mpls(carried.at, layers);
}

// RFC 9300, 5.3. If the instance flag is set, the upper 24 bits of the second word are the instance. RFC 9305
// uses a reserved bit to say that the first word ends with a next protocol.
Decoded decode_lisp(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  constexpr std::uint8_t kInstance = 0x08;
  constexpr std::uint8_t kNextProtocol = 0x04;
  const std::uint8_t flags = at.u8();
  at.skip(2);
  const std::uint8_t next = at.u8();
  const std::uint32_t second = at.be32();
  if (at.failed()) return header_missing(layers);
  if (carried.length < 8) return no_packet();
  const bool entered = (flags & kInstance) != 0 ? layers.enter(TunnelKind::lisp, second >> 8U)
                                                : layers.enter(TunnelKind::lisp);
  if (!entered) return too_deep();
  if (fits_ip(at, carried.length - 8)) return decode_ip(at, layers);
  return (flags & kNextProtocol) != 0 ? decode_next(next, at, layers) : no_packet();
}

// RFC 9301, 5.8: a message of type 8 holds an IP packet with another message inside, addressed to whichever
// host answers for an address. Signed messages have more in front of the packet and are not opened.
Decoded decode_lisp_control(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  constexpr std::uint8_t kEncapsulated = 8;
  constexpr std::uint8_t kSigned = 0x08;
  if (at.has(1) && *at.position() >> 4U != kEncapsulated) return no_packet();
  const std::uint8_t type_and_flags = at.u8();
  const std::uint32_t reserved = at.be24();
  if (at.failed()) return header_missing(layers);
  if ((type_and_flags & kSigned) != 0) {
    carried.is_usual = reserved == 0;
    return unknown_inside(layers);
  }
  if (carried.length < 4 || !fits_ip(at, carried.length - 4)) return no_packet();
  return layers.enter(TunnelKind::lisp) ? decode_ip(at, layers) : too_deep();
}

// RFC 5415, 4.3: a wireless frame or, if the T bit is clear, an Ethernet one. The first part of a fragmented
// one holds the headers. Encrypted ones have another type and are a conversation in DTLS.
Decoded decode_capwap(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  constexpr std::uint32_t kNative = 0x100;
  constexpr std::uint32_t kFragment = 0x80;
  constexpr std::uint32_t kKeepAlive = 0x08;
  constexpr std::uint32_t kReserved = 0x07;
  constexpr std::uint32_t kLastBinding = 3;
  if (at.has(1) && *at.position() != 0) return no_packet();
  const std::uint32_t first = at.be32();
  const std::uint32_t second = at.be32();
  if (at.failed()) return header_missing(layers);
  const std::size_t header_length = std::size_t{(first >> 19U) & 0x1fU} * 4;
  if (header_length < 8 || (first & kKeepAlive) != 0) return no_packet();
  carried.is_usual = (first & kReserved) == 0 && ((first >> 9U) & 0x1fU) <= kLastBinding;
  if ((first & kFragment) != 0 && (second & 0xfff8U) != 0) return unread(UnreadKind::later_fragment);
  at.skip(header_length - 8);
  if (at.failed()) return header_missing(layers);
  if (!layers.enter(TunnelKind::capwap)) return too_deep();
  return (first & kNative) != 0 ? decode_ieee80211_of_controller(at, layers) : decode_ethernet(at, layers);
}

// TaZmen Sniffer Protocol: version, type, what is carried, and tagged fields up to the one that ends them.
// One of them says how long the frame was before it was sliced.
Decoded decode_tzsp(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  constexpr std::uint8_t kPacketSent = 1;
  constexpr std::uint8_t kPadding = 0;
  constexpr std::uint8_t kEnd = 1;
  constexpr std::uint8_t kOriginalLength = 41;
  if (at.has(1) && *at.position() != 1) return no_packet();
  if (at.has(2) && at.position()[1] > kPacketSent) return no_packet();
  at.skip(2);
  const std::uint16_t carries = at.be16();
  std::uint32_t original_length = 0;
  for (std::uint8_t tag = at.u8(); tag != kEnd && !at.failed(); tag = at.u8()) {
    if (tag == kPadding) continue;
    const std::uint8_t size = at.u8();
    if (tag == kOriginalLength && size == 2) {
      original_length = at.be16();
    } else {
      at.skip(size);
    }
  }
  if (at.failed()) return header_missing(layers);
  carried.is_usual = carries <= 0xff;
  layers.note_claim(at.position(), original_length);
  if (!layers.enter(TunnelKind::tzsp)) return too_deep();
  switch (carries) {
    case 1:
      return decode_ethernet(at, layers);
    case 18:
      return decode_ieee80211(at, layers);
    case 119:
    case 127:
      return decode_prism(at, layers);
    default:
      return unknown_inside(layers);
  }
}

// Remote mirroring of HP's switches: twelve bytes of its own, then the frame.
Decoded decode_hp_erm(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  constexpr std::size_t kHeader = 12;
  at.skip(kHeader);
  if (at.failed() || !at.has(kEthernetHeader + 1)) return header_missing(layers);
  if (!looks_like_ethernet(at)) return no_packet();
  return layers.enter(TunnelKind::erm) ? decode_ethernet(at, layers) : too_deep();
}

// Remote mirroring of Aruba's access points, in the form that its configuration chose: a wireless frame
// behind a record header of a capture file (with or without four bytes about the radio), or behind radiotap.
Decoded decode_aruba_erm(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  constexpr std::uint32_t kRecordHeader = 16;
  constexpr std::uint32_t kRadio = 4;
  if (at.has(4) && load_be16(at.position()) == 0 && load_le16(at.position() + 2) >= 8 &&
      load_le16(at.position() + 2) < 256) {
    return layers.enter(TunnelKind::erm) ? decode_radiotap(at, layers) : too_deep();
  }
  if (!at.has(kRecordHeader)) return header_missing(layers);
  const std::uint32_t captured = load_be32(at.position() + 8);
  const std::uint32_t original = load_be32(at.position() + 12);
  if (captured > original || carried.length < kRecordHeader) return no_packet();
  const std::uint32_t left = carried.length - kRecordHeader;
  if (captured != left && captured + kRadio != left) return no_packet();
  at.skip(captured == left ? kRecordHeader : kRecordHeader + kRadio);
  if (at.failed()) return header_missing(layers);
  carried.is_usual = true;
  layers.note_claim(at.position(), original);
  return layers.enter(TunnelKind::erm) ? decode_ieee80211(at, layers) : too_deep();
}

struct UdpTunnel {
  std::uint16_t port;
  Decoded (*decode)(Carried& carried, Layers& layers);
};
constexpr std::array<UdpTunnel, kTunnelPorts.size()> kUdpTunnels{{{kPortVxlan, decode_vxlan},
                                                                  {kPortOldVxlan, decode_vxlan},
                                                                  {kPortFabricVxlan, decode_vxlan},
                                                                  {kPortVxlanGpe, decode_vxlan_gpe},
                                                                  {kPortGeneve, decode_geneve},
                                                                  {kPortGtpU, decode_gtp_u},
                                                                  {kPortTeredo, decode_teredo},
                                                                  {kPortL2tp, decode_l2tp},
                                                                  {kPortGre, decode_gre_in_udp},
                                                                  {kPortMpls, decode_mpls_in_udp},
                                                                  {kPortLisp, decode_lisp},
                                                                  {kPortLispControl, decode_lisp_control},
                                                                  {kPortCapwap, decode_capwap},
                                                                  {kPortTzsp, decode_tzsp},
                                                                  {kPortHpErm, decode_hp_erm},
                                                                  {kPortArubaErm, decode_aruba_erm}}};

// The tunnel of the destination port, or else of the source port; none has no decoder. Only one is tried, so
// that nested tunnels do not multiply the cost of a packet.
UdpTunnel tunnel_of(const Packet& packet, const TunnelPorts& ports) {
  for (const std::uint16_t port : {packet.destination_port, packet.source_port}) {
    if (ports.is_added_vxlan(port)) return {port, decode_vxlan};
    const auto* const found = std::find_if(kUdpTunnels.begin(), kUdpTunnels.end(),
                                           [port](const UdpTunnel& tunnel) { return tunnel.port == port; });
    if (found != kUdpTunnels.end()) return *found;
  }
  return {0, nullptr};
}

// The length in the UDP header itself: in a first fragment, it is more than the fragment has.
std::uint32_t claimed_length(const Packet& packet) {
  const std::uint32_t named = load_be16(packet.payload.data() - 4);
  return std::max(packet.payload_length, named < 8 ? 0 : named - 8);
}

// The UDP packet in `layers`, of which no tunnel is known. Marked if it looks like one.
Decoded ordinary(const Layers& layers) {
  Decoded decoded = packet_decoded();
  const Packet& packet = layers.packet;
  const bool is_first = packet.fragment.part == Fragment::Part::first;
  if (holds_packet(packet, is_first ? claimed_length(packet) : packet.payload_length)) {
    decoded.unread = {UnreadKind::unread_carrier, packet.destination_port};
  }
  return decoded;
}

// Is the packet inside more than bytes that happen to decode?
bool has_real_header(const Layers& layers) {
  if (layers.ip_header == nullptr) return false;
  const auto before = static_cast<std::size_t>(layers.ip_header - layers.frame.data);
  return is_ip_header(ByteCursor(layers.ip_header, layers.frame.captured - before));
}

// The UDP packet in `layers` again, after no packet was found in it.
Decoded closed(const Decoded& inside, const Carried& carried, Layers& layers) {
  const bool is_rejected = inside.kind == Decoded::Kind::rejected;
  if (is_rejected && inside.reject == RejectReason::snapped_headers) {
    layers.packet.transport_cut = true;
  } else if (!carried.is_usual) {
    return ordinary(layers);
  }
  Decoded decoded = packet_decoded();
  decoded.unread = inside.unread;
  if (decoded.unread.kind == UnreadKind::unread_tunnel) {
    decoded.unread = {UnreadKind::unread_carrier, carried.port};
  }
  return decoded;
}

}  // namespace

Decoded decode_udp_payload(Layers& layers) {
  const Packet& packet = layers.packet;
  if (packet.payload_length == 0) return packet_decoded();
  const UdpTunnel tunnel = tunnel_of(packet, layers.options.tunnel_ports);
  if (tunnel.decode == nullptr) return ordinary(layers);

  const Outer outer(layers);
  layers.note_carrier(kProtocolUdp);
  Carried carried{.at = ByteCursor(packet.payload), .length = claimed_length(packet), .port = tunnel.port};
  if (packet.fragment.part == Fragment::Part::none) {
    layers.note_claim(packet.payload.data(), carried.length);
  }
  layers.narrow(packet.payload.data(), packet.payload_length);
  ++layers.peeled;
  const Decoded inside = tunnel.decode(carried, layers);
  const bool too_many = inside.kind == Decoded::Kind::rejected && inside.reject == RejectReason::layer_depth;
  if (too_many || (has_ip(inside) && (carried.is_usual || has_real_header(layers)))) return inside;
  outer.restore(layers);
  return closed(inside, carried, layers);
}

}  // namespace portproof
