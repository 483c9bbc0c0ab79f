#include "capture/source/internal/zip_end.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "capture/base/byte_cursor.hpp"

namespace portproof {
namespace {

// Records of a ZIP archive, by their signatures (APPNOTE 6.3.10, 4.3).
constexpr std::uint32_t kMember = 0x04034b50;
constexpr std::uint32_t kListedMember = 0x02014b50;
constexpr std::uint32_t kSignature = 0x05054b50;
constexpr std::uint32_t kEnd64 = 0x06064b50;
constexpr std::uint32_t kEnd64Locator = 0x07064b50;
constexpr std::uint32_t kExtraData = 0x08064b50;
constexpr std::uint32_t kEnd = 0x06054b50;
// Marks in front of the first member of an archive that is, or was to be, split.
constexpr std::uint32_t kSplit = 0x08074b50;
constexpr std::uint32_t kNotSplit = 0x30304b50;

constexpr std::size_t kSignatureSize = 4;
// The most bytes of a record before the parts whose lengths it states.
constexpr std::size_t kLongestRecord = 46;

std::uint64_t load_le64(const std::uint8_t* bytes) {
  return load_le32(bytes) | std::uint64_t{load_le32(bytes + 4)} << 32U;
}

// The stream from an offset on.
class Rest {
 public:
  Rest(ArchiveStream& stream, std::uint64_t offset) : stream_(stream), offset_(offset) {}

  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  // Up to `count` bytes; fewer only at the end.
  std::span<const std::uint8_t> peek(std::size_t count) {
    while (stream_.received() < offset_ + count && stream_.receive()) {
    }
    const auto bytes = stream_.kept_from(offset_);
    return bytes.first(std::min(bytes.size(), count));
  }
  // False if the stream ends before that.
  bool skip(std::uint64_t count) {
    while (stream_.received() < offset_ || stream_.received() - offset_ < count) {
      if (!stream_.receive()) return false;
    }
    offset_ += count;
    return true;
  }

 private:
  ArchiveStream& stream_;
  std::uint64_t offset_;
};

// The whole length of the record that begins with these bytes, of which there are at least kLongestRecord
// unless the archive ends; 0 if it is no record of a directory.
std::uint64_t length_of(std::span<const std::uint8_t> record) {
  const auto number16 = [&](std::size_t at) -> std::uint64_t {
    return record.size() < at + 2 ? 0 : load_le16(record.data() + at);
  };
  switch (load_le32(record.data())) {
    case kListedMember:
      return 46 + number16(28) + number16(30) + number16(32);  // name, extra fields, comment
    case kSignature:
      return 6 + number16(4);
    case kEnd64:
      return record.size() < 12 ? 12 : std::max<std::uint64_t>(12, 12 + load_le64(record.data() + 4));
    case kEnd64Locator:
      return 20;
    case kExtraData:
      return record.size() < 8 ? 8 : 8 + std::uint64_t{load_le32(record.data() + 4)};
    case kEnd:
      return 22 + number16(20);  // comment
    default:
      return 0;
  }
}

// The offset of the next byte that is not zero.
std::optional<std::uint64_t> next_other(Rest& rest) {
  for (;;) {
    constexpr std::size_t kSome = 4096;
    const auto bytes = rest.peek(kSome);
    if (bytes.empty()) return std::nullopt;
    const auto other = std::find_if(bytes.begin(), bytes.end(), [](std::uint8_t byte) { return byte != 0; });
    if (other != bytes.end()) return rest.offset() + static_cast<std::uint64_t>(other - bytes.begin());
    rest.skip(bytes.size());
  }
}

}  // namespace

bool has_zip_member_at(const ArchiveStream& stream, std::uint64_t offset, bool is_first) {
  const auto bytes = stream.kept_from(offset);
  const auto has = [bytes](std::uint32_t signature, std::size_t at) {
    return bytes.size() >= at + kSignatureSize && load_le32(bytes.data() + at) == signature;
  };
  if (has(kMember, 0)) return true;
  if (is_first) return (has(kSplit, 0) || has(kNotSplit, 0)) && has(kMember, kSignatureSize);
  // With and without a signature, with lengths of 32 and of 64 bits.
  constexpr std::array<std::size_t, 4> kDescriptors{16, 24, 12, 20};
  return std::any_of(kDescriptors.begin(), kDescriptors.end(),
                     [&](std::size_t size) { return has(kMember, size); });
}

std::optional<std::uint64_t> foreign_behind_zip_members(ArchiveStream& stream) {
  const std::uint64_t begin = stream.used();
  if (begin < stream.received() && stream.kept_from(begin).empty()) return begin;  // too far back to be seen
  Rest rest(stream, begin);
  for (;;) {
    const auto record = rest.peek(kLongestRecord);
    if (record.size() < kSignatureSize) break;
    const bool is_end = load_le32(record.data()) == kEnd;
    const std::uint64_t length = length_of(record);
    if (length == 0) return next_other(rest);
    if (!rest.skip(length)) return std::nullopt;
    if (is_end) break;
  }
  return next_other(rest);
}

}  // namespace portproof
