// A message that arrives in pieces, in any order: each says at which offset it belongs.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace portproof {

// Which bytes of a message are there. The bytes themselves lie in memory of the caller's.
class Pieces {
 public:
  // More holes than this at a time belong to no message that anybody sends: browsers shuffle a hello of
  // QUIC in a dozen pieces or so.
  static constexpr std::size_t kMost = 32;

  // Copies the piece into `message`, as far as it lies within; bytes that are there already stay. False
  // where the piece was left out because of too many holes.
  bool add(std::span<std::uint8_t> message, std::uint64_t offset, std::span<const std::uint8_t> bytes);

  // The bytes from the beginning up to the first hole.
  [[nodiscard]] std::size_t whole() const { return count_ > 0 && spans_[0].begin == 0 ? spans_[0].end : 0; }

  void clear() { count_ = 0; }

 private:
  struct Span {
    std::uint32_t begin{0};
    std::uint32_t end{0};
  };
  std::array<Span, kMost> spans_{};  // the first `count_`: ascending, with holes between them
  std::size_t count_{0};
};

}  // namespace portproof
