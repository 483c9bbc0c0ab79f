// Low-rate personal area networks: IEEE 802.15.4 frames with 6LoWPAN in them.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

Decoded decode_ieee802154(ByteCursor& at, Layers& layers);      // without a check sequence
Decoded decode_ieee802154_fcs(ByteCursor& at, Layers& layers);  // with one of two bytes
Decoded decode_ieee802154_tap(ByteCursor& at, Layers& layers);  // behind the header of a sniffer

}  // namespace portproof
