#include "capture/source/internal/pcap_layout.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "capture/base/byte_cursor.hpp"

namespace portproof {
namespace {

constexpr std::size_t kFileHeader = 24;
constexpr std::uint32_t kUsualRecordHeader = 16;
// The additions explain the sizes: Kuznetzov's patches add interface, protocol and packet type; SuSE's
// version adds two processor numbers as well; Nokia adds four bytes of unknown meaning.
constexpr std::uint32_t kPatchedRecordHeader = 24;
constexpr std::uint32_t kSuseRecordHeader = 28;
constexpr std::uint32_t kNokiaRecordHeader = 20;
constexpr std::string_view kPatchedFormat = "pcap (Kuznetzov's patches)";

// The upper half of the network field says whether each frame ends with a frame check sequence, and its
// length; the rest is reserved. The decoder relies on the lengths in the packet's own headers and needs
// neither.
constexpr std::uint32_t kLinkTypeMask = 0xffff;

struct Member {
  std::uint32_t magic;
  PcapLayout layout;
  std::size_t more_file_header{0};
};

constexpr std::array kMembers{
    Member{0xa1b2c3d4, {.record_header_open = true}},
    Member{0xa1b23c4d, {.nanoseconds = true}},
    Member{0xa1b2cd34,
           {.format = kPatchedFormat, .record_header_open = true, .record_header = kPatchedRecordHeader}},
    // Their file header ends with the total size of the records.
    Member{0x1c0001ac, {.format = "pcap (IXIA lcap)", .nanoseconds = true}, 4},
    Member{0x1c0001ab, {.format = "pcap (IXIA lcap)"}, 4},
};

const Member* member_of(std::uint32_t magic) {
  const auto* const found = std::find_if(kMembers.begin(), kMembers.end(),
                                         [magic](const Member& member) { return member.magic == magic; });
  return found == kMembers.end() ? nullptr : found;
}

// AIX writes version 2.2, as very old versions of the standard did, but uses ifType numbers for link types
// (RFC 1573). In the standard of that time, those numbers meant nothing, or nothing that was in use.
void settle_aix(PcapLayout& layout) {
  struct Row {
    LinkType if_type;
    LinkType link_type;
    std::uint32_t padding;
  };
  constexpr std::array kRows{Row{6, kLinkEthernet, 0}, Row{9, 6, 0}, Row{15, 10, 3}, Row{24, 0, 0}};
  for (const Row& row : kRows) {
    if (row.if_type != layout.link_type) continue;
    layout.format = "pcap (AIX)";
    layout.nanoseconds = true;
    layout.record_header_open = false;
    layout.link_type = row.link_type;
    layout.padding = row.padding;
    return;
  }
}

// The part of a record header that all members share.
struct RecordHead {
  std::uint32_t seconds;
  std::uint32_t fraction;
  std::uint32_t captured;
  std::uint32_t wire;
};

RecordHead read_head(const std::uint8_t* at, const PcapLayout& layout) {
  const auto load = layout.big_endian ? &load_be32 : &load_le32;
  RecordHead head{load(at), load(at + 4), load(at + 8), load(at + 12)};
  if (layout.either_length_first && head.captured > head.wire) std::swap(head.captured, head.wire);
  return head;
}

// Is this plausible in a healthy capture? Damaged files need not pass: they are then read as the standard
// format.
bool is_sound(const RecordHead& head, const PcapLayout& layout) {
  constexpr std::uint32_t kLongestOnWire = 128U << 20U;
  return head.fraction < (layout.nanoseconds ? 1'000'000'000U : 1'000'000U) &&
         head.captured <= kLongestPcapRecord && head.captured <= head.wire && head.wire <= kLongestOnWire &&
         (layout.snap_length == 0 || head.captured <= layout.snap_length);
}

// Do the first `records` records make sense with record headers of `size` bytes? An input that ends earlier
// does not count against it. `strictly` also requires what hardly occurs by chance: no empty record, and none
// more than a month away from the first.
bool makes_sense(ByteWindow& window, const PcapLayout& layout, std::uint32_t size, int records,
                 bool strictly) {
  constexpr std::int64_t kDay = 86'400;
  constexpr std::int64_t kMonth = 30 * kDay;
  std::size_t offset = 0;
  std::int64_t first_second = 0;
  for (int index = 0; index < records; ++index) {
    if (!window.ensure(offset + kUsualRecordHeader)) return true;
    const RecordHead head = read_head(window.visible().data() + offset, layout);
    if (index == 0) first_second = head.seconds;
    const std::int64_t away = head.seconds - first_second;
    if (!is_sound(head, layout)) return false;
    if (strictly && (head.captured == 0 || away > kMonth || away < -kMonth)) return false;
    offset += size + head.captured;
  }
  return true;
}

}  // namespace

bool is_pcap(std::span<const std::uint8_t> first_bytes) {
  if (first_bytes.size() < 4) return false;
  return member_of(load_be32(first_bytes.data())) != nullptr ||
         member_of(load_le32(first_bytes.data())) != nullptr;
}

Expected<PcapLayout> read_pcap_header(ByteWindow& window, const std::string& path) {
  // is_pcap has been checked, so the magic number is present and known.
  const bool big_endian = window.ensure(4) && member_of(load_be32(window.visible().data())) != nullptr;
  const auto load16 = big_endian ? &load_be16 : &load_le16;
  const auto load32 = big_endian ? &load_be32 : &load_le32;
  const Member* const member = window.holds(4) ? member_of(load32(window.visible().data())) : nullptr;
  const std::size_t size = kFileHeader + (member != nullptr ? member->more_file_header : 0);
  if (member == nullptr || !window.ensure(size)) {
    if (window.error() != nullptr) return tl::unexpected<Error>(*window.error());
    return fail(ErrorKind::bad_data,
                fmt::format("is cut within the pcap file header: {} of {} bytes are present",
                            window.visible().size(), size),
                path);
  }
  const std::uint8_t* const header = window.visible().data();
  const unsigned major = load16(header + 4);
  const unsigned minor = load16(header + 6);
  // Bytes 8 to 15 are the time zone and accuracy, which no writer fills in.
  const std::uint32_t network = load32(header + 20);
  // The tcpdump of DG/UX writes version 543.0 and has the lengths in the old order.
  const bool is_dgux = major == 543 && minor == 0;
  if (major != 2 && !is_dgux) {
    return fail(ErrorKind::bad_data,
                fmt::format("is pcap version {}.{}; only version 2 can be read", major, minor), path);
  }
  PcapLayout layout = member->layout;
  layout.big_endian = big_endian;
  layout.either_length_first = minor < 4;
  layout.snap_length = load32(header + 16);
  layout.link_type = static_cast<LinkType>(network & kLinkTypeMask);
  const bool is_standard = layout.record_header_open && layout.record_header == kUsualRecordHeader;
  if (is_standard && major == 2 && minor == 2) settle_aix(layout);
  window.consume(size);
  return layout;
}

void settle_record_header(ByteWindow& window, PcapLayout& layout) {
  struct Guess {
    std::uint32_t usual;
    std::uint32_t instead;
    std::string_view format;
  };
  constexpr std::array kGuesses{
      Guess{kUsualRecordHeader, kPatchedRecordHeader, kPatchedFormat},
      Guess{kUsualRecordHeader, kNokiaRecordHeader, "pcap (Nokia)"},
      Guess{kPatchedRecordHeader, kSuseRecordHeader, kPatchedFormat},
  };
  if (!std::exchange(layout.record_header_open, false)) return;
  const std::uint32_t usual = layout.record_header;
  if (makes_sense(window, layout, usual, 2, false)) return;
  for (const Guess& guess : kGuesses) {
    if (guess.usual != usual || !makes_sense(window, layout, guess.instead, 4, true)) continue;
    layout.record_header = guess.instead;
    layout.format = guess.format;
    return;
  }
}

}  // namespace portproof
