// IPv4 addresses inside IPv6 addresses: where an IPv6 address is only another way to reach an IPv4 host.
#pragma once

#include <optional>

#include "capture/base/ip_address.hpp"

namespace portproof {

// The address itself if it is IPv4, or the IPv4 address that an IPv4-mapped one (::ffff:a.b.c.d; RFC 4291,
// 2.5.5.2) is another notation for; any other address unchanged.
IpAddress unmapped(const IpAddress& address);

// The IPv4 address of the host that the IPv6 address leads to by its form alone: IPv4-mapped or
// IPv4-compatible (RFC 4291, 2.5.5), NAT64 (64:ff9b::/96; RFC 6052), 6to4 (2002::/16; RFC 3056) or ISATAP (an
// interface id of 0:5efe or 200:5efe; RFC 5214). Nothing for any other address.
std::optional<IpAddress> embedded_ipv4(const IpAddress& address);

}  // namespace portproof
