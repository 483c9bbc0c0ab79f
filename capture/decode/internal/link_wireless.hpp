// Wireless LAN (IEEE 802.11), bare or after the headers that drivers prepend.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

// Unencrypted data frames; all others carry no readable packet.
Decoded decode_ieee80211(ByteCursor& at, Layers& layers);

// As wireless controllers tunnel it (RFC 5416); some of them swap the two bytes of its first field.
Decoded decode_ieee80211_of_controller(ByteCursor& at, Layers& layers);

Decoded decode_radiotap(ByteCursor& at, Layers& layers);
Decoded decode_prism(ByteCursor& at, Layers& layers);
Decoded decode_avs(ByteCursor& at, Layers& layers);
Decoded decode_ppi(ByteCursor& at, Layers& layers);

}  // namespace portproof
