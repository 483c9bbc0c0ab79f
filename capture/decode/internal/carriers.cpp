// Layers between Ethernet and IP: labels, sessions, and the tags of bridges and fabrics. Each carries a frame
// or a packet and counts as a tunnel.
#include "capture/decode/internal/carried.hpp"
#include "capture/decode/internal/inner_packet.hpp"
#include "capture/decode/internal/ip.hpp"
#include "capture/decode/link.hpp"

namespace portproof {

namespace {

// What an associated channel behind labels carries, by its type (RFC 4385, 5; RFC 5586;
// https://www.iana.org/assignments/g-ach-parameters).
enum class Channel : std::uint8_t { ip, ppp, control, unknown };
Channel channel_of(std::uint16_t type) {
  switch (type) {
    case 0x0021:  // IPv4
    case 0x0057:  // IPv6
      return Channel::ip;
    case 0x0001:  // management, with a PPP protocol number in front (RFC 5718)
    case 0x0002:  // signalling
      return Channel::ppp;
    case 0x0007:  // BFD
    case 0x000a:  // loss and delay (RFC 6374), to 0x000e
    case 0x000b:
    case 0x000c:
    case 0x000d:
    case 0x000e:
    case 0x0022:  // continuity and connectivity (RFC 6428)
    case 0x0023:
    case 0x0024:  // protection (RFC 6378)
    case 0x0025:  // LSP ping without IP (RFC 6426)
    case 0x0026:  // lock instruct (RFC 6435)
    case 0x0027:  // status of pseudowires (RFC 6478)
    case 0x0028:  // withdrawn MAC addresses (RFC 7769)
    case 0x002a:  // advertisements (RFC 7212)
    case 0x0058:  // faults (RFC 6427)
    case 0x8902:  // maintenance of G.8113.1
      return Channel::control;
    default:
      return Channel::unknown;
  }
}

// At a word that begins with the bits 0001: version, reserved bits, the channel's type.
Decoded decode_associated_channel(ByteCursor& at, Layers& layers) {
  const std::uint32_t word = at.be32();
  if (at.failed()) return header_missing(layers);
  switch (channel_of(static_cast<std::uint16_t>(word))) {
    case Channel::ip:
      return decode_ip(at, layers);
    case Channel::ppp:
      return decode_ppp(at, layers);
    case Channel::control:
      return unless_packet(no_packet(), unknown_inside(layers).unread, at, layers);
    case Channel::unknown:
      break;
  }
  return unknown_inside(layers);
}

// Could the IP packet that a header states be here: no longer than what was sent, and with no more behind it
// than the padding of a short frame? Network cards that segment write an IPv4 length of 0.
bool is_ip_of_right_length(const ByteCursor& at, const Layers& layers) {
  constexpr std::uint32_t kMostPadding = 46;
  if (!at.has(kIpv4Header)) return true;
  const std::uint32_t left = layers.wire_after(at.position());
  const std::uint32_t stated = stated_ip_length(at);
  return stated == 0 || (stated >= kIpv4Header && stated <= left && left - stated <= kMostPadding);
}

// An IPv4 header of which the capture has only a part, in its options: nothing can be said against it.
bool is_cut_in_options(const ByteCursor& at) {
  return at.has(kIpv4Header) && *at.position() >> 4U == 4 &&
         !at.has((*at.position() & 0x0fU) * std::size_t{4});
}

}  // namespace

// Nothing in a label stack says what follows it. By convention, the next four bits do: an IP version; 1 is an
// associated channel (RFC 5586); 0 is the control word of a pseudowire (RFC 4385), followed by an Ethernet
// frame. A pseudowire may omit that word, and a MAC address may begin with any bits: so where those of an IP
// version do not begin a sound IP header, a sound Ethernet header decides. If there is neither, an IP header
// whose length is right is good enough, or one that was cut.
Decoded decode_mpls(ByteCursor& at, Layers& layers) {
  std::uint32_t label = 0;
  do {
    label = at.be32();
    if (at.failed()) return header_missing(layers);
    if (!layers.enter(TunnelKind::mpls, label >> 12U)) return too_deep();
  } while ((label & 0x100U) == 0);
  if (!at.has(1)) return header_missing(layers);
  const unsigned nibble = *at.position() >> 4U;
  if (nibble == 4 || nibble == 6) {
    const bool right_length = is_ip_of_right_length(at, layers);
    const bool sound = is_ip_header(at);
    if (sound && right_length) return decode_ip(at, layers);
    if (looks_like_ethernet(at)) return decode_ethernet(at, layers);
    const bool may_be_ip = sound || right_length || layers.is_cut() || is_cut_in_options(at);
    return may_be_ip ? decode_ip(at, layers) : unknown_inside(layers);
  }
  constexpr std::size_t kControlWord = 4;
  ByteCursor behind_word = at;
  behind_word.skip(kControlWord);
  if (nibble == 0 && looks_like_ethernet(behind_word)) return decode_ethernet(behind_word, layers);
  if (looks_like_ethernet(at)) return decode_ethernet(at, layers);
  const bool seen_enough = at.has(kControlWord + kEthernetHeader + 1);
  if (!seen_enough && layers.is_cut()) return header_missing(layers);
  constexpr unsigned kAssociatedChannel = 1;
  return nibble == kAssociatedChannel ? decode_associated_channel(at, layers) : unknown_inside(layers);
}

Decoded decode_pppoe(ByteCursor& at, Layers& layers) {
  const std::uint8_t version_and_type = at.u8();
  const std::uint8_t code = at.u8();
  const std::uint16_t session = at.be16();
  const std::uint16_t length = at.be16();
  if (at.failed()) return header_missing(layers);
  if (version_and_type != 0x11 || code != 0) return unknown_inside(layers);
  if (!layers.enter(TunnelKind::pppoe, session)) return too_deep();
  layers.note_claim(at.position(), length);
  layers.narrow(at.position(), length);
  ByteCursor inside = at.window(length);
  return decode_ppp(inside, layers);
}

// RFC 8300, 2.2: the length is in units of four bytes and includes base and service path.
Decoded decode_nsh(ByteCursor& at, Layers& layers) {
  const std::uint16_t first = at.be16();
  at.skip(1);  // type of the metadata
  const std::uint8_t next = at.u8();
  const std::uint32_t path = at.be32();
  const std::size_t length = (first & 0x3fU) * std::size_t{4};
  if (at.failed()) return header_missing(layers);
  if (first >> 14U != 0 || length < 8) return unknown_inside(layers);
  at.skip(length - 8);
  if (at.failed()) return header_missing(layers);
  if (!layers.enter(TunnelKind::nsh, path >> 8U)) return too_deep();
  switch (next) {
    case 1:
    case 2:
      return decode_ip(at, layers);
    case 3:
      return decode_ethernet(at, layers);
    case 4:
      return decode_nsh(at, layers);
    case 5:
      return decode_mpls(at, layers);
    default:
      return unknown_inside(layers);
  }
}

Decoded decode_provider_backbone(ByteCursor& at, Layers& layers) {
  const std::uint32_t tag = at.be32();
  if (at.failed()) return header_missing(layers);
  return layers.enter(TunnelKind::pbb, tag & 0xffffffU) ? decode_ethernet(at, layers) : too_deep();
}

Decoded decode_vn_tag(ByteCursor& at, Layers& layers) {
  const std::uint32_t tag = at.be32();
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  const std::uint32_t destination = (tag >> 16U) & 0x3fffU;
  return layers.enter(TunnelKind::vn_tag, destination) ? decode_ethertype(type, at, layers) : too_deep();
}

Decoded decode_e_tag(ByteCursor& at, Layers& layers) {
  at.skip(2);  // priority, ingress
  const std::uint16_t channel = at.be16();
  at.skip(2);  // extensions
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  return layers.enter(TunnelKind::e_tag, channel & 0x3fffU) ? decode_ethertype(type, at, layers) : too_deep();
}

// Integrity without confidentiality leaves the frame readable (IEEE 802.1AE, 9.3 to 9.9); the layers above
// can ignore the check value after it. Where the user data was changed, nothing says how.
Decoded decode_macsec(ByteCursor& at, Layers& layers) {
  const std::uint8_t control = at.u8();
  at.skip(5);  // short length, packet number
  constexpr std::uint8_t kSecureChannel = 0x20;
  constexpr std::uint8_t kEncryptedOrChanged = 0x0c;
  if ((control & kSecureChannel) != 0) at.skip(8);
  if (at.failed()) return header_missing(layers);
  if ((control & kEncryptedOrChanged) != 0) return unread(UnreadKind::encrypted_frame);
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  return layers.enter(TunnelKind::macsec, control & 3U) ? decode_ethertype(type, at, layers) : too_deep();
}

// A security group: version, length, an option and its value. A tag, like a VLAN tag, and not a tunnel.
Decoded decode_cisco_metadata(ByteCursor& at, Layers& layers) {
  const std::uint16_t version_and_length = at.be16();
  at.skip(4);
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  if (version_and_length != 0x0101 || type < kFirstEthertype) {
    return unread(UnreadKind::unknown_ethertype, kEthertypeCiscoMetadata);
  }
  return layers.enter() ? decode_ethertype(type, at, layers) : too_deep();
}

// A time of 64 or 48 bits, depending on the lower byte of the version; not a tunnel either.
Decoded decode_arista(ByteCursor& at, Layers& layers) {
  const std::uint16_t kind = at.be16();
  const std::uint16_t version = at.be16();
  if (at.failed()) return header_missing(layers);
  constexpr std::uint16_t kTimestamp = 1;
  const std::uint16_t size = version & 0xffU;
  if (kind != kTimestamp || (size != 0x10 && size != 0x20)) {
    return unread(UnreadKind::unknown_ethertype, kEthertypeArista);
  }
  at.skip(size == 0x10 ? 8 : 6);
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  return layers.enter() ? decode_ethertype(type, at, layers) : too_deep();
}

// Cisco FabricPath: a forwarding tag of ten bits and a TTL of six, then the frame.
Decoded decode_fabric_path(ByteCursor& at, Layers& layers) {
  const std::uint16_t tag_and_ttl = at.be16();
  if (at.failed()) return header_missing(layers);
  return layers.enter(TunnelKind::fabric_path, tag_and_ttl >> 6U) ? decode_ethernet(at, layers) : too_deep();
}

// A tag of seamless redundancy: path and size, then a sequence number. Not a tunnel.
Decoded decode_hsr(ByteCursor& at, Layers& layers) {
  at.skip(4);
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  return layers.enter() ? decode_ethertype(type, at, layers) : too_deep();
}

Decoded decode_trill(ByteCursor& at, Layers& layers) {
  const std::uint16_t first = at.be16();
  const std::uint16_t egress = at.be16();
  at.skip(2);                                       // ingress
  at.skip(std::size_t{(first >> 6U) & 0x1fU} * 4);  // options
  if (at.failed()) return header_missing(layers);
  return layers.enter(TunnelKind::trill, egress) ? decode_ethernet(at, layers) : too_deep();
}

}  // namespace portproof
