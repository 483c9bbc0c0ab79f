#include "capture/decode/decode.hpp"

#include "capture/decode/internal/inner_packet.hpp"
#include "capture/decode/internal/ip.hpp"
#include "capture/decode/internal/layers.hpp"
#include "capture/decode/internal/transport.hpp"
#include "capture/decode/link.hpp"

namespace portproof {
namespace {

// Sets everything except addresses, protocol and the facts of a quote, so that no field of an earlier packet
// shows.
void begin(const FrameView& frame, Packet& packet) {
  packet.time = frame.time;
  packet.frame_number = frame.number;
  packet.wire_length = frame.wire_length;
  packet.vlans = 0;
  packet.source_port = 0;
  packet.destination_port = 0;
  packet.protocol = 0;
  packet.tcp_flags = 0;
  packet.tcp_header_length = 0;
  packet.icmp = IcmpClass::none;
  packet.control = LinkControl::none;
  packet.carrier = false;
  packet.transport_cut = false;
  packet.broadcast_frame = false;
  packet.tcp_sequence = 0;
  packet.tcp_acknowledgement = 0;
  packet.payload = {};
  packet.payload_length = 0;
  packet.ip_identification = 0;
  packet.decrypted = frame.decrypted;
  packet.ethernet = nullptr;
  packet.fragment.part = Fragment::Part::none;
  packet.tunnels.count = 0;
  packet.quoted.present = false;
}

// TCP or UDP in the IP packet at `at`, if nothing about that packet is unusual: no options or extension
// headers, not a fragment, plausible lengths, a captured transport header. Reads the same facts as the
// layers, but with fewer checks; a test compares the two. Also false for UDP that may carry a packet.
bool decode_plain_ip(ByteCursor at, Packet& packet, const DecodeOptions& options) {
  const std::uint8_t* const header = at.position();
  std::uint32_t length = 0;
  if (header[0] == 0x45) {
    const std::uint32_t total_length = load_be16(header + 2);
    constexpr unsigned kMoreOrOffset = 0x3fff;
    if (total_length < kIpv4Header + kTcpHeader || (load_be16(header + 6) & kMoreOrOffset) != 0) return false;
    packet.protocol = header[9];
    packet.ip_identification = load_be16(header + 4);
    packet.source.assign_v4(header + 12);
    packet.destination.assign_v4(header + 16);
    length = total_length - kIpv4Header;
    at.skip(kIpv4Header);
  } else if (header[0] >> 4U == 6 && at.has(kIpv6Header + kTcpHeader)) {
    length = load_be16(header + 4);
    if (length < kTcpHeader) return false;
    packet.protocol = header[6];
    packet.source.assign_v6(header + 8);
    packet.destination.assign_v6(header + 24);
    at.skip(kIpv6Header);
  } else {
    return false;
  }
  if (packet.protocol == kProtocolTcp) {
    decode_tcp(at.window(length), length, packet);
    return !packet.transport_cut;
  }
  if (packet.protocol == kProtocolUdp) {
    if (options.tunnel_ports.may_match(at.position()) && options.peel_tunnels) [[unlikely]] {
      return false;
    }
    decode_udp(at.window(length), length, packet);
    return !packet.transport_cut && !(options.peel_tunnels && may_hold_packet(packet));
  }
  return false;
}

// Ethernet, with or without a VLAN tag, around a plain IP packet. False: decode it by layers.
bool decode_plain(const FrameView& frame, Packet& packet, const DecodeOptions& options) {
  constexpr std::size_t kEnough = kEthernetHeader + kVlanTag + kIpv4Header + kTcpHeader;
  if (frame.link_type != kLinkEthernet || frame.captured < kEnough) return false;
  packet.broadcast_frame = is_broadcast_mac(frame.data);
  packet.ethernet = frame.data;
  std::size_t offset = kEthernetHeader;
  std::uint16_t type = load_be16(frame.data + 12);
  if (type == kEthertypeVlan) {
    if (options.key_vlan) return false;
    type = load_be16(frame.data + 16);
    offset += kVlanTag;
  }
  if (type != kEthertypeIpv4 && type != kEthertypeIpv6) return false;
  return decode_plain_ip(ByteCursor(frame.data + offset, frame.captured - offset), packet, options);
}

}  // namespace

Decoded decode(const FrameView& frame, Packet& packet, const DecodeOptions& options,
               OuterPackets* carriers) noexcept {
  if (carriers != nullptr) carriers->clear();
  begin(frame, packet);
  if (decode_plain(frame, packet, options)) [[likely]] {
    return packet_decoded();
  }
  return decode_by_layers(frame, packet, options, carriers);
}

Decoded decode_by_layers(const FrameView& frame, Packet& packet, const DecodeOptions& options,
                         OuterPackets* carriers) noexcept {
  if (carriers != nullptr) carriers->clear();
  begin(frame, packet);
  Layers layers{.frame = frame, .packet = packet, .options = options, .carriers = carriers};
  return decode_frame(layers);
}

}  // namespace portproof
