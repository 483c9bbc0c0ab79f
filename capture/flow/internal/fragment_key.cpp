#include "capture/flow/internal/fragment_key.hpp"

#include <xxhash.h>

#include <array>
#include <cstring>

namespace portproof {

bool are_of_one_packet(const Fragment& left, const Fragment& right) {
  return left.identification == right.identification && left.source == right.source &&
         left.destination == right.destination && left.protocol == right.protocol;
}

std::uint64_t hash_of(const Fragment& parts, std::uint64_t seed) {
  std::array<std::uint8_t, 37> bytes{};
  std::memcpy(bytes.data(), parts.source.bytes.data(), 16);
  std::memcpy(bytes.data() + 16, parts.destination.bytes.data(), 16);
  std::memcpy(bytes.data() + 32, &parts.identification, 4);
  bytes[36] = parts.protocol;
  return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed);
}

}  // namespace portproof
