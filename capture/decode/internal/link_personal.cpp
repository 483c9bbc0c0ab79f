#include "capture/decode/internal/link_personal.hpp"

#include "capture/decode/internal/sixlowpan.hpp"

namespace portproof {
namespace {

constexpr unsigned kDataFrame = 1;
constexpr unsigned kSecured = 1U << 3U;
constexpr unsigned kOneNetwork = 1U << 6U;
constexpr unsigned kNoSequence = 1U << 8U;
constexpr unsigned kInformationElements = 1U << 9U;
constexpr unsigned kVersion2015 = 2;
constexpr unsigned kShort = 2;
constexpr unsigned kExtended = 3;

// Which of the two network ids a frame includes.
struct NetworkIds {
  bool destination;
  bool source;
};

// IEEE 802.15.4-2006, 7.2.1.1.5; from the 2015 version on, table 7-2 there.
NetworkIds network_ids(unsigned control, unsigned to, unsigned from) {
  const bool compressed = (control & kOneNetwork) != 0;
  if (((control >> 12U) & 3U) != kVersion2015) return {to != 0, from != 0 && !compressed};
  if (to == 0 && from == 0) return {compressed, false};
  if (from == 0) return {!compressed, false};
  if (to == 0) return {false, !compressed};
  if (to == kExtended && from == kExtended) return {!compressed, false};
  return {true, !compressed};
}

// Addresses are sent lowest byte first.
LinkAddress read_address(ByteCursor& at, unsigned mode) {
  LinkAddress address;
  address.size = mode == kExtended ? 8 : mode == kShort ? 2 : 0;
  const auto bytes = at.bytes(address.size);
  for (std::size_t index = 0; index < bytes.size(); ++index) {
    address.bytes[address.size - 1 - index] = bytes[index];
  }
  return address;
}

// IEEE 802.15.4-2006, 7.2.1.9: the ITU-T check sequence; computed over a frame together with its check
// sequence, it gives 0.
bool is_intact(std::span<const std::uint8_t> frame_with_check) {
  unsigned remainder = 0;
  for (const std::uint8_t byte : frame_with_check) {
    remainder ^= byte;
    for (int bit = 0; bit < 8; ++bit) remainder = (remainder >> 1U) ^ ((remainder & 1U) * 0x8408U);
  }
  return remainder == 0;
}

// Sniffers with a chip of Texas Instruments write two bytes of its own in place of the check sequence: the
// signal's strength, then a bit that says whether the check sequence was right, and the signal's quality,
// which is about 50 for the weakest frame that can be received, and about 110 for the best (CC2420's data
// sheet, RXFIFO).
bool is_intact_by_ti(std::span<const std::uint8_t> frame_with_check) {
  constexpr std::uint8_t kRight = 0x80;
  constexpr std::uint8_t kWorst = 40;
  const std::uint8_t last = frame_with_check.back();
  return (last & kRight) != 0 && (last & 0x7fU) >= kWorst;
}

// `behind`: bytes of the check sequence at the frame's end. A receiver drops a frame that was damaged in
// transmission, but that nobody received it is not known: other sniffers may write something else there too.
Decoded decode_frame_before(std::uint32_t behind, ByteCursor at, Layers& layers) {
  const std::uint32_t wire = layers.wire_after(at.position());
  if (wire < behind) return header_missing(layers);
  if (behind == 2 && at.has(wire)) {
    const auto frame = at.window(wire).rest();
    if (!is_intact(frame) && !is_intact_by_ti(frame)) return unread(UnreadKind::unknown_content);
  }
  layers.narrow(at.position(), wire - behind);
  at = at.window(wire - behind);

  const unsigned control = at.le16();
  const unsigned to = (control >> 10U) & 3U;
  const unsigned from = (control >> 14U) & 3U;
  if (at.failed()) return header_missing(layers);
  if ((control & 7U) != kDataFrame || to == 1 || from == 1) return no_packet();
  if ((control & kSecured) != 0) return unread(UnreadKind::encrypted_frame);
  // Such frames are not searched for a packet.
  if ((control & kInformationElements) != 0) return unread(UnreadKind::unknown_content);
  if ((control & kNoSequence) == 0 || ((control >> 12U) & 3U) != kVersion2015) at.skip(1);
  const NetworkIds ids = network_ids(control, to, from);
  if (ids.destination) at.skip(2);
  const LinkAddress destination = read_address(at, to);
  if (ids.source) at.skip(2);
  const LinkAddress source = read_address(at, from);
  if (at.failed()) return header_missing(layers);
  return decode_sixlowpan(at, source, destination, layers);
}

}  // namespace

Decoded decode_ieee802154(ByteCursor& at, Layers& layers) {
  return decode_frame_before(0, at, layers);
}

Decoded decode_ieee802154_fcs(ByteCursor& at, Layers& layers) {
  return decode_frame_before(2, at, layers);
}

// https://github.com/jkcko/ieee802.15.4-tap: version, length, then elements (type, length, value), padded to
// four bytes; the element of type 0 gives the length of the check sequence.
Decoded decode_ieee802154_tap(ByteCursor& at, Layers& layers) {
  const std::uint16_t version = at.le16();
  const std::uint16_t length = at.le16();
  if (at.failed()) return header_missing(layers);
  if (version != 0 || length < 4) return unread(UnreadKind::unknown_content);
  if (!at.has(length - 4U)) return header_missing(layers);
  std::uint32_t behind = 0;
  ByteCursor elements(at.bytes(length - 4U));
  while (elements.has(4)) {
    const std::uint16_t type = elements.le16();
    const std::uint16_t size = elements.le16();
    const auto value = elements.bytes((size + 3U) & ~3U);
    if (type == 0 && !value.empty()) behind = value[0] == 1 ? 2 : value[0] == 2 ? 4 : 0;
  }
  return decode_frame_before(behind, at, layers);
}

}  // namespace portproof
