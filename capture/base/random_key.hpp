// Keys of hashes whose order never shows.
#pragma once

#include <cstdint>
#include <random>

namespace portproof {

// Another one each time, so that nobody can make up what falls on one place of a table.
inline std::uint64_t random_key() {
  std::random_device device;
  return (std::uint64_t{device()} << 32U) | device();
}

}  // namespace portproof
