#include "capture/decode/internal/link_wireless.hpp"

#include "capture/decode/link.hpp"

namespace portproof {
namespace {

// Frame control (IEEE 802.11, 9.2.4.1), as a little-endian number.
constexpr std::uint16_t kTypeMask = 0x000c;
constexpr std::uint16_t kTypeData = 0x0008;
constexpr std::uint16_t kNoData = 0x0040;
constexpr std::uint16_t kQuality = 0x0080;
constexpr std::uint16_t kToNetwork = 0x0100;
constexpr std::uint16_t kFromNetwork = 0x0200;
constexpr std::uint16_t kEncrypted = 0x4000;
constexpr std::uint16_t kHighThroughput = 0x8000;

// Of several aggregated frames, the first stands for all: a frame has one result. At the first one's header.
Decoded decode_aggregated(ByteCursor& at, Layers& layers) {
  constexpr std::size_t kSubframeHeader = 14;  // addresses and length
  constexpr std::size_t kCheckSequence = 4;
  const ByteCursor subframe = at;
  const std::uint32_t wire = layers.wire_after(at.position());
  at.skip(kSubframeHeader);
  if (at.failed()) return header_missing(layers);
  const std::size_t first = (kSubframeHeader + load_be16(subframe.position() + 12) + 3) & ~std::size_t{3};
  Decoded decoded = decode_llc(at, layers);
  const bool is_last = first + kSubframeHeader + kCheckSequence > wire;
  if (!is_last && !decoded.unread) decoded.unread.kind = UnreadKind::aggregated_frames;
  return decoded;
}

// Controllers may swap the bytes of the numbers in a header.
Decoded decode_data(std::uint16_t control, bool swapped, bool padded, ByteCursor& at, Layers& layers) {
  if (!at.has(24)) return header_missing(layers);
  const std::uint8_t* const header = at.position();
  if ((control & kNoData) != 0) return no_packet();
  if ((control & kEncrypted) != 0) return unread(UnreadKind::encrypted_frame);
  constexpr std::uint8_t kFragmentNumber = 0x0f;
  if ((header[swapped ? 23 : 22] & kFragmentNumber) != 0) return later_piece();
  const bool to_network = (control & kToNetwork) != 0;
  // In frames to the network, the first address is the access point's.
  layers.packet.broadcast_frame = is_broadcast_mac(header + (to_network ? 16 : 4));
  std::size_t length = 24;
  if (to_network && (control & kFromNetwork) != 0) length += 6;
  bool aggregated = false;
  if ((control & kQuality) != 0) {
    if (!at.has(length + 2)) return header_missing(layers);
    constexpr std::uint8_t kAggregated = 0x80;
    aggregated = (header[length] & kAggregated) != 0;
    length += 2;
    if ((control & kHighThroughput) != 0) length += 4;
  }
  if (padded) length = (length + 3) & ~std::size_t{3};
  at.skip(length);
  if (at.failed()) return header_missing(layers);
  return aggregated ? decode_aggregated(at, layers) : decode_llc(at, layers);
}

Decoded decode_wireless(std::uint16_t control, bool swapped, bool padded, ByteCursor& at, Layers& layers) {
  if ((control & kTypeMask) != kTypeData) return no_packet();
  return decode_data(control, swapped, padded, at, layers);
}

}  // namespace

Decoded decode_ieee80211(ByteCursor& at, Layers& layers) {
  if (!at.has(2)) return header_missing(layers);
  return decode_wireless(load_le16(at.position()), false, false, at, layers);
}

// The version, in the lowest bits of the first byte, is zero. The lowest bits of the second byte give the
// direction, which is never zero in a network with a controller.
Decoded decode_ieee80211_of_controller(ByteCursor& at, Layers& layers) {
  if (!at.has(2)) return header_missing(layers);
  const bool swapped = (*at.position() & 3U) != 0;
  const std::uint16_t control = swapped ? load_be16(at.position()) : load_le16(at.position());
  return decode_wireless(control, swapped, false, at, layers);
}

// https://www.radiotap.org: only the flags matter here; they say whether the header after it is padded. They
// are the second field, after the timestamp.
Decoded decode_radiotap(ByteCursor& at, Layers& layers) {
  if (!at.has(8)) return header_missing(layers);
  const std::uint8_t* const header = at.position();
  const std::size_t length = load_le16(header + 2);
  if (!at.has(length)) return header_missing(layers);
  constexpr std::uint32_t kTimestamp = 1;
  constexpr std::uint32_t kFlags = 2;
  constexpr std::uint32_t kMoreFields = 0x80000000;
  std::size_t fields = 8;
  for (std::size_t word = 4; fields + 4 <= length && (load_le32(header + word) & kMoreFields) != 0;
       word += 4) {
    fields += 4;
  }
  const std::uint32_t present = load_le32(header + 4);
  if ((present & kTimestamp) != 0) fields = ((fields + 7) & ~std::size_t{7}) + 8;
  constexpr std::uint8_t kPadded = 0x20;
  const bool padded = (present & kFlags) != 0 && fields < length && (header[fields] & kPadded) != 0;
  at.skip(std::max<std::size_t>(length, 8));
  if (!at.has(2)) return header_missing(layers);
  return decode_wireless(load_le16(at.position()), false, padded, at, layers);
}

// 144 bytes, or an AVS header with the same number.
Decoded decode_prism(ByteCursor& at, Layers& layers) {
  constexpr std::uint32_t kAvs = 0x80211000;
  if (at.has(4) && (load_be32(at.position()) & 0xfffff000U) == kAvs) return decode_avs(at, layers);
  at.skip(144);
  return decode_ieee80211(at, layers);
}

Decoded decode_avs(ByteCursor& at, Layers& layers) {
  at.skip(4);
  const std::uint32_t length = at.be32();
  if (at.failed() || length < 8) return header_missing(layers);
  at.skip(length - 8);
  return decode_ieee80211(at, layers);
}

// Version, flags, length, and the link type of what follows.
Decoded decode_ppi(ByteCursor& at, Layers& layers) {
  at.skip(2);
  const std::uint16_t length = at.le16();
  const std::uint32_t type = at.le32();
  if (at.failed() || length < 8) return header_missing(layers);
  at.skip(std::size_t{length} - 8);
  if (at.failed()) return header_missing(layers);
  return decode_link(static_cast<LinkType>(type), at, layers);
}

}  // namespace portproof
