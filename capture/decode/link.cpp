// The table of link layers. Each one is a function in its family's file.
#include "capture/decode/link.hpp"

#include <array>

#include "capture/decode/internal/link_cooked.hpp"
#include "capture/decode/internal/link_lan.hpp"
#include "capture/decode/internal/link_personal.hpp"
#include "capture/decode/internal/link_serial.hpp"
#include "capture/decode/internal/link_wireless.hpp"

namespace portproof {
namespace {

struct LinkDecoder {
  LinkType type;
  Decoded (*decode)(ByteCursor& at, Layers& layers);
};

// Numbers as in https://www.tcpdump.org/linktypes.html.
constexpr std::array kLinkDecoders{
    LinkDecoder{kLinkEthernet, decode_ethernet},
    LinkDecoder{0, decode_null},                // NULL
    LinkDecoder{6, decode_token_ring},          // IEEE802_5
    LinkDecoder{7, decode_arcnet},              // ARCNET_BSD
    LinkDecoder{9, decode_ppp_or_hdlc},         // PPP
    LinkDecoder{10, decode_fddi},               // FDDI
    LinkDecoder{12, decode_raw_ip},             // raw IP, with the number that some systems wrote into files
    LinkDecoder{14, decode_raw_ip},             // likewise
    LinkDecoder{50, decode_ppp_or_hdlc},        // PPP_HDLC
    LinkDecoder{51, decode_pppoe},              // PPP_ETHER
    LinkDecoder{100, decode_rfc1483},           // ATM_RFC1483
    LinkDecoder{101, decode_raw_ip},            // RAW
    LinkDecoder{104, decode_hdlc},              // C_HDLC
    LinkDecoder{105, decode_ieee80211},         // IEEE802_11
    LinkDecoder{106, decode_rfc1483},           // Linux's classical IP over ATM
    LinkDecoder{107, decode_frame_relay},       // FRELAY
    LinkDecoder{108, decode_null},              // LOOP
    LinkDecoder{109, decode_enc},               // ENC
    LinkDecoder{113, decode_sll},               // LINUX_SLL
    LinkDecoder{117, decode_pflog},             // PFLOG
    LinkDecoder{119, decode_prism},             // IEEE802_11_PRISM
    LinkDecoder{122, decode_fibre_channel},     // IP_OVER_FC
    LinkDecoder{123, decode_sun_atm},           // SUNATM
    LinkDecoder{127, decode_radiotap},          // IEEE802_11_RADIOTAP
    LinkDecoder{129, decode_arcnet_linux},      // ARCNET_LINUX
    LinkDecoder{149, decode_pktap},             // USER2, which macOS used before it had its own number
    LinkDecoder{163, decode_avs},               // IEEE802_11_AVS
    LinkDecoder{178, decode_juniper_ethernet},  // JUNIPER_ETHER
    LinkDecoder{192, decode_ppi},               // PPI
    LinkDecoder{195, decode_ieee802154_fcs},    // IEEE802_15_4_WITHFCS
    LinkDecoder{204, decode_ppp_with_direction},  // PPP_WITH_DIR
    LinkDecoder{226, decode_ipnet},               // IPNET
    LinkDecoder{228, decode_raw_ip},              // IPV4
    LinkDecoder{229, decode_raw_ip},              // IPV6
    LinkDecoder{230, decode_ieee802154},          // IEEE802_15_4_NOFCS
    LinkDecoder{239, decode_nflog},               // NFLOG
    LinkDecoder{242, decode_ipoib},               // IPOIB
    LinkDecoder{258, decode_pktap},               // PKTAP
    LinkDecoder{276, decode_sll2},                // LINUX_SLL2
    LinkDecoder{283, decode_ieee802154_tap},      // IEEE802_15_4_TAP
};

}  // namespace

Decoded decode_frame(Layers& layers) {
  ByteCursor at(layers.frame.bytes());
  return decode_link(layers.frame.link_type, at, layers);
}

Decoded decode_link(LinkType type, ByteCursor& at, Layers& layers) {
  if (!layers.enter()) return too_deep();
  for (const LinkDecoder& decoder : kLinkDecoders) {
    if (decoder.type == type) return decoder.decode(at, layers);
  }
  return rejected(RejectReason::unknown_link_type, type);
}

}  // namespace portproof
