// 6LoWPAN: IPv6 with compressed headers (RFC 4944, RFC 6282), as far as the frame itself determines what was
// omitted. Addresses compressed with a context, which routers agree on beforehand, cannot be known.
#pragma once

#include <array>

#include "capture/decode/internal/layers.hpp"

namespace portproof {

struct LinkAddress {
  std::size_t size{0};  // 8 or 2; 0 if there is none
  std::array<std::uint8_t, 8> bytes{};
};

// At the first byte after the link layer, whose addresses replace parts of IPv6 addresses.
Decoded decode_sixlowpan(ByteCursor& at, LinkAddress source, LinkAddress destination, Layers& layers);

}  // namespace portproof
