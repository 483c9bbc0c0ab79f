// The checksum of a TCP segment (RFC 9293, 3.1) or UDP datagram (RFC 768). It is looked at only where much
// depends on a packet: one with a wrong checksum is dropped by the host that it was sent to, so it may have
// been forged to mislead only this program. A sender whose network card fills in the checksum is captured
// with wrong ones only.
#pragma once

#include <cstdint>

#include "capture/decode/packet.hpp"

namespace portproof {

enum class Checksum : std::uint8_t {
  unknown,  // not the whole packet was captured, or it came in fragments, or has none (UDP over IPv4)
  right,
  wrong,
};

// The packet must be TCP or UDP. Reads its header, so the frame that it was decoded from must still be there.
Checksum checksum_of(const Packet& packet);

}  // namespace portproof
