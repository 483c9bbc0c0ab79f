// Keys for hashes whose order never shows in any output.
#pragma once

#include <cstdint>
#include <random>

namespace portproof {

// A different key each time, so that nobody can craft values that collide in a table.
inline std::uint64_t random_key() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace portproof
