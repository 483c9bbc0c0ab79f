// The parts of every pcapng block (draft-ietf-opsawg-pcapng, section 3): numbers in the byte order of their
// section, the block types that matter here, and options.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "capture/base/byte_cursor.hpp"

namespace portproof {

// Numbers as one section writes them. Bounds are not checked: the caller has checked the block's length.
struct PcapngOrder {
  bool big_endian{false};

  [[nodiscard]] std::uint16_t u16(const std::uint8_t* at) const {
    return big_endian ? load_be16(at) : load_le16(at);
  }
  [[nodiscard]] std::uint32_t u32(const std::uint8_t* at) const {
    return big_endian ? load_be32(at) : load_le32(at);
  }
  // A 64-bit number: its halves are in the section's order too.
  [[nodiscard]] std::uint64_t u64(const std::uint8_t* at) const {
    const std::uint64_t first = u32(at);
    const std::uint64_t second = u32(at + 4);
    return big_endian ? (first << 32U) | second : (second << 32U) | first;
  }
  // Two 32-bit numbers, upper half first in either byte order: how timestamps are written.
  [[nodiscard]] std::uint64_t halves(const std::uint8_t* at) const {
    return (std::uint64_t{u32(at)} << 32U) | u32(at + 4);
  }
};

// Section 4. Types that are not listed are skipped.
enum class PcapngType : std::uint32_t {
  section = 0x0a0d0d0a,
  interface = 1,
  packet = 2,  // obsolete (appendix A), but found in old files
  simple_packet = 3,
  names = 4,
  statistics = 5,
  enhanced_packet = 6,
  journal = 9,
  secrets = 10,
  custom = 0x0bad,
  custom_not_to_copy = 0x40000bad,
};

// The start of a block: type and total length, which the block's last four bytes repeat (section 3.1).
struct PcapngHead {
  PcapngType type{};
  std::uint32_t length{0};
  PcapngOrder order;  // of the section that the block belongs to or begins
};
inline constexpr std::size_t kPcapngHead = 8;
inline constexpr std::size_t kPcapngTrailer = 4;
inline constexpr std::size_t kSmallestPcapngBlock = kPcapngHead + kPcapngTrailer;

constexpr std::size_t padded_to_four(std::size_t size) {
  return (size + 3) & ~std::size_t{3};
}

// One option (section 3.5).
struct PcapngOption {
  std::uint16_t code;
  std::span<const std::uint8_t> value;
};

// Iterates over a list of options. A list that is cut or has a wrong length just ends there: options only add
// detail, and the position of the next block does not depend on them.
class PcapngOptions {
 public:
  PcapngOptions(std::span<const std::uint8_t> bytes, PcapngOrder order) : cursor_(bytes), order_(order) {}

  std::optional<PcapngOption> next() {
    constexpr std::uint16_t kEnd = 0;
    if (!cursor_.has(4)) return std::nullopt;
    const std::uint8_t* const at = cursor_.position();
    const std::uint16_t code = order_.u16(at);
    const std::uint16_t length = order_.u16(at + 2);
    cursor_.skip(4);
    if (code == kEnd || !cursor_.has(length)) return std::nullopt;
    const std::span<const std::uint8_t> value = cursor_.bytes(length);
    // The last option's padding is sometimes missing; then `next` just ends.
    cursor_.skip(padded_to_four(length) - length);
    return PcapngOption{code, value};
  }
  [[nodiscard]] PcapngOrder order() const { return order_; }

 private:
  ByteCursor cursor_;
  PcapngOrder order_;
};

}  // namespace portproof
