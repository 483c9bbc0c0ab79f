// The mixing step that this program's own hashes are built from.
#pragma once

#include <cstdint>

namespace portproof {

// Multiplies to 128 bits and folds: every bit of both words affects every bit of the result. A zero word
// erases the other one: add or exclusive-or a key first.
inline std::uint64_t mix(std::uint64_t left, std::uint64_t right) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{left} * right;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

}  // namespace portproof
