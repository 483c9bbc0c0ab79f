// The headers that capturing systems substitute for a link layer: raw IP, loopbacks, Linux's cooked captures,
// firewall logs, IP over InfiniBand, and the headers of macOS and Solaris.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

Decoded decode_raw_ip(ByteCursor& at, Layers& layers);  // the frame begins with the IP header
Decoded decode_null(ByteCursor& at, Layers& layers);    // LINKTYPE_NULL, LINKTYPE_LOOP
Decoded decode_sll(ByteCursor& at, Layers& layers);
Decoded decode_sll2(ByteCursor& at, Layers& layers);
Decoded decode_enc(ByteCursor& at, Layers& layers);    // OpenBSD's decrypted IPsec
Decoded decode_pflog(ByteCursor& at, Layers& layers);  // OpenBSD's packet filter
Decoded decode_nflog(ByteCursor& at, Layers& layers);  // Linux's packet filter
Decoded decode_ipnet(ByteCursor& at, Layers& layers);  // Solaris
Decoded decode_ipoib(ByteCursor& at, Layers& layers);  // IP over InfiniBand
Decoded decode_pktap(ByteCursor& at, Layers& layers);  // macOS

}  // namespace portproof
