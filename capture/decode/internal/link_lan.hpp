// Local area networks other than Ethernet.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

Decoded decode_token_ring(ByteCursor& at, Layers& layers);
Decoded decode_fddi(ByteCursor& at, Layers& layers);
Decoded decode_arcnet(ByteCursor& at, Layers& layers);         // RFC 1051 and 1201, as BSD captures them
Decoded decode_arcnet_linux(ByteCursor& at, Layers& layers);   // as Linux captures them
Decoded decode_fibre_channel(ByteCursor& at, Layers& layers);  // RFC 2625

}  // namespace portproof
