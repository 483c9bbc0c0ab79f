// Does a UDP payload look as if a packet were in it? Tunnels and mirrors may use any port, so where no
// decoder knows the port, the payload is searched for an IP header: behind an EtherType, at any offset that a
// header of a tunnel leaves, or on its own. Nothing is opened on that ground alone.
#pragma once

#include "capture/base/byte_cursor.hpp"
#include "capture/decode/packet.hpp"

namespace portproof {

// Could `holds_packet` be true? Runs for every UDP packet and allows few.
bool may_hold_packet(const Packet& udp);

// Is there an IP header whose length, and checksum or other fields, fit what is around it? `length` is the
// payload's as its sender stated it: in a first fragment, more than the fragment has.
bool holds_packet(const Packet& udp, std::uint32_t length);

// Is this an IP header as hosts write it, rather than bytes that happen to begin like one: an IPv4 header
// with a right checksum, or an IPv6 header with usual fields? False if the capture has not all of it.
bool is_ip_header(const ByteCursor& at);

}  // namespace portproof
