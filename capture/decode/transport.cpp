#include "capture/decode/transport.hpp"

#include "capture/decode/ip.hpp"

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

// Needs no ports, so that what is left of a cut message still belongs to a flow.
void decode_icmp(ByteCursor at, std::uint32_t wire, Packet& packet) {
  packet.icmp = IcmpClass::other;
  packet.transport_cut = !at.has(kIcmpHeader);
  if (!at.has(1)) return;
  const std::uint8_t type = *at.position();
  packet.icmp = packet.protocol == kProtocolIcmp ? icmp_class(type) : icmpv6_class(type);
  if (packet.transport_cut) return;
  set_payload(at, wire, kIcmpHeader, packet);
  if (packet.icmp == IcmpClass::error) packet.quoted = parse_quoted(ByteCursor(packet.payload));
}

void decode_sctp(ByteCursor at, std::uint32_t wire, Packet& packet) {
  set_ports(at, packet);
  packet.transport_cut = !at.has(kSctpHeader);
  if (!packet.transport_cut) set_payload(at, wire, kSctpHeader, packet);
}

}  // namespace

Decoded decode_transport(ByteCursor& at, std::uint32_t wire, Layers& layers) {
  Packet& packet = layers.packet;
  switch (packet.protocol) {
    case kProtocolTcp:
    case kProtocolUdp:
    case kProtocolSctp:
      if (at.has(kPorts)) break;
      // A packet that is too short on the wire has lost nothing to the capture.
      return wire < kPorts ? rejected(RejectReason::cut_headers) : header_missing(layers.frame);
    case kProtocolIcmp:
    case kProtocolIcmpV6:
      decode_icmp(at, wire, packet);
      return packet_decoded();
    default:
      set_payload(at, wire, 0, packet);
      return packet_decoded();
  }
  if (packet.protocol == kProtocolTcp) {
    decode_tcp(at, wire, packet);
  } else if (packet.protocol == kProtocolUdp) {
    // Tunnels over UDP (VXLAN, Geneve, GTP) will have their place behind this.
    decode_udp(at, wire, packet);
  } else {
    decode_sctp(at, wire, packet);
  }
  return packet_decoded();
}

}  // namespace portproof
