// Tells control traffic of the link from conversations: what routers and neighbours send each other, as its
// standard says it is addressed, so that no router forwards it. The same protocols sent anywhere else are
// conversations.
#pragma once

#include <cstdint>

#include "capture/base/byte_cursor.hpp"
#include "capture/decode/packet.hpp"

namespace portproof {

// An IP protocol without ports, other than ICMP, whose packet has its addresses and this time to live (hop
// limit).
LinkControl link_control_of(const Packet& packet, std::uint8_t time_to_live);

// An ICMP or ICMPv6 message at the cursor, as far as it was captured, of `wire` bytes. Requires its type.
LinkControl icmp_link_control_of(const Packet& packet, std::uint8_t time_to_live, const ByteCursor& at,
                                 std::uint32_t wire);

}  // namespace portproof
