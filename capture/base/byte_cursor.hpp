// A bounds-checked read position in borrowed bytes: the only place that does bounds arithmetic or byte order.
// Reading past the end yields zero, moves to the end and sets `failed`, which stays set, so a parser may read
// a whole header and check once.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace portproof {

// Unchecked loads, for a fixed-size header whose presence was checked once, with `has`.
inline std::uint16_t load_be16(const std::uint8_t* at) {
  return static_cast<std::uint16_t>((at[0] << 8U) | at[1]);
}
inline std::uint16_t load_le16(const std::uint8_t* at) {
  return static_cast<std::uint16_t>((at[1] << 8U) | at[0]);
}
inline std::uint32_t load_be32(const std::uint8_t* at) {
  return (std::uint32_t{at[0]} << 24U) | (std::uint32_t{at[1]} << 16U) | (std::uint32_t{at[2]} << 8U) | at[3];
}
inline std::uint32_t load_le32(const std::uint8_t* at) {
  return (std::uint32_t{at[3]} << 24U) | (std::uint32_t{at[2]} << 16U) | (std::uint32_t{at[1]} << 8U) | at[0];
}

class ByteCursor {
 public:
  ByteCursor() = default;
  explicit ByteCursor(std::span<const std::uint8_t> bytes)
      : position_(bytes.data()), end_(bytes.data() + bytes.size()) {}
  ByteCursor(const std::uint8_t* data, std::size_t size) : position_(data), end_(data + size) {}

  [[nodiscard]] std::size_t remaining() const { return static_cast<std::size_t>(end_ - position_); }
  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] bool has(std::size_t count) const { return remaining() >= count; }
  [[nodiscard]] const std::uint8_t* position() const { return position_; }

  // Network byte order (be) and little endian (le).
  std::uint8_t u8() { return take(1) ? position_[-1] : std::uint8_t{0}; }
  std::uint16_t be16() { return take(2) ? load_be16(position_ - 2) : std::uint16_t{0}; }
  std::uint32_t be24() {
    return take(3)
               ? (std::uint32_t{position_[-3]} << 16U) | (std::uint32_t{position_[-2]} << 8U) | position_[-1]
               : 0;
  }
  std::uint32_t be32() { return take(4) ? load_be32(position_ - 4) : 0; }
  std::uint16_t le16() { return take(2) ? load_le16(position_ - 2) : std::uint16_t{0}; }
  std::uint32_t le32() { return take(4) ? load_le32(position_ - 4) : 0; }

  void skip(std::size_t count) { take(count); }

  // The next `count` bytes, or an empty span and `failed`.
  std::span<const std::uint8_t> bytes(std::size_t count) {
    return take(count) ? std::span<const std::uint8_t>{position_ - count, count}
                       : std::span<const std::uint8_t>{};
  }

  // All remaining bytes; the position does not move.
  [[nodiscard]] std::span<const std::uint8_t> rest() const { return {position_, remaining()}; }

  // A cursor over the next `count` bytes, or over all that remain if there are fewer. Does not move this one.
  [[nodiscard]] ByteCursor window(std::size_t count) const {
    return {position_, count < remaining() ? count : remaining()};
  }

 private:
  bool take(std::size_t count) {
    if (count > remaining()) {
      position_ = end_;
      failed_ = true;
      return false;
    }
    position_ += count;
    return true;
  }

  const std::uint8_t* position_{nullptr};
  const std::uint8_t* end_{nullptr};
  bool failed_{false};
};

}  // namespace portproof
