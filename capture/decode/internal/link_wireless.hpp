// Wireless LAN (IEEE 802.11), bare and behind the headers that drivers put before it.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

// Data frames that are not encrypted; all others carry no packet.
Decoded decode_ieee80211(ByteCursor& at, Layers& layers);

// The same as wireless controllers tunnel it (RFC 5416), some of which swap the two bytes of its first field.
Decoded decode_ieee80211_of_controller(ByteCursor& at, Layers& layers);

Decoded decode_radiotap(ByteCursor& at, Layers& layers);
Decoded decode_prism(ByteCursor& at, Layers& layers);
Decoded decode_avs(ByteCursor& at, Layers& layers);
Decoded decode_ppi(ByteCursor& at, Layers& layers);

}  // namespace portproof
