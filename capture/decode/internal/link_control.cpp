#include "capture/decode/internal/link_control.hpp"

#include <algorithm>

// A host that may send anything could dress data up as such traffic, and nobody would judge it. Two things
// keep that within the link:
//
//   - the destination. 224.0.0.0/24 (RFC 5771, 4) and ff02::/16 (RFC 4291, 2.7) are never forwarded.
//   - the time to live. Group reports go to groups of any scope with 1, so that no router passes them on (RFC
//     3376, 4; RFC 3810, 5). Neighbour discovery is valid with 255 only (RFC 4861, 7.1), because a router
//     would have made it less.
//
// Neighbour discovery is also sent to single hosts. There 255 alone proves nothing about a packet that is
// on its way out, so one of the addresses must belong to the link, or both must lie in the same /64. And
// the message must always be what its type says, to the last option.

namespace portproof {
namespace {

bool stays_on_link(const IpAddress& group) {
  if (group.family == IpFamily::v4)
    return group.bytes[0] == 224 && group.bytes[1] == 0 && group.bytes[2] == 0;
  return group.bytes[0] == 0xff && (group.bytes[1] & 0x0fU) == 0x02;
}

bool is_on_one_link(const IpAddress& source, const IpAddress& destination, std::uint8_t time_to_live) {
  if (is_multicast(destination)) return stays_on_link(destination);
  if (time_to_live != 255) return false;
  return is_link_local(source) || is_link_local(destination) || is_unspecified(source) ||
         source.word(0) == destination.word(0);
}

// Bytes of a message of neighbour discovery before its options (RFC 4861, 4); 0 for other types.
std::uint32_t discovery_header(std::uint8_t type) {
  switch (type) {
    case 133:  // router solicitation
      return 8;
    case 134:  // router advertisement
      return 16;
    case 135:  // neighbour solicitation
    case 136:  // neighbour advertisement
      return 24;
    case 137:  // redirect
      return 40;
    default:
      return 0;
  }
}

// Options are units of eight bytes, and end where the message ends. What was cut off cannot be checked.
bool options_are_whole(ByteCursor at, std::uint32_t wire, std::uint32_t header) {
  if (wire < header) return false;
  if (at.remaining() < wire) return true;
  at.skip(header);
  for (std::uint32_t left = wire - header; left > 0;) {
    if (left < 8) return false;
    const std::uint32_t size = at.position()[1] * 8U;
    if (size == 0 || size > left) return false;
    at.skip(size);
    left -= size;
  }
  return true;
}

bool is_multicast_listener(std::uint8_t type) {
  return (type >= 130 && type <= 132) || type == 143;
}

}  // namespace

LinkControl link_control_of(const Packet& packet, std::uint8_t time_to_live) {
  const IpAddress& to = packet.destination;
  const bool on_link = stays_on_link(to);
  switch (packet.protocol) {
    case kProtocolIgmp:
      return on_link || (is_multicast(to) && time_to_live == 1) ? LinkControl::igmp : LinkControl::none;
    case kProtocolIgrp:
      return is_broadcast(to) ? LinkControl::igrp : LinkControl::none;
    case kProtocolEigrp:
      return on_link ? LinkControl::eigrp : LinkControl::none;
    case kProtocolOspf:
      return on_link ? LinkControl::ospf : LinkControl::none;
    case kProtocolPim:
      return on_link ? LinkControl::pim : LinkControl::none;
    case kProtocolVrrp:
      return on_link ? LinkControl::vrrp : LinkControl::none;
    default:
      return LinkControl::none;
  }
}

LinkControl icmp_link_control_of(const Packet& packet, std::uint8_t time_to_live, const ByteCursor& at,
                                 std::uint32_t wire) {
  const std::uint8_t type = *at.position();
  const IpAddress& to = packet.destination;
  if (packet.protocol == kProtocolIcmp) {
    constexpr std::uint8_t kAdvertisement = 9;
    constexpr std::uint8_t kSolicitation = 10;
    const bool discovers = type == kAdvertisement || type == kSolicitation;
    return discovers && (stays_on_link(to) || is_broadcast(to)) ? LinkControl::router_discovery
                                                                : LinkControl::none;
  }
  if (is_multicast_listener(type)) {
    const bool reported = stays_on_link(to) || (is_multicast(to) && time_to_live == 1);
    return reported ? LinkControl::mld : LinkControl::none;
  }
  const std::uint32_t header = discovery_header(type);
  const bool discovers =
      header != 0 && is_on_one_link(packet.source, to, time_to_live) && options_are_whole(at, wire, header);
  return discovers ? LinkControl::neighbour_discovery : LinkControl::none;
}

}  // namespace portproof
