#include "capture/decode/internal/link_serial.hpp"

#include <algorithm>
#include <array>

#include "capture/decode/internal/ip.hpp"
#include "capture/decode/link.hpp"

namespace portproof {
namespace {

// PPP protocol numbers (https://www.iana.org/assignments/ppp-numbers).
constexpr std::uint16_t kPppIpv4 = 0x0021;
constexpr std::uint16_t kPppBridging = 0x0031;
constexpr std::uint16_t kPppIpv6 = 0x0057;
constexpr std::uint16_t kPppMpls = 0x0281;
constexpr std::uint16_t kPppMplsUpstream = 0x0283;

// RFC 3518, 4.2: flags, the kind of frame, the frame.
Decoded decode_ppp_bridging(ByteCursor& at, Layers& layers) {
  const std::uint8_t flags = at.u8();
  const std::uint8_t kind = at.u8();
  constexpr std::uint8_t kLanId = 0x40;
  if ((flags & kLanId) != 0) at.skip(4);
  if (at.failed()) return header_missing(layers);
  constexpr std::uint8_t kEthernet = 1;
  if (kind != kEthernet) return unread(UnreadKind::unknown_content);
  return layers.enter() ? decode_ethernet(at, layers) : too_deep();
}

// Network layer protocol ids (ISO 9577), as in RFC 2427.
constexpr std::uint8_t kNlpidSnap = 0x80;
constexpr std::uint8_t kNlpidIpv6 = 0x8e;
constexpr std::uint8_t kNlpidIpv4 = 0xcc;
constexpr std::uint8_t kNlpidPpp = 0xcf;
constexpr std::uint8_t kUnnumbered = 0x03;

// Signalling of the link itself, and ISO protocols.
bool is_nlpid_without_ip(std::uint8_t protocol) {
  return protocol == 0x08 || protocol == 0x09 || (protocol >= 0x81 && protocol <= 0x8a);
}

Decoded decode_nlpid(ByteCursor& at, Layers& layers) {
  std::uint8_t protocol = at.u8();
  if (protocol == 0) protocol = at.u8();  // padding
  if (at.failed()) return header_missing(layers);
  if (protocol == kNlpidIpv4 || protocol == kNlpidIpv6) return decode_ip(at, layers);
  if (protocol == kNlpidPpp) return decode_ppp(at, layers);
  if (protocol != kNlpidSnap) {
    if (!is_nlpid_without_ip(protocol)) return unread(UnreadKind::unknown_content);
    return unless_packet(no_packet(), {UnreadKind::unknown_content}, at, layers);
  }
  const std::uint32_t organisation = at.be24();
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  if (organisation == 0) return decode_ethertype(type, at, layers);
  constexpr std::uint32_t kBridged = 0x0080c2;
  const bool ethernet = type == 0x0001 || type == 0x0007;
  return organisation == kBridged && ethernet ? decode_ethernet(at, layers)
                                              : unread(UnreadKind::unknown_snap, organisation);
}

template <std::size_t Size>
bool contains(const std::array<std::uint16_t, Size>& protocols, std::uint16_t wanted) {
  return std::find(protocols.begin(), protocols.end(), wanted) != protocols.end();
}

// Control protocols have numbers from 0x4000 on (RFC 1661, 2). Below them are network protocols, and packets
// that are compressed, encrypted or split.
Decoded decode_other_ppp(std::uint16_t protocol, const ByteCursor& at, const Layers& layers) {
  // Padding, Cisco's systems, messages of bridges, Cisco's discovery.
  constexpr std::array<std::uint16_t, 5> kWithoutIp{0x0001, 0x0041, 0x0201, 0x0203, 0x0207};
  // ISO, XNS, DECnet, AppleTalk, IPX, VINES, NetBIOS, SNA.
  constexpr std::array<std::uint16_t, 8> kForeign{0x0023, 0x0025, 0x0027, 0x0029,
                                                  0x002b, 0x0035, 0x003f, 0x004d};
  const Unread unknown{UnreadKind::unknown_ppp, protocol};
  if (contains(kForeign, protocol)) {
    return unless_packet(foreign(UnreadKind::unknown_ppp, protocol, layers), unknown, at, layers);
  }
  if (protocol >= 0x4000 || contains(kWithoutIp, protocol)) {
    return unless_packet(no_packet(), unknown, at, layers);
  }
  return unread(unknown.kind, unknown.number);
}

}  // namespace

Decoded decode_ppp(ByteCursor& at, Layers& layers) {
  if (at.has(2) && load_be16(at.position()) == 0xff03) at.skip(2);
  std::uint16_t protocol = at.u8();
  // The first byte of a two-byte protocol is even (RFC 1661, 2), unless it was left out.
  if ((protocol & 1U) == 0) protocol = static_cast<std::uint16_t>((protocol << 8U) | at.u8());
  if (at.failed()) return header_missing(layers);
  switch (protocol) {
    case kPppIpv4:
    case kPppIpv6:
      return decode_ip(at, layers);
    case kPppMpls:
    case kPppMplsUpstream:
      return decode_mpls(at, layers);
    case kPppBridging:
      return decode_ppp_bridging(at, layers);
    default:
      return decode_other_ppp(protocol, at, layers);
  }
}

Decoded decode_hdlc(ByteCursor& at, Layers& layers) {
  at.skip(2);  // address, control
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  constexpr std::uint16_t kIso = 0x00fe;
  if (type == kIso) return unless_packet(no_packet(), {UnreadKind::unknown_ethertype, type}, at, layers);
  if (type < kFirstEthertype) return unread(UnreadKind::unknown_ethertype, type);
  return decode_ethertype(type, at, layers);
}

// Routers write both framings under either number. Cisco's addresses are 0x0f or, for broadcasts, 0x8f.
Decoded decode_ppp_or_hdlc(ByteCursor& at, Layers& layers) {
  if (at.has(1) && (*at.position() & 0x7fU) == 0x0f) return decode_hdlc(at, layers);
  return decode_ppp(at, layers);
}

Decoded decode_ppp_with_direction(ByteCursor& at, Layers& layers) {
  at.skip(1);
  return decode_ppp_or_hdlc(at, layers);
}

// The address has two to four bytes; the last one has its lowest bit set. It is followed by RFC 2427's
// control byte or, in Cisco's encapsulation, by an EtherType.
Decoded decode_frame_relay(ByteCursor& at, Layers& layers) {
  std::uint8_t byte = 0;
  for (int length = 0; length < 4 && (byte & 1U) == 0; ++length) byte = at.u8();
  if (!at.has(2)) return header_missing(layers);
  if ((byte & 1U) == 0) return unread(UnreadKind::unknown_content);
  if (*at.position() == kUnnumbered) {
    at.skip(1);
    return decode_nlpid(at, layers);
  }
  const std::uint16_t type = at.be16();
  return type < kFirstEthertype ? unread(UnreadKind::unknown_ethertype, type)
                                : decode_ethertype(type, at, layers);
}

// One encapsulation begins with LLC, the other with the packet itself.
Decoded decode_rfc1483(ByteCursor& at, Layers& layers) {
  if (!at.has(1)) return header_missing(layers);
  const std::uint8_t first = *at.position();
  return first >> 4U == 4 || first >> 4U == 6 ? decode_ip(at, layers) : decode_llc(at, layers);
}

// A four-byte header; the lower half of its first byte is the kind of traffic.
Decoded decode_sun_atm(ByteCursor& at, Layers& layers) {
  constexpr std::uint8_t kLane = 1;
  constexpr std::uint8_t kLlc = 2;
  const std::uint8_t kind = at.u8() & 0x0fU;
  at.skip(3);  // virtual path and channel
  if (at.failed()) return header_missing(layers);
  if (kind == kLlc) return decode_rfc1483(at, layers);
  constexpr std::uint8_t kSignalling = 6;
  constexpr std::uint8_t kManagement = 5;
  if (kind == kSignalling || kind == kManagement) return no_packet();
  if (kind != kLane) return unread(UnreadKind::unknown_content);
  at.skip(2);  // the sender's id within the emulated LAN
  return decode_ethernet(at, layers);
}

// A magic number, flags, extensions if a flag says so; without a link layer, four bytes and IP.
Decoded decode_juniper_ethernet(ByteCursor& at, Layers& layers) {
  constexpr std::uint32_t kMagic = 0x4d4743;
  constexpr std::uint8_t kNoLinkLayer = 0x02;
  constexpr std::uint8_t kExtensions = 0x80;
  const std::uint32_t magic = at.be24();
  const std::uint8_t flags = at.u8();
  if ((flags & kExtensions) != 0) at.skip(at.be16());
  if ((flags & kNoLinkLayer) != 0) at.skip(4);
  if (at.failed()) return header_missing(layers);
  if (magic != kMagic) return unread(UnreadKind::unknown_content);
  return (flags & kNoLinkLayer) != 0 ? decode_ip(at, layers) : decode_ethernet(at, layers);
}

}  // namespace portproof
