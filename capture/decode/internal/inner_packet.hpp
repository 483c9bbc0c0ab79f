// Do some bytes look as if a packet were in them? Tunnels and mirrors may use any port, any IP protocol and
// any EtherType, so what no decoder opens is searched for an IP header: behind an EtherType, at any offset
// that a header of a tunnel leaves, or on its own. Nothing is opened on that ground alone.
#pragma once

#include <span>

#include "capture/base/byte_cursor.hpp"
#include "capture/decode/packet.hpp"

namespace portproof {

// Could `holds_packet` be true? Runs for every UDP packet and allows few.
bool may_hold_packet(const Packet& udp);

// Is there an IP header whose length, and checksum or other fields, fit what is around it? `length` is the
// payload's as its sender stated it: in a first fragment, more than the fragment has.
bool holds_packet(const Packet& udp, std::uint32_t length);

// The same for what is rare, and therefore searched more thoroughly: the payload of any other protocol, or
// the body of a frame that should hold no packet. Padding may follow the packet. `length`: the bytes on the
// wire.
bool hides_packet(std::span<const std::uint8_t> bytes, std::uint32_t length);

// Is this an IP header as hosts write it, rather than bytes that happen to begin like one: an IPv4 header
// with a right checksum, or an IPv6 header with usual fields? False if the capture has not all of it.
bool is_ip_header(const ByteCursor& at);

// The length of the IP packet at the cursor, by its header (RFC 791, RFC 8200); 0 if none begins there. The
// cursor has at least kIpv4Header bytes.
std::uint32_t stated_ip_length(const ByteCursor& at);

// Is the Internet checksum (RFC 1071) of these bytes right, the field for it included? `length` is even.
bool is_checksum_right(const std::uint8_t* bytes, std::uint32_t length);

}  // namespace portproof
