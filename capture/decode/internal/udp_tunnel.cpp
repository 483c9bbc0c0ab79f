#include "capture/decode/internal/udp_tunnel.hpp"

#include "capture/decode/internal/carried.hpp"
#include "capture/decode/internal/ip.hpp"
#include "capture/decode/internal/ip_tunnel.hpp"
#include "capture/decode/internal/link_wireless.hpp"
#include "capture/decode/link.hpp"

// A port is a hint that a datagram carries a tunnel, never a proof: anything may be sent to port 4789. So
// each decoder checks what its header must have, and answers not_inside() where it does not; the datagram
// is then an ordinary UDP packet.
//
//   | Ethernet | IP | UDP, port 4789 | flags 08, network 7, zeros | Ethernet | IP | TCP ...
//                                      every reserved bit right?    then this is what is judged
//
// The price of a wrong yes is high, because the inner addresses take the place of the outer ones and
// somebody would be accused of traffic that does not exist. The price of a wrong no is a UDP conversation
// between the tunnel's ends, which the report shows. So whatever is doubtful is no tunnel.
//
// A capture may end within a header. Where too little is visible to check it, it is no tunnel; where the
// tunnel was recognised and its options are cut, the packet is counted as such (header_missing).

namespace portproof {
namespace {

// What a UDP packet carries: the captured bytes, and the original length.
struct Carried {
  ByteCursor at;
  std::uint32_t length{0};
};

// Could an IP packet of at most `length` bytes begin here, as far as the capture shows?
bool fits_ip(const ByteCursor& at, std::uint32_t length) {
  if (!at.has(1)) return true;
  const std::uint8_t* const header = at.position();
  if (header[0] >> 4U == 6) return !at.has(kIpv6Header) || kIpv6Header + load_be16(header + 4) <= length;
  if (header[0] >> 4U != 4) return false;
  if (!at.has(kIpv4Header)) return true;
  const std::uint32_t header_length = (header[0] & 0x0fU) * 4U;
  const std::uint32_t total_length = load_be16(header + 2);
  return header_length >= kIpv4Header && total_length >= header_length && total_length <= length;
}

// The next-protocol numbers that VXLAN-GPE and NSH share.
constexpr std::uint8_t kNextIpv4 = 1;
constexpr std::uint8_t kNextIpv6 = 2;
constexpr std::uint8_t kNextNsh = 4;

Decoded decode_next(std::uint8_t next, ByteCursor& at, Layers& layers) {
  if (next == kNextIpv4 || next == kNextIpv6) return decode_ip(at, layers);
  if (next == kNextNsh) return decode_nsh(at, layers);
  return next == 3 ? decode_ethernet(at, layers) : not_inside();
}

// RFC 7348, 5: a flag, the network, and a zero byte. The other reserved bits may hold a group (the policy
// extension, with a flag of its own) or whatever the sender left there: a receiver ignores them.
Decoded decode_vxlan(Carried& carried, Layers& layers) {
  const std::uint32_t first = carried.at.be32();
  const std::uint32_t network = carried.at.be32();
  constexpr std::uint32_t kFlags = 0xff000000;
  constexpr std::uint32_t kNetwork = 0x08000000;
  constexpr std::uint32_t kGroup = 0x80000000;
  if (carried.at.failed() || (network & 0xffU) != 0 || (first & kFlags & ~kGroup) != kNetwork)
    return not_inside();
  return layers.enter(TunnelKind::vxlan, network >> 8U) ? decode_ethernet(carried.at, layers) : too_deep();
}

// draft-ietf-nvo3-vxlan-gpe: the header also states what follows.
Decoded decode_vxlan_gpe(Carried& carried, Layers& layers) {
  const std::uint32_t first = carried.at.be32();
  const std::uint32_t network = carried.at.be32();
  if (carried.at.failed() || (network & 0xffU) != 0) return not_inside();
  if ((first & 0xffffff00U) != 0x0c000000U) return not_inside();
  if (!layers.enter(TunnelKind::vxlan, network >> 8U)) return too_deep();
  return decode_next(static_cast<std::uint8_t>(first), carried.at, layers);
}

// RFC 8926, 3.4: version zero, two flags, and zero reserved bits.
Decoded decode_geneve(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  const std::uint16_t first = at.be16();
  const std::uint16_t type = at.be16();
  const std::uint32_t network = at.be32();
  if (at.failed() || (first & 0xc03fU) != 0 || (network & 0xffU) != 0) return not_inside();
  if (type < kFirstEthertype) return not_inside();
  at.skip(((first >> 8U) & 0x3fU) * 4U);  // options
  if (at.failed()) return header_missing(layers);
  return layers.enter(TunnelKind::geneve, network >> 8U) ? decode_ethertype(type, at, layers) : too_deep();
}

// A G-PDU (3GPP TS 29.281, 5.1): version 1, the bit that marks GTP, and a length that fits.
Decoded decode_gtp_u(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  const std::uint8_t flags = at.u8();
  const std::uint8_t type = at.u8();
  const std::uint32_t length = at.be16();
  const std::uint32_t endpoint = at.be32();
  constexpr std::uint8_t kUserData = 255;
  if (at.failed() || (flags & 0xf8U) != 0x30 || type != kUserData || length + 8 > carried.length) {
    return not_inside();
  }
  std::size_t options = 0;
  if ((flags & 0x07U) != 0) {
    at.skip(3);  // sequence number, number of the packet data unit
    std::uint8_t extension = at.u8();
    options = 4;
    while ((flags & 0x04U) != 0 && extension != 0) {
      const std::size_t size = std::size_t{at.u8()} * 4;
      if (size == 0 || at.failed()) return not_inside();
      at.skip(size - 2);
      extension = at.u8();
      options += size;
    }
    if (at.failed() || options > length) return not_inside();
  }
  if (!fits_ip(at, length - static_cast<std::uint32_t>(options))) return not_inside();
  return layers.enter(TunnelKind::gtp_u, endpoint) ? decode_ip(at, layers) : too_deep();
}

// Teredo's own prefix, and the link-local prefix, which its router solicitations use.
bool is_teredo_address(const std::uint8_t* address) {
  return load_be32(address) == 0x20010000U || (load_be16(address) & 0xffc0U) == 0xfe80U;
}

// RFC 4380, 5.1.1: authentication and origin, both optional, then IPv6.
Decoded decode_teredo(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  const std::size_t before = at.remaining();
  if (at.has(4) && load_be16(at.position()) == 1) {
    const std::uint8_t* const header = at.position();
    at.skip(std::size_t{4} + header[2] + header[3] + 8 + 1);  // names, keys, nonce, confirmation
  }
  if (at.has(8) && load_be16(at.position()) == 0) at.skip(8);
  if (at.failed() || !at.has(kIpv6Header)) return not_inside();
  const std::uint8_t* const header = at.position();
  const auto skipped = static_cast<std::uint32_t>(before - at.remaining());
  if (header[0] >> 4U != 6 || !fits_ip(at, carried.length - skipped)) return not_inside();
  if (!is_teredo_address(header + 8) && !is_teredo_address(header + 24)) return not_inside();
  return layers.enter(TunnelKind::teredo) ? decode_ip(at, layers) : too_deep();
}

// RFC 2661, 3.1 (version 2) and RFC 3931, 4.1.2 (version 3).
Decoded decode_l2tp(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  const std::uint16_t flags = at.be16();
  constexpr std::uint16_t kLength = 0x4000;
  constexpr std::uint16_t kSequence = 0x0800;
  constexpr std::uint16_t kOffset = 0x0200;
  constexpr std::uint16_t kPriority = 0x0100;
  if (flags == 3) {
    if (at.be16() != 0 || at.failed()) return not_inside();
    return decode_l2tp_v3(at, layers);
  }
  // If the highest bit is set, it is a control message.
  if ((flags & ~(kLength | kSequence | kOffset | kPriority)) != 2) return not_inside();
  if ((flags & kLength) != 0 && at.be16() > carried.length) return not_inside();
  const std::uint32_t ids = at.be32();
  if ((flags & kSequence) != 0) at.skip(4);
  if ((flags & kOffset) != 0) at.skip(at.be16());
  if (at.failed() || (ids >> 16U) == 0 || (ids & 0xffffU) == 0) return not_inside();
  return layers.enter(TunnelKind::l2tp, ids) ? decode_ppp(at, layers) : too_deep();
}

Decoded decode_gre_in_udp(Carried& carried, Layers& layers) {
  return decode_gre(carried.at, layers);
}

Decoded decode_mpls_in_udp(Carried& carried, Layers& layers) {
  return decode_mpls(carried.at, layers);
}

// RFC 9300, 5.3. If the instance flag is set, the upper 24 bits of the second word are the instance.
Decoded decode_lisp(Carried& carried, Layers& layers) {
  const std::uint8_t flags = carried.at.u8();
  carried.at.skip(3);
  const std::uint32_t second = carried.at.be32();
  if (carried.at.failed() || carried.length < 8 || !fits_ip(carried.at, carried.length - 8))
    return not_inside();
  constexpr std::uint8_t kInstance = 0x08;
  const bool entered = (flags & kInstance) != 0 ? layers.enter(TunnelKind::lisp, second >> 8U)
                                                : layers.enter(TunnelKind::lisp);
  return entered ? decode_ip(carried.at, layers) : too_deep();
}

// RFC 9301, 5.8: a message of type 8 holds an IP packet with another message inside, addressed to whichever
// host answers for an address. Signed messages have more in front of the packet and are not opened.
Decoded decode_lisp_control(Carried& carried, Layers& layers) {
  const std::uint8_t type_and_flags = carried.at.u8();
  carried.at.skip(3);
  constexpr std::uint8_t kEncapsulated = 8;
  constexpr std::uint8_t kSigned = 0x08;
  if (carried.at.failed() || type_and_flags >> 4U != kEncapsulated || (type_and_flags & kSigned) != 0 ||
      carried.length < 4 || !fits_ip(carried.at, carried.length - 4)) {
    return not_inside();
  }
  return layers.enter(TunnelKind::lisp) ? decode_ip(carried.at, layers) : too_deep();
}

// RFC 5415, 4.3: a wireless frame or, if the T bit is clear, an Ethernet one; unencrypted and complete.
Decoded decode_capwap(Carried& carried, Layers& layers) {
  ByteCursor& at = carried.at;
  const std::uint32_t first = at.be32();
  const std::size_t header_length = ((first >> 19U) & 0x1fU) * 4;
  constexpr std::uint32_t kNative = 0x100;
  constexpr std::uint32_t kFragmentOrKeepAlive = 0x88;
  if (at.failed() || first >> 24U != 0 || header_length < 8 || (first & kFragmentOrKeepAlive) != 0) {
    return not_inside();
  }
  at.skip(header_length - 4);
  if (at.failed()) return header_missing(layers);
  if (!layers.enter(TunnelKind::capwap)) return too_deep();
  return (first & kNative) != 0 ? decode_ieee80211_of_controller(at, layers) : decode_ethernet(at, layers);
}

struct UdpTunnel {
  std::uint16_t port;
  Decoded (*decode)(Carried& carried, Layers& layers);
};
constexpr std::array<UdpTunnel, kTunnelPorts.size()> kUdpTunnels{{{kPortVxlan, decode_vxlan},
                                                                  {kPortOldVxlan, decode_vxlan},
                                                                  {kPortVxlanGpe, decode_vxlan_gpe},
                                                                  {kPortGeneve, decode_geneve},
                                                                  {kPortGtpU, decode_gtp_u},
                                                                  {kPortTeredo, decode_teredo},
                                                                  {kPortL2tp, decode_l2tp},
                                                                  {kPortGre, decode_gre_in_udp},
                                                                  {kPortMpls, decode_mpls_in_udp},
                                                                  {kPortLisp, decode_lisp},
                                                                  {kPortLispControl, decode_lisp_control},
                                                                  {kPortCapwap, decode_capwap}}};

// The tunnel of the destination port, or else of the source port. Only one is tried, so that nested tunnels
// do not multiply the cost of a packet.
const UdpTunnel* tunnel_of(const Packet& packet) {
  for (const std::uint16_t port : {packet.destination_port, packet.source_port}) {
    const auto* const found = std::find_if(kUdpTunnels.begin(), kUdpTunnels.end(),
                                           [port](const UdpTunnel& tunnel) { return tunnel.port == port; });
    if (found != kUdpTunnels.end()) return found;
  }
  return nullptr;
}

// The length in the UDP header itself: in a first fragment, it is more than the fragment has.
std::uint32_t claimed_length(const Packet& packet) {
  const std::uint32_t named = load_be16(packet.payload.data() - 4);
  return std::max(packet.payload_length, named < 8 ? 0 : named - 8);
}

}  // namespace

Decoded decode_udp_tunnel(Layers& layers) {
  const Packet& packet = layers.packet;
  if (packet.transport_cut || packet.payload.empty()) return packet_decoded();
  const UdpTunnel* const tunnel = tunnel_of(packet);
  if (tunnel == nullptr) return packet_decoded();

  const Outer outer(layers);
  layers.note_carrier(kProtocolUdp);
  Carried carried{.at = ByteCursor(packet.payload), .length = claimed_length(packet)};
  layers.narrow(packet.payload.data(), packet.payload_length);
  ++layers.peeled;
  const Decoded decoded = tunnel->decode(carried, layers);
  const bool rejected = decoded.kind == Decoded::Kind::rejected;
  if (has_ip(decoded) || (rejected && decoded.reject == RejectReason::layer_depth)) return decoded;
  outer.restore(layers);
  layers.packet.transport_cut = rejected && decoded.reject == RejectReason::snapped_headers;
  return packet_decoded();
}

}  // namespace portproof
