#include "capture/decode/internal/transport.hpp"

#include "capture/decode/internal/icmp_error.hpp"
#include "capture/decode/internal/inner_packet.hpp"
#include "capture/decode/internal/ip.hpp"
#include "capture/decode/internal/link_control.hpp"
#include "capture/decode/internal/udp_tunnel.hpp"

namespace portproof {
namespace {

IcmpClass icmp_class(std::uint8_t type) {
  switch (type) {
    case 0:
      return IcmpClass::echo_reply;
    case 8:
      return IcmpClass::echo_request;
    case 3:   // destination unreachable
    case 4:   // source quench
    case 5:   // redirect
    case 11:  // time exceeded
    case 12:  // parameter problem
      return IcmpClass::error;
    default:
      return IcmpClass::other;
  }
}

IcmpClass icmpv6_class(std::uint8_t type) {
  switch (type) {
    case 128:
      return IcmpClass::echo_request;
    case 129:
      return IcmpClass::echo_reply;
    case 1:  // destination unreachable
    case 2:  // packet too big
    case 3:  // time exceeded
    case 4:  // parameter problem
      return IcmpClass::error;
    default:
      return IcmpClass::other;
  }
}

// Destination unreachable, but not because the packet was too big.
bool says_refused(std::uint8_t protocol, std::uint8_t type, std::uint8_t code) {
  constexpr std::uint8_t kUnreachable = 3;
  constexpr std::uint8_t kUnreachableV6 = 1;
  constexpr std::uint8_t kFragmentationNeeded = 4;
  if (protocol == kProtocolIcmpV6) return type == kUnreachableV6;
  return type == kUnreachable && code != kFragmentationNeeded;
}

// There may be those of a tunnel's own packet.
void set_no_ports(Packet& packet) {
  packet.source_port = 0;
  packet.destination_port = 0;
}

// Needs no ports, so even a cut message belongs to a flow.
void decode_icmp(ByteCursor at, std::uint32_t wire, Layers& layers) {
  Packet& packet = layers.packet;
  packet.icmp = IcmpClass::other;
  packet.transport_cut = !at.has(kIcmpHeader);
  if (!at.has(1)) return;
  const std::uint8_t type = *at.position();
  packet.icmp = icmp_class_of(packet.protocol, type);
  if (packet.icmp == IcmpClass::other) {
    packet.control = icmp_link_control_of(packet, layers.time_to_live, at, wire);
  }
  if (packet.transport_cut) return;
  set_payload(at, wire, kIcmpHeader, packet);
  if (packet.icmp != IcmpClass::error) return;
  constexpr std::size_t kRestAt = 4;
  const std::span<const std::uint8_t, 4> rest{at.position() + kRestAt, 4};
  if (exceeds_error(packet.protocol, rest, packet.payload, packet.payload_length)) {
    packet.icmp = IcmpClass::other;
    return;
  }
  packet.quoted = parse_quoted(ByteCursor(packet.payload));
  packet.quoted.refused = says_refused(packet.protocol, type, at.position()[1]);
}

// A packet; and unread headers, if less of it was captured than was sent.
Decoded packet_with_header(const ByteCursor& at, std::uint32_t wire, const Layers& layers) {
  Decoded decoded = packet_decoded();
  if (layers.packet.transport_cut && at.remaining() < wire) decoded.unread.kind = layers.cut_kind();
  return decoded;
}

// What no decoder opens, from `at` on, may be a tunnel all the same. Not what a standard has a packet in
// (errors quote one, and so do redirects of neighbour discovery), and not what is encrypted.
Decoded searched(Decoded decoded, const ByteCursor& at, std::uint32_t wire, const Layers& layers) {
  const Packet& packet = layers.packet;
  const bool may_quote =
      packet.icmp == IcmpClass::error || packet.control == LinkControl::neighbour_discovery;
  if (decoded.unread || may_quote || packet.protocol == kProtocolEsp || !layers.may_peel()) return decoded;
  if (hides_packet(at.rest(), wire)) {
    decoded.unread = {UnreadKind::unread_tunnel, packet.protocol};
  }
  return decoded;
}

void decode_sctp(ByteCursor at, std::uint32_t wire, Packet& packet) {
  set_ports(at, packet);
  packet.transport_cut = !at.has(kSctpHeader);
  if (!packet.transport_cut) set_payload(at, wire, kSctpHeader, packet);
}

// Its checksum may cover less than UDP's does; where its header has a length, this has that coverage.
void decode_udp_lite(ByteCursor at, std::uint32_t wire, Packet& packet) {
  set_ports(at, packet);
  packet.transport_cut = !at.has(kUdpHeader);
  if (!packet.transport_cut) set_payload(at, wire, kUdpHeader, packet);
}

// RFC 4340, 5.1: the data begin where the offset says, in units of four bytes.
void decode_dccp(ByteCursor at, std::uint32_t wire, Packet& packet) {
  set_ports(at, packet);
  packet.transport_cut = !at.has(kDccpHeader);
  if (packet.transport_cut) return;
  const std::uint32_t offset = at.position()[4] * 4U;
  packet.transport_cut = offset < kDccpHeader || offset > wire;
  if (!packet.transport_cut) set_payload(at, wire, offset, packet);
}

}  // namespace

IcmpClass icmp_class_of(std::uint8_t protocol, std::uint8_t type) {
  return protocol == kProtocolIcmp ? icmp_class(type) : icmpv6_class(type);
}

Decoded decode_transport(ByteCursor& at, std::uint32_t wire, Layers& layers) {
  Packet& packet = layers.packet;
  switch (packet.protocol) {
    case kProtocolTcp:
    case kProtocolUdp:
    case kProtocolSctp:
    case kProtocolDccp:
    case kProtocolUdpLite:
      if (at.has(kPorts)) break;
      // If the packet is too short on the wire, the capture is not what lost it.
      return addressed(wire < kPorts ? rejected(RejectReason::cut_headers) : header_missing(layers));
    case kProtocolIcmp:
    case kProtocolIcmpV6:
      set_no_ports(packet);
      decode_icmp(at, wire, layers);
      return searched(packet_with_header(at, wire, layers), at, wire, layers);
    default:
      set_no_ports(packet);
      packet.control = link_control_of(packet, layers.time_to_live);
      set_payload(at, wire, 0, packet);
      return searched(packet_decoded(), at, wire, layers);
  }
  if (packet.protocol == kProtocolTcp) {
    decode_tcp(at, wire, packet);
    return packet_with_header(at, wire, layers);
  }
  if (packet.protocol == kProtocolUdp) {
    decode_udp(at, wire, packet);
    if (!packet.transport_cut && layers.may_peel()) return decode_udp_payload(layers);
  } else if (packet.protocol == kProtocolSctp) {
    decode_sctp(at, wire, packet);
  } else if (packet.protocol == kProtocolDccp) {
    decode_dccp(at, wire, packet);
  } else {
    decode_udp_lite(at, wire, packet);
  }
  return searched(packet_with_header(at, wire, layers), at, wire, layers);
}

}  // namespace portproof
