// 6LoWPAN: IPv6 with its headers compressed (RFC 4944, RFC 6282), as far as a frame says by itself what was
// left out. Addresses that are compressed by a context, which routers agree on beforehand, cannot be known.
#pragma once

#include <array>

#include "capture/decode/internal/layers.hpp"

namespace portproof {

struct LinkAddress {
  std::size_t size{0};  // 8, 2, or 0 where there is none
  std::array<std::uint8_t, 8> bytes{};
};

// At the first byte behind the link layer, whose addresses stand in for parts of IPv6 addresses.
Decoded decode_sixlowpan(ByteCursor& at, LinkAddress source, LinkAddress destination, Layers& layers);

}  // namespace portproof
