// A set of bytes, made when the program is compiled.
#pragma once

#include <array>
#include <cstdint>

namespace portproof {

class ByteSet {
 public:
  // The empty set.
  constexpr ByteSet() = default;

  // These bytes, each a number below 256 or a character of ASCII.
  template <typename... Byte>
  static constexpr ByteSet of(Byte... bytes) {
    ByteSet set;
    (set.add(static_cast<std::uint8_t>(bytes)), ...);
    return set;
  }

  // From `first` to `last`, which belongs to it.
  static constexpr ByteSet range(unsigned first, unsigned last) {
    ByteSet set;
    for (unsigned byte = first; byte <= last; ++byte) set.add(static_cast<std::uint8_t>(byte));
    return set;
  }

  [[nodiscard]] constexpr bool contains(std::uint8_t byte) const {
    return (words_[byte / 64U] >> (byte % 64U) & 1U) != 0;
  }

  friend constexpr ByteSet operator|(const ByteSet& left, const ByteSet& right) {
    ByteSet both;
    for (std::size_t word = 0; word < both.words_.size(); ++word) {
      both.words_[word] = left.words_[word] | right.words_[word];
    }
    return both;
  }

 private:
  constexpr void add(std::uint8_t byte) { words_[byte / 64U] |= std::uint64_t{1} << (byte % 64U); }

  std::array<std::uint64_t, 4> words_{};
};

}  // namespace portproof
