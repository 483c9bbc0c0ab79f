// Link layers of point-to-point lines: PPP, Cisco HDLC, frame relay, ATM, and Juniper's headers.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

Decoded decode_ppp_or_hdlc(ByteCursor& at, Layers& layers);  // LINKTYPE_PPP, PPP_HDLC
Decoded decode_ppp_with_direction(ByteCursor& at, Layers& layers);
Decoded decode_hdlc(ByteCursor& at, Layers& layers);         // Cisco HDLC
Decoded decode_frame_relay(ByteCursor& at, Layers& layers);  // RFC 2427 and Cisco's encapsulation
Decoded decode_rfc1483(ByteCursor& at, Layers& layers);      // ATM adaptation layer 5 (RFC 2684)
Decoded decode_sun_atm(ByteCursor& at, Layers& layers);
Decoded decode_juniper_ethernet(ByteCursor& at, Layers& layers);

}  // namespace portproof
