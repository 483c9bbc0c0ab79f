// Low-rate personal area networks: IEEE 802.15.4 frames that carry 6LoWPAN.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

Decoded decode_ieee802154(ByteCursor& at, Layers& layers);      // without a check sequence
Decoded decode_ieee802154_fcs(ByteCursor& at, Layers& layers);  // with a two-byte check sequence
Decoded decode_ieee802154_tap(ByteCursor& at, Layers& layers);  // after a sniffer's header

}  // namespace portproof
