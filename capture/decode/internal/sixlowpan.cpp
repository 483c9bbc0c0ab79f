#include "capture/decode/internal/sixlowpan.hpp"

#include <algorithm>
#include <utility>

#include "capture/decode/internal/ip.hpp"
#include "capture/decode/internal/transport.hpp"

// A radio frame of IEEE 802.15.4 has room for about 100 bytes, so 6LoWPAN leaves out of the IPv6 and UDP
// headers whatever the receiver can work out. What follows undoes that, as far as one frame allows:
//
//   [mesh] [broadcast] [fragment 1]   0 1 1 TF NH HLIM CID SAC SAM M DAC DAM   fields that were kept ...
//                                           |  |   |    |   |   |       |
//                          traffic class ---+  |   |    |   |   +-------+-- 16, 8, 2 or 0 address bytes here
//         next header here, or compressed -----+   |    |   +-- source address: by context, or plain
//                  hop limit here, or known -------+    +-- a byte with the numbers of two contexts
//
// Example: SAC 0 SAM 3 keeps no byte of the source address. It is fe80::/64 and the interface identifier
// made from the link address, which the frame or its mesh header has. SAM 2 keeps the last two bytes.
//
// A context (SAC or DAC 1) is a prefix that the routers once announced. It is not in the frame, and guessing
// it would put traffic on the wrong host. Such frames count as "no flow", by reason, and never get an
// invented address; the one exception needs no prefix, the unspecified address.
//
// UDP may be compressed too: ports near 0xf0b0 shrink to four bits each. A later fragment has no headers at
// all and is counted as one. Every field is read through the cursor, so a cut frame ends in
// header_missing. The cost is a few branches a frame, and only for this link type.

namespace portproof {
namespace {

// The result of reading an address or a header that the frame does not spell out.
enum class Read : std::uint8_t { done, cut, unknown };

// RFC 6282, 3.2.2: the interface half of an address, from the link address. The "universal" bit is inverted;
// a short address is padded.
void put_interface(const LinkAddress& link, std::array<std::uint8_t, 16>& bytes) {
  if (link.size == 8) {
    std::copy(link.bytes.begin(), link.bytes.end(), bytes.begin() + 8);
    bytes[8] ^= 0x02U;
    return;
  }
  bytes[11] = 0xff;
  bytes[12] = 0xfe;
  bytes[14] = link.bytes[0];
  bytes[15] = link.bytes[1];
}

// The last `count` bytes of the address are here.
Read put_last(std::size_t count, ByteCursor& at, std::array<std::uint8_t, 16>& bytes) {
  const auto inline_bytes = at.bytes(count);
  if (at.failed()) return Read::cut;
  std::copy(inline_bytes.begin(), inline_bytes.end(), bytes.end() - static_cast<std::ptrdiff_t>(count));
  return Read::done;
}

// A unicast address: complete, or link-local.
Read read_unicast(unsigned mode, const LinkAddress& link, ByteCursor& at, IpAddress& address) {
  std::array<std::uint8_t, 16> bytes{};
  if (mode != 0) {
    bytes[0] = 0xfe;
    bytes[1] = 0x80;
  }
  Read read = Read::done;
  if (mode == 0) {
    read = put_last(16, at, bytes);
  } else if (mode == 1) {
    read = put_last(8, at, bytes);
  } else if (mode == 2) {
    bytes[11] = 0xff;
    bytes[12] = 0xfe;
    read = put_last(2, at, bytes);
  } else if (link.size == 0) {
    return Read::unknown;
  } else {
    put_interface(link, bytes);
  }
  address.assign_v6(bytes.data());
  return read;
}

// RFC 6282, 3.1.1: a group's scope and its last bytes; the bytes between them are zero.
Read read_multicast(unsigned mode, ByteCursor& at, IpAddress& address) {
  constexpr std::array<std::size_t, 4> kLast{16, 5, 3, 1};
  std::array<std::uint8_t, 16> bytes{};
  std::uint8_t scope = 0x02;  // the link
  if (mode == 1 || mode == 2) scope = at.u8();
  const Read read = put_last(kLast[mode], at, bytes);
  if (mode != 0) {
    bytes[0] = 0xff;
    bytes[1] = scope;
  }
  address.assign_v6(bytes.data());
  return read;
}

// The hop limits that have a short form; the first stands for one that is sent (RFC 6282, 3.1.1).
constexpr std::array<std::uint8_t, 4> kHopLimits{0, 1, 64, 255};

// The two header bytes that say which parts of the header follow (RFC 6282, 3.1.1).
struct Encoding {
  explicit Encoding(std::uint16_t bits)
      : traffic_class((bits >> 11U) & 3U),
        next_header_compressed((bits & 0x0400U) != 0),
        hop_limit_inline((bits & 0x0300U) == 0),
        hop_limit(kHopLimits[(bits >> 8U) & 3U]),
        contexts((bits & 0x0080U) != 0),
        source_by_context((bits & 0x0040U) != 0),
        source_mode((bits >> 4U) & 3U),
        multicast((bits & 0x0008U) != 0),
        destination_by_context((bits & 0x0004U) != 0),
        destination_mode(bits & 3U) {}

  unsigned traffic_class;
  bool next_header_compressed;
  bool hop_limit_inline;
  std::uint8_t hop_limit;  // where it is not inline
  bool contexts;
  bool source_by_context;
  unsigned source_mode;
  bool multicast;
  bool destination_by_context;
  unsigned destination_mode;
};

Read read_addresses(const Encoding& encoding, const LinkAddress& source, const LinkAddress& destination,
                    ByteCursor& at, Packet& packet) {
  if (encoding.source_by_context) {
    if (encoding.source_mode != 0) return Read::unknown;
    packet.source = {.family = IpFamily::v6, .bytes = {}};  // mode 0 is the unspecified address
  } else if (const Read read = read_unicast(encoding.source_mode, source, at, packet.source);
             read != Read::done) {
    return read;
  }
  if (encoding.destination_by_context) return Read::unknown;
  return encoding.multicast ? read_multicast(encoding.destination_mode, at, packet.destination)
                            : read_unicast(encoding.destination_mode, destination, at, packet.destination);
}

// RFC 6282, 4.3: ports near 0xf0b0 have four or eight bits; the length is omitted, the checksum may be.
Decoded decode_compressed_udp(std::uint8_t first, ByteCursor& at, Layers& layers) {
  Packet& packet = layers.packet;
  packet.protocol = kProtocolUdp;
  constexpr std::uint16_t kSomePorts = 0xf000;
  constexpr std::uint16_t kFewPorts = 0xf0b0;
  switch (first & 3U) {
    case 0:
      packet.source_port = at.be16();
      packet.destination_port = at.be16();
      break;
    case 1:
      packet.source_port = at.be16();
      packet.destination_port = static_cast<std::uint16_t>(kSomePorts | at.u8());
      break;
    case 2:
      packet.source_port = static_cast<std::uint16_t>(kSomePorts | at.u8());
      packet.destination_port = at.be16();
      break;
    default: {
      const std::uint8_t ports = at.u8();
      packet.source_port = static_cast<std::uint16_t>(kFewPorts | (ports >> 4U));
      packet.destination_port = static_cast<std::uint16_t>(kFewPorts | (ports & 0x0fU));
    }
  }
  if (at.failed()) return addressed(header_missing(layers));
  constexpr std::uint8_t kNoChecksum = 4;
  if ((first & kNoChecksum) == 0) at.skip(2);
  packet.transport_cut = at.failed();
  if (!packet.transport_cut) set_payload(at, layers.wire_after(at.position()), 0, packet);
  return packet_decoded();
}

// RFC 6282, 4.2: the identifier of a compressed extension header, and the protocol that it replaces.
constexpr unsigned kCompressedFragment = 2;
constexpr unsigned kLastExtension = 4;  // mobility

// Consecutive compressed headers, up to the first uncompressed one.
Decoded decode_next_headers(ByteCursor& at, Layers& layers) {
  for (int headers = 0; headers <= kMaxExtensionHeaders; ++headers) {
    const std::uint8_t first = at.u8();
    if (at.failed()) return addressed(header_missing(layers));
    if ((first & 0xf8U) == 0xf0) return decode_compressed_udp(first, at, layers);
    const unsigned identifier = (first >> 1U) & 7U;
    if ((first & 0xf0U) != 0xe0 || identifier > kLastExtension) break;
    const bool next_compressed = (first & 1U) != 0;
    const std::uint8_t next = next_compressed ? std::uint8_t{0} : at.u8();
    const auto options = at.bytes(at.u8());
    if (at.failed()) return addressed(header_missing(layers));
    if (identifier == kCompressedFragment && options.size() >= 2 &&
        (load_be16(options.data()) & 0xfff8U) != 0)
      return addressed(no_flow(NoFlowReason::later_fragment));
    if (!next_compressed) return decode_ipv6_payload(next, at, layers);
  }
  return addressed(rejected(RejectReason::extension_chain));
}

// RFC 6282, 3: the compressed IPv6 header.
Decoded decode_compressed(const LinkAddress& source, const LinkAddress& destination, ByteCursor& at,
                          Layers& layers) {
  const Encoding encoding(at.be16());
  if (encoding.contexts) at.skip(1);
  constexpr std::array<std::size_t, 4> kTrafficClass{4, 3, 1, 0};
  at.skip(kTrafficClass[encoding.traffic_class]);
  constexpr std::uint8_t kNoNextHeader = 59;
  const std::uint8_t next = encoding.next_header_compressed ? kNoNextHeader : at.u8();
  layers.time_to_live = encoding.hop_limit_inline ? at.u8() : encoding.hop_limit;
  if (at.failed()) return header_missing(layers);
  Packet& packet = layers.packet;
  switch (read_addresses(encoding, source, destination, at, packet)) {
    case Read::cut:
      return header_missing(layers);
    case Read::unknown:
      return unread(UnreadKind::unknown_content);
    case Read::done:
      break;
  }
  packet.ip_identification = 0;
  packet.protocol = next;
  return encoding.next_header_compressed ? decode_next_headers(at, layers)
                                         : decode_ipv6_payload(next, at, layers);
}

// RFC 4944, 5.2: a frame that takes several hops names the two ends of its path.
void read_mesh(std::uint8_t dispatch, ByteCursor& at, LinkAddress& source, LinkAddress& destination) {
  constexpr std::uint8_t kManyHops = 0x0f;
  if ((dispatch & kManyHops) == kManyHops) at.skip(1);
  for (const auto& [address, is_short] :
       {std::pair{&source, (dispatch & 0x20U) != 0}, std::pair{&destination, (dispatch & 0x10U) != 0}}) {
    address->size = is_short ? 2 : 8;
    const auto bytes = at.bytes(address->size);
    std::copy(bytes.begin(), bytes.end(), address->bytes.begin());
  }
}

}  // namespace

// RFC 4944, 5.1: a mesh header, a broadcast header and a first fragment header, all optional, then IPv6.
Decoded decode_sixlowpan(ByteCursor& at, LinkAddress source, LinkAddress destination, Layers& layers) {
  if (at.has(1) && *at.position() >> 6U == 2) read_mesh(at.u8(), at, source, destination);
  constexpr std::uint8_t kBroadcast = 0x50;
  if (at.has(1) && *at.position() == kBroadcast) at.skip(2);
  if (at.has(1) && *at.position() >> 3U == 0x18) at.skip(4);
  if (at.failed() || !at.has(1)) return header_missing(layers);

  const std::uint8_t dispatch = *at.position();
  constexpr std::uint8_t kUncompressed = 0x41;
  if (dispatch >> 5U == 3) return decode_compressed(source, destination, at, layers);
  if (dispatch >> 3U == 0x1c) return later_piece();
  if (dispatch >> 6U == 0) return no_packet();  // not of an IP network, but of ZigBee and others
  if (dispatch != kUncompressed) return unread(UnreadKind::unknown_content);
  at.skip(1);
  return decode_ip(at, layers);
}

}  // namespace portproof
