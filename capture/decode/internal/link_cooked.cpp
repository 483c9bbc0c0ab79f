#include "capture/decode/internal/link_cooked.hpp"

#include <algorithm>
#include <array>

#include "capture/decode/internal/ip.hpp"
#include "capture/decode/internal/link_serial.hpp"
#include "capture/decode/internal/link_wireless.hpp"
#include "capture/decode/link.hpp"

namespace portproof {
namespace {

// Linux's "cooked" captures have a type field that holds an EtherType or one of these values
// (https://www.tcpdump.org/linktypes/LINKTYPE_LINUX_SLL.html).
constexpr std::uint16_t kSllRawIpx = 0x0001;
constexpr std::uint16_t kSllLlc = 0x0004;
constexpr std::uint16_t kSllPpp = 0x0007;
// Known to carry no IP: AX.25, DDCMP, LocalTalk, CAN in three forms, AppleTalk over PPP, control messages of
// the interface, IrDA, Econet. Any other number below the EtherTypes may carry it.
constexpr std::array<std::uint16_t, 10> kSllWithoutIp{0x0002, 0x0006, 0x0009, 0x000c, 0x000d,
                                                      0x000e, 0x0010, 0x0016, 0x0017, 0x0018};
// Hardware types whose type field is not an EtherType.
constexpr std::uint16_t kArphrdFrameRelay = 770;
constexpr std::uint16_t kArphrdWireless = 801;
constexpr std::uint16_t kArphrdPrism = 802;
constexpr std::uint16_t kArphrdRadiotap = 803;
constexpr std::uint16_t kArphrdNetlink = 824;
constexpr std::uint8_t kSllBroadcast = 1;

Decoded decode_cooked(std::uint16_t type, std::uint16_t hardware, ByteCursor& at, Layers& layers) {
  switch (hardware) {
    case kArphrdNetlink:
      return no_packet();
    case kArphrdFrameRelay:
      return decode_frame_relay(at, layers);
    case kArphrdWireless:
      return decode_ieee80211(at, layers);
    case kArphrdPrism:
      return decode_prism(at, layers);
    case kArphrdRadiotap:
      return decode_radiotap(at, layers);
    default:
      break;
  }
  if (type >= kFirstEthertype) return decode_ethertype(type, at, layers);
  if (type == kSllLlc) return decode_llc(at, layers);
  if (type == kSllPpp) return decode_ppp(at, layers);
  if (type == kSllRawIpx) return foreign(UnreadKind::unknown_ethertype, type, layers);
  const Unread unknown{UnreadKind::unknown_ethertype, type};
  const bool without_ip = std::find(kSllWithoutIp.begin(), kSllWithoutIp.end(), type) != kSllWithoutIp.end();
  if (!without_ip) return unread(unknown.kind, unknown.number);
  return unless_packet(no_packet(), unknown, at, layers);
}

// Does another attribute of this type follow in an NFLOG message? Sizes are as in decode_nflog.
bool has_attribute(ByteCursor at, std::uint16_t wanted, bool big_endian) {
  while (at.has(4)) {
    const std::uint8_t* const header = at.position();
    const std::uint16_t length = big_endian ? load_be16(header) : load_le16(header);
    if ((big_endian ? load_be16(header + 2) : load_le16(header + 2)) == wanted) return true;
    if (length < 4) return false;
    at.skip((std::size_t{length} + 3) & ~std::size_t{3});
  }
  return false;
}

}  // namespace

Decoded decode_raw_ip(ByteCursor& at, Layers& layers) {
  return decode_ip(at, layers);
}

// LINKTYPE_NULL has the address family in the capturing machine's byte order, LINKTYPE_LOOP in network order.
// Families are small numbers, so the order is evident. Each system has its own number for IPv6.
Decoded decode_null(ByteCursor& at, Layers& layers) {
  const std::uint32_t family = at.be32();
  if (at.failed()) return header_missing(layers);
  switch (family > 0xffff ? __builtin_bswap32(family) : family) {
    case 2:   // AF_INET everywhere
    case 10:  // AF_INET6 on Linux
    case 23:  // Windows
    case 24:  // NetBSD, OpenBSD
    case 28:  // FreeBSD
    case 30:  // macOS
      return decode_ip(at, layers);
    case 7:   // ISO
    case 12:  // DECnet
    case 16:  // AppleTalk
      return no_packet();
    default:
      // Some drivers of point-to-point interfaces put an EtherType into the second half instead.
      if ((family >> 16U) != 0 && (family & 0xffffU) != 0) {
        return decode_ethertype(static_cast<std::uint16_t>(family), at, layers);
      }
      return unread(UnreadKind::unknown_content);
  }
}

Decoded decode_sll(ByteCursor& at, Layers& layers) {
  const std::uint16_t addressed_to = at.be16();
  const std::uint16_t hardware = at.be16();
  at.skip(10);  // the sender's link-layer address
  const std::uint16_t type = at.be16();
  if (at.failed()) return header_missing(layers);
  layers.packet.broadcast_frame = addressed_to == kSllBroadcast;
  return decode_cooked(type, hardware, at, layers);
}

Decoded decode_sll2(ByteCursor& at, Layers& layers) {
  const std::uint16_t type = at.be16();
  at.skip(6);  // reserved, interface index
  const std::uint16_t hardware = at.be16();
  const std::uint8_t addressed_to = at.u8();
  at.skip(9);  // the sender's link-layer address
  if (at.failed()) return header_missing(layers);
  layers.packet.broadcast_frame = addressed_to == kSllBroadcast;
  return decode_cooked(type, hardware, at, layers);
}

// Address family, security parameters, flags; the packet itself shows its IP version.
Decoded decode_enc(ByteCursor& at, Layers& layers) {
  at.skip(12);
  return decode_ip(at, layers);
}

// The header begins with its own length and is padded to a multiple of four.
Decoded decode_pflog(ByteCursor& at, Layers& layers) {
  if (!at.has(1)) return header_missing(layers);
  at.skip((std::size_t{*at.position()} + 3) & ~std::size_t{3});
  return decode_ip(at, layers);
}

// Family, version, group; then attributes (length, type, value, padded to four), one of which is the packet.
// A second packet does not occur, so it is not read, but missed. Lengths and types are in the capturing
// machine's byte order; types are below 256.
Decoded decode_nflog(ByteCursor& at, Layers& layers) {
  constexpr std::uint16_t kPayload = 9;
  at.skip(4);
  while (at.has(4)) {
    const std::uint8_t* const header = at.position();
    const bool big_endian = load_le16(header + 2) > 0xff;
    const std::uint16_t length = big_endian ? load_be16(header) : load_le16(header);
    const std::uint16_t type = big_endian ? load_be16(header + 2) : load_le16(header + 2);
    if (length < 4) return rejected(RejectReason::cut_headers);
    if (type == kPayload) {
      ByteCursor behind = at;
      behind.skip((std::size_t{length} + 3) & ~std::size_t{3});
      at.skip(4);
      layers.narrow(at.position(), length - 4U);
      ByteCursor packet = at.window(length - 4U);
      Decoded decoded = decode_ip(packet, layers);
      if (!decoded.unread && has_attribute(behind, kPayload, big_endian)) {
        decoded.unread.kind = UnreadKind::aggregated_frames;
      }
      return decoded;
    }
    at.skip((std::size_t{length} + 3) & ~std::size_t{3});
  }
  return at.failed() || layers.is_cut() ? header_missing(layers) : no_packet();
}

// Version, family, and the zones between which the packet passes.
Decoded decode_ipnet(ByteCursor& at, Layers& layers) {
  at.skip(24);
  return decode_ip(at, layers);
}

// The hardware addresses, then RFC 4391's header: an EtherType and two reserved bytes.
Decoded decode_ipoib(ByteCursor& at, Layers& layers) {
  at.skip(40);
  const std::uint16_t type = at.be16();
  at.skip(2);
  if (at.failed()) return header_missing(layers);
  return decode_ethertype(type, at, layers);
}

// The header's length, the record type (1: a packet), the packet's link type.
Decoded decode_pktap(ByteCursor& at, Layers& layers) {
  const std::uint32_t length = at.le32();
  const std::uint32_t record = at.le32();
  const std::uint32_t type = at.le32();
  if (at.failed()) return header_missing(layers);
  if (length < 12 || record != 1) return no_packet();
  at.skip(length - 12);
  if (at.failed()) return header_missing(layers);
  return decode_link(static_cast<LinkType>(type), at, layers);
}

}  // namespace portproof
