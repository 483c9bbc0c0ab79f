#include "capture/source/nstrace_record.hpp"

#include <algorithm>
#include <limits>

#include "capture/base/byte_cursor.hpp"

// Four versions, one table. Every packet record is a header, perhaps something in between, and the frame
// up to the end of the record:
//
//   type  length  ... time ... [wire length] ... | names, or a chain of pieces | Ethernet frame
//   ^0            ^time_at     ^length_at        ^header
//
// Each generation of the appliance added fields and took new types, so a layout is a row of positions
// rather than code. The four stages at which a packet may be traced have types that follow each other:
// type - first_type is the stage, and one row serves up to four types.
//
// What differs beyond positions:
//
//  - Version 1.0 has types and lengths of two bytes; later ones a type of one byte and a length of one or
//    two.
//  - Before version 3 a record never crosses the end of its page. A length that would is damage, which is
//    how a reader that has lost its place finds out at once.
//  - Older packet records (all of version 1.0, and types 0xc0 to 0xe7) have the time since the packet
//    before, and records of their own set the clock (NstraceClock). Newer ones have nanoseconds since
//    1970.
//  - Version 3.5 chains pieces behind the header, each naming the kind of the next; the frame is the
//    last.
//
// Lengths are checked before anything is read: classify refuses a record that is shorter than its
// layout's header, so fields within the header need no further check.

namespace portproof {

// The layout of a family of packet records. Positions are offsets of fields within the record; 0 means
// absent.
struct NstraceLayout {
  std::uint16_t first_type{0};  // TX; followed by TXB, RX and, if there is one, NEW_RX
  std::uint8_t stages{0};       // how many of them there are
  std::uint8_t header{0};       // the frame begins after it, unless names or a chain come between
  std::uint8_t time_at{0};
  bool absolute{
      false};  // the time is eight bytes, nanoseconds since 1970; otherwise four bytes, since the last packet
  std::uint8_t length_at{0};      // the packet's length on the wire; if absent, the packet is complete
  std::uint8_t names_at{0};       // lengths of two virtual machine names that follow the header
  std::uint8_t next_piece_at{0};  // the kind of the first piece of the chain that follows the header
};

namespace {

using namespace std::string_view_literals;

constexpr std::size_t kPageOld = 8192;
constexpr std::size_t kPageNew = 16384;
// Version 2.0 writes its pages in halves: unused space in the first half ends with that half.
constexpr std::size_t kHalfPage = kPageOld / 2;

// Version 1.0 has two-byte types.
constexpr std::array kLayouts10{
    NstraceLayout{.first_type = 0x0310, .stages = 3, .header = 12, .time_at = 8},
    NstraceLayout{.first_type = 0x0314, .stages = 3, .header = 16, .time_at = 8, .length_at = 12},
};

// All later versions share the one-byte types. Complete packets and (up to version 2) cut ones have layouts
// of their own. Each generation adds fields: connection ids, VLAN, core, cluster nodes, names, activity.
constexpr std::array kLayouts{
    NstraceLayout{.first_type = 0xc0, .stages = 3, .header = 8, .time_at = 4},
    NstraceLayout{.first_type = 0xc4, .stages = 3, .header = 12, .time_at = 4, .length_at = 8},
    NstraceLayout{.first_type = 0xd0, .stages = 3, .header = 16, .time_at = 4},
    NstraceLayout{.first_type = 0xd4, .stages = 3, .header = 20, .time_at = 4, .length_at = 8},
    NstraceLayout{.first_type = 0xe0, .stages = 3, .header = 18, .time_at = 4},
    NstraceLayout{.first_type = 0xe4, .stages = 3, .header = 22, .time_at = 4, .length_at = 8},
    NstraceLayout{.first_type = 0xf0, .stages = 3, .header = 24, .time_at = 4, .absolute = true},
    NstraceLayout{
        .first_type = 0xf4, .stages = 3, .header = 28, .time_at = 4, .absolute = true, .length_at = 12},
    NstraceLayout{.first_type = 0xf8, .stages = 4, .header = 29, .time_at = 4, .absolute = true},
    NstraceLayout{
        .first_type = 0xfc, .stages = 4, .header = 33, .time_at = 4, .absolute = true, .length_at = 12},
    NstraceLayout{
        .first_type = 0xb0, .stages = 4, .header = 31, .time_at = 4, .absolute = true, .names_at = 29},
    NstraceLayout{.first_type = 0xb4,
                  .stages = 4,
                  .header = 35,
                  .time_at = 4,
                  .absolute = true,
                  .length_at = 12,
                  .names_at = 33},
    NstraceLayout{
        .first_type = 0xa0, .stages = 4, .header = 48, .time_at = 4, .absolute = true, .names_at = 29},
    NstraceLayout{.first_type = 0xa4,
                  .stages = 4,
                  .header = 52,
                  .time_at = 4,
                  .absolute = true,
                  .length_at = 12,
                  .names_at = 33},
    // Versions 3.0 and 3.5.
    NstraceLayout{.first_type = 0xa8,
                  .stages = 4,
                  .header = 52,
                  .time_at = 4,
                  .absolute = true,
                  .length_at = 20,
                  .names_at = 31},
    NstraceLayout{.first_type = 0xac,
                  .stages = 4,
                  .header = 35,
                  .time_at = 4,
                  .absolute = true,
                  .length_at = 20,
                  .next_piece_at = 34},
};

// The layout's index for each one-byte type, or none.
constexpr std::uint8_t kNoLayout = 0xff;
constexpr std::array<std::uint8_t, 256> kLayoutOf = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(kNoLayout);
  for (std::size_t index = 0; index < kLayouts.size(); ++index) {
    for (std::size_t stage = 0; stage < kLayouts[index].stages; ++stage) {
      table[kLayouts[index].first_type + stage] = static_cast<std::uint8_t>(index);
    }
  }
  return table;
}();

// Types that all versions share; version 1.0 puts a 1 into the upper byte.
constexpr std::uint8_t kTypeAbsoluteTime = 0x07;
constexpr std::uint8_t kTypeRelativeTime = 0x08;

constexpr auto kTooShort = "claims fewer bytes than it needs"sv;
constexpr auto kPastPage = "claims more bytes than its page has left"sv;

NstraceHead damaged(std::string_view damage) {
  return {.kind = NstraceHead::Kind::damaged, .damage = damage};
}

NstraceHead incomplete(std::size_t needed) {
  return {.kind = NstraceHead::Kind::incomplete, .size = needed};
}

// Classifies a record whose length is known. `least` is the size of its head.
NstraceHead classify(std::uint8_t common_type, const NstraceLayout* layout, std::size_t size,
                     std::size_t least, bool wide) {
  NstraceHead head{.kind = NstraceHead::Kind::other, .size = size, .layout = layout};
  if (layout != nullptr) {
    head.kind = NstraceHead::Kind::packet;
    least = layout->header;
  } else if (common_type == kTypeAbsoluteTime) {
    head.kind = NstraceHead::Kind::absolute_time;
    least = wide ? 12 : 8;
  } else if (common_type == kTypeRelativeTime) {
    head.kind = NstraceHead::Kind::relative_time;
    least = wide ? 8 : 4;
  }
  return size < least ? damaged(kTooShort) : head;
}

NstraceHead head_10(std::span<const std::uint8_t> visible, std::size_t page_left) {
  // There is not even room for a type.
  if (page_left < 2) return {.kind = NstraceHead::Kind::unused, .size = page_left};
  ByteCursor cursor(visible);
  if (!cursor.has(2)) return incomplete(2);
  const std::uint16_t type = cursor.le16();
  if (type == 0) return {.kind = NstraceHead::Kind::unused, .size = page_left};
  if (page_left < 4) return damaged(kPastPage);
  if (!cursor.has(2)) return incomplete(4);
  const std::size_t size = cursor.le16();
  if (size > page_left) return damaged(kPastPage);
  const NstraceLayout* layout = nullptr;
  for (const NstraceLayout& known : kLayouts10) {
    if (type >= known.first_type && type < known.first_type + known.stages) layout = &known;
  }
  const bool common = type >> 8U == 1;
  return classify(common ? static_cast<std::uint8_t>(type) : std::uint8_t{0}, layout, size, 4, true);
}

NstraceHead head_20(NstraceVersion version, std::span<const std::uint8_t> visible, std::uint64_t offset) {
  const bool pages_end_records = version == NstraceVersion::v2_0;
  ByteCursor cursor(visible);
  if (!cursor.has(1)) return incomplete(1);
  const std::uint8_t type = cursor.u8();
  if (type == 0) {
    const std::size_t unit = pages_end_records ? kHalfPage : kPageNew;
    return {.kind = NstraceHead::Kind::unused, .size = unit - static_cast<std::size_t>(offset % unit)};
  }
  // A length of 128 bytes or more takes two bytes: seven bits in the first, eight in the second.
  constexpr std::uint8_t kTwoBytes = 0x80;
  if (!cursor.has(1)) return incomplete(2);
  std::size_t size = cursor.u8();
  std::size_t least = 2;
  if ((size & kTwoBytes) != 0) {
    if (!cursor.has(1)) return incomplete(3);
    size = (size & 0x7fU) + (std::size_t{cursor.u8()} << 7U);
    least = 3;
  }
  if (pages_end_records && size > kPageOld - static_cast<std::size_t>(offset % kPageOld)) {
    return damaged(kPastPage);
  }
  const NstraceLayout* const layout = kLayoutOf[type] == kNoLayout ? nullptr : &kLayouts[kLayoutOf[type]];
  return classify(type, layout, size, least, false);
}

// The upper two bits give the unit, the others the number.
Duration high_resolution(std::uint32_t value) {
  constexpr std::array<std::int64_t, 4> kUnits{1'000'000'000, 1'000'000, 1'000, 1};
  return Duration{std::int64_t{value & 0x3fffffffU} * kUnits[value >> 30U]};
}

// Times after 2262 do not fit. A file that has them is damaged or forged; its frames keep their order.
Timestamp since_1970(std::uint64_t nanoseconds) {
  constexpr auto kLatest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return Timestamp{static_cast<std::int64_t>(std::min(nanoseconds, kLatest))};
}

// After the fixed header of a version 3.5 record comes a chain of pieces, each naming the kind of the next
// one. The frame is the last piece; the pieces before it describe the connection, the cluster or the
// decryption.
constexpr std::uint8_t kPieceNone = 0x00;
constexpr std::uint8_t kPieceEthernet = 0x01;
constexpr std::uint8_t kPieceHttp = 0x02;  // a request or answer without the layers below
constexpr std::uint8_t kPieceSsl = 0x87;
constexpr std::uint8_t kPieceLast = 0xff;

// The part of the appliance that traced the packet, if it is one that decrypts or encrypts.
constexpr std::size_t kApplicationAt = 29;
constexpr std::uint8_t kApplicationDecrypts = 0x07;
constexpr std::uint8_t kApplicationEncrypts = 0x1f;

// False if the lengths of the pieces are impossible. Terminates, because each piece takes at least three
// bytes.
bool follow_chain(std::uint8_t kind, ByteCursor pieces, NstracePacket& packet) {
  while (kind != kPieceEthernet) {
    if (kind == kPieceNone || kind == kPieceHttp || kind == kPieceLast) return true;
    if (kind == kPieceSsl) packet.decrypted = true;
    constexpr std::size_t kPieceHead = 3;
    const std::size_t size = pieces.le16();
    kind = pieces.u8();
    if (size < kPieceHead) return false;
    pieces.skip(size - kPieceHead);
    if (pieces.failed()) return false;
  }
  packet.has_frame = true;
  packet.frame = pieces.rest();
  return true;
}

std::uint16_t field16(std::span<const std::uint8_t> record, std::size_t at) {
  ByteCursor cursor(record);
  cursor.skip(at);
  return cursor.le16();
}

bool find_frame(const NstraceLayout& layout, std::span<const std::uint8_t> record, NstracePacket& packet) {
  ByteCursor body(record);
  body.skip(layout.header);
  if (layout.next_piece_at != 0) {
    const std::uint8_t application = record[kApplicationAt];
    packet.decrypted = application == kApplicationDecrypts || application == kApplicationEncrypts;
    return follow_chain(record[layout.next_piece_at], body, packet);
  }
  if (layout.names_at != 0) {
    body.skip(std::size_t{record[layout.names_at]} + record[layout.names_at + std::size_t{1}]);
  }
  packet.has_frame = true;
  packet.frame = body.rest();
  return !body.failed();
}

}  // namespace

std::optional<NstraceVersion> nstrace_version(std::span<const std::uint8_t> first_bytes) {
  struct Signature {
    std::string_view text;
    std::size_t at;
    NstraceVersion version;
  };
  constexpr std::array kSignatures{
      Signature{"NetScaler Performance Data"sv, 8, NstraceVersion::v1_0},
      Signature{"NetScaler V20 Performance Data"sv, 3, NstraceVersion::v2_0},
      Signature{"Netscaler V30 Performance Data"sv, 3, NstraceVersion::v3_0},
      Signature{"Netscaler V35 Performance Data"sv, 3, NstraceVersion::v3_5},
  };
  if (first_bytes.size() < 2 || first_bytes[0] != 1) return std::nullopt;
  for (const Signature& signature : kSignatures) {
    if (first_bytes.size() < signature.at + signature.text.size()) continue;
    if (signature.version == NstraceVersion::v1_0 && first_bytes[1] != 1) continue;
    const auto text = first_bytes.subspan(signature.at, signature.text.size());
    if (std::equal(text.begin(), text.end(), signature.text.begin())) return signature.version;
  }
  return std::nullopt;
}

NstraceHead nstrace_head(NstraceVersion version, std::span<const std::uint8_t> visible,
                         std::uint64_t offset) {
  if (version != NstraceVersion::v1_0) return head_20(version, visible, offset);
  return head_10(visible, kPageOld - static_cast<std::size_t>(offset % kPageOld));
}

void NstraceClock::set(std::int64_t seconds) {
  seconds_ = seconds;
  milliseconds_ = 0;
}

void NstraceClock::move(std::uint32_t milliseconds) {
  milliseconds_ += milliseconds;
  seconds_ += milliseconds_ / 1000;
  milliseconds_ %= 1000;
}

Timestamp NstraceClock::next_packet(std::uint32_t since_last) {
  elapsed_ = elapsed_ + high_resolution(since_last);
  // 2^31 seconds and more can only add up in a forged file. Saturate before the product overflows.
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 1'000'000'000;
  return elapsed_ + seconds(std::min(seconds_, kMost));
}

void take_time(NstraceVersion version, NstraceHead::Kind kind, std::span<const std::uint8_t> record,
               NstraceClock& clock) {
  ByteCursor cursor(record);
  const bool wide = version == NstraceVersion::v1_0;
  cursor.skip(wide ? 4 : 2);
  const std::uint32_t milliseconds = wide ? cursor.le32() : cursor.le16();
  if (kind == NstraceHead::Kind::relative_time) {
    clock.move(milliseconds);
  } else {
    clock.set(cursor.le32());
  }
}

std::optional<NstracePacket> read_packet(const NstraceHead& head, std::span<const std::uint8_t> record,
                                         NstraceClock& clock) {
  const NstraceLayout& layout = *head.layout;
  NstracePacket packet;
  // The low byte of the type gives the stage; it comes first in version 1.0 too.
  packet.stage = static_cast<NstraceStage>((record[0] - layout.first_type) & 0x03U);
  if (!find_frame(layout, record, packet)) return std::nullopt;
  packet.wire_length = layout.length_at != 0 ? field16(record, layout.length_at)
                                             : static_cast<std::uint32_t>(packet.frame.size());
  ByteCursor time(record);
  time.skip(layout.time_at);
  const std::uint32_t low = time.le32();
  packet.time =
      layout.absolute ? since_1970((std::uint64_t{time.le32()} << 32U) | low) : clock.next_packet(low);
  return packet;
}

}  // namespace portproof
