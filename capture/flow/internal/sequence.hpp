// TCP sequence numbers, modulo 2^32 (RFC 9293, 3.4): which of two comes first, as long as they lie less than
// 2^31 apart.
#pragma once

#include <cstdint>

namespace portproof {

// How far `to` lies behind `from`; negative where it lies before it.
constexpr std::int32_t distance(std::uint32_t from, std::uint32_t to) {
  return static_cast<std::int32_t>(to - from);
}

constexpr bool precedes(std::uint32_t left, std::uint32_t right) {
  return distance(left, right) > 0;
}

// The furthest that a stream can be ahead of what was seen of it: the largest window (RFC 7323, 2.2). What
// claims to lie beyond belongs to another stream, or is forged.
inline constexpr std::int32_t kFurthestAhead = 1 << 30;

// What is acknowledged lies within a window of what is sent. Windows are larger than this in theory only, and
// an acknowledgement that lies further from the first byte seen is more likely of another connection.
inline constexpr std::int32_t kLikelyWindow = 1 << 24;

}  // namespace portproof
