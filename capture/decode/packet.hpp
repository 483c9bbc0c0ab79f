// What the decoder says of one frame: a packet with its facts, or one enum value why there is none.
#pragma once

#include <cstdint>
#include <span>

#include "capture/base/frame.hpp"
#include "capture/base/ip_address.hpp"
#include "capture/base/ip_protocol.hpp"
#include "capture/base/reasons.hpp"
#include "capture/base/tunnel.hpp"

namespace portproof {

// TCP flag bits as on the wire (RFC 9293, 3.1).
inline constexpr std::uint8_t kTcpFin = 0x01;
inline constexpr std::uint8_t kTcpSyn = 0x02;
inline constexpr std::uint8_t kTcpRst = 0x04;
inline constexpr std::uint8_t kTcpPsh = 0x08;
inline constexpr std::uint8_t kTcpAck = 0x10;

// What an ICMP or ICMPv6 message is. Echo is a conversation; an error is news about the flow it quotes; the
// rest (neighbour discovery, router advertisements, timestamps) is the network's own business.
enum class IcmpClass : std::uint8_t { none, echo_request, echo_reply, error, other };

// The packet quoted in an ICMP error, as far as the quote goes.
struct QuotedPacket {
  bool present{false};
  // The error says that this packet reached nobody: destination unreachable, other than "fragmentation
  // needed" (RFC 792, RFC 1191; ICMPv6 type 1 of RFC 4443). What expired on its way or was too big was not
  // refused.
  bool refused{false};
  IpAddress source;
  IpAddress destination;
  std::uint8_t protocol{0};
  std::uint16_t source_port{0};
  std::uint16_t destination_port{0};
};

// Which part of a fragmented IP packet a frame holds, and what the parts have in common (RFC 791, RFC 8200).
struct Fragment {
  enum class Part : std::uint8_t { none, first, later };
  Part part{Part::none};
  IpAddress source;
  IpAddress destination;
  std::uint8_t protocol{0};
  std::uint32_t identification{0};
};

// One IP packet, the innermost. A view: `payload` is valid as long as the frame it was decoded from.
struct Packet {
  Timestamp time;
  std::uint64_t frame_number{0};
  std::uint32_t wire_length{0};  // of the whole frame, all layers

  IpAddress source;
  IpAddress destination;
  std::uint16_t source_port{0};  // 0 where the protocol has none
  std::uint16_t destination_port{0};
  std::uint8_t protocol{0};  // of the transport, after the extension headers

  std::uint8_t tcp_flags{0};
  std::uint32_t tcp_sequence{0};
  std::uint32_t tcp_acknowledgement{0};

  IcmpClass icmp{IcmpClass::none};

  // The transport header is cut or malformed behind its ports (ICMP, which has none: anywhere): flags and
  // payload are not known. TCP options alone being cut is no such case.
  bool transport_cut{false};
  bool decrypted{false};        // as FrameView has it: the payload was TLS on the wire
  bool broadcast_frame{false};  // the destination MAC address is ff:ff:ff:ff:ff:ff

  // The innermost Ethernet header, within the frame: 14 bytes, and the VLAN tags behind them whole. Null
  // where the link layer is another.
  const std::uint8_t* ethernet{nullptr};

  std::span<const std::uint8_t> payload;  // what was captured of the transport's payload
  std::uint32_t payload_length{0};        // its length on the wire

  std::uint16_t ip_identification{0};  // of the innermost IPv4 header; 0 for IPv6

  // Of the outermost IP layer that is fragmented. Set for a later fragment, too, which is no packet.
  Fragment fragment;

  // Where the VLAN is to tell flows apart (DecodeOptions::key_vlan): the ids of the first two tags of the
  // innermost frame, the outer one in the upper twelve bits of 24. Else 0.
  std::uint32_t vlans{0};
  TunnelStack tunnels;  // what the packet was carried in

  // Set for an ICMP error only.
  QuotedPacket quoted;
};

// What came of one frame.
struct Decoded {
  enum class Kind : std::uint8_t { packet, no_flow, rejected };
  Kind kind{Kind::rejected};
  RejectReason reject{RejectReason::unknown_link_type};  // of `rejected`
  NoFlowReason no_flow{NoFlowReason::other_non_ip};      // of `no_flow`
  // No packet, but of the innermost IP header that much is known all the same: the Packet's source,
  // destination and protocol (of an IPv6 chain that ends early the last that was named), vlans and tunnels.
  bool addressed{false};
};

}  // namespace portproof
