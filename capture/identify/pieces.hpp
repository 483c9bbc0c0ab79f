// A message that arrives in pieces, in any order, each with its offset.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace portproof {

// Which bytes of a message have arrived. The bytes themselves are in memory of the caller.
class Pieces {
 public:
  // No real message has more holes at a time: browsers split the hello of QUIC into about a dozen pieces, and
  // shuffle them.
  static constexpr std::size_t kMost = 32;

  // Copies the piece into `message` as far as it fits; bytes that are already there stay. False if the piece
  // was left out because of too many holes.
  bool add(std::span<std::uint8_t> message, std::uint64_t offset, std::span<const std::uint8_t> bytes);

  // The bytes from the beginning up to the first hole.
  [[nodiscard]] std::size_t whole() const { return count_ > 0 && spans_[0].begin == 0 ? spans_[0].end : 0; }

  void clear() { count_ = 0; }

 private:
  struct Span {
    std::uint32_t begin{0};
    std::uint32_t end{0};
  };
  std::array<Span, kMost> spans_{};  // the first `count_` are in use: ascending, with holes between them
  std::size_t count_{0};
};

}  // namespace portproof
