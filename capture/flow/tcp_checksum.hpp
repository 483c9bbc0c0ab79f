// The checksum of a TCP segment (RFC 9293, 3.1). It is looked at only where a segment is in doubt: a segment
// with a wrong one is dropped by the host that it was sent to, so it may have been forged to mislead only
// this program. A sender whose network card fills in the checksum is captured with wrong ones only.
#pragma once

#include <cstdint>

#include "capture/decode/packet.hpp"

namespace portproof {

enum class TcpChecksum : std::uint8_t {
  unknown,  // not the whole segment was captured, or it came in fragments
  right,
  wrong,
};

// The packet must be TCP. Reads its header, so the frame that it was decoded from must still be there.
TcpChecksum checksum_of(const Packet& packet);

}  // namespace portproof
