// The one step that hashes of this program's own are made of.
#pragma once

#include <cstdint>

namespace portproof {

// Multiplies to 128 bits and folds: every bit of both words reaches every bit of the answer. Where a word is
// 0 nothing of the other is left: add or exclusive-or a key first.
inline std::uint64_t mix(std::uint64_t left, std::uint64_t right) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{left} * right;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

}  // namespace portproof
