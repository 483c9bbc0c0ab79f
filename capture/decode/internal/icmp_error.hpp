// What an ICMP error may carry: the beginning of the packet that it is about, and extensions behind it.
#pragma once

#include <cstdint>
#include <span>

namespace portproof {

// Does the message of an ICMP or ICMPv6 error carry more than errors do? Then it is no mere news of a flow,
// but a message of its own, whatever its type says. It may have
//
//  - as much as a host must accept: datagrams of 576 bytes (RFC 1812, 4.3.2.3), of IPv6 1280 (RFC 4443, 2.4
//  c);
//  - of that the quoted packet, up to the length that its own header gives;
//  - behind the quote, padded, extensions that are well formed (RFC 4884).
//
// `rest` are bytes 4 to 7 of the ICMP header. `body` is what was captured behind them, `length` of it were
// sent.
bool exceeds_error(std::uint8_t protocol, std::span<const std::uint8_t, 4> rest,
                   std::span<const std::uint8_t> body, std::uint32_t length);

}  // namespace portproof
