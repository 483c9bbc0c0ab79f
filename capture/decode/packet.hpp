// What the decoder says about one frame: a packet with its facts, or one enum value for the reason why there
// is none.
#pragma once

#include <cstdint>
#include <span>

#include "capture/base/flow_key.hpp"
#include "capture/base/frame.hpp"
#include "capture/base/ip_address.hpp"
#include "capture/base/ip_protocol.hpp"
#include "capture/base/link_control.hpp"
#include "capture/base/reasons.hpp"
#include "capture/base/tunnel.hpp"
#include "capture/base/unread.hpp"

namespace portproof {

// TCP flag bits as on the wire (RFC 9293, 3.1).
inline constexpr std::uint8_t kTcpFin = 0x01;
inline constexpr std::uint8_t kTcpSyn = 0x02;
inline constexpr std::uint8_t kTcpRst = 0x04;
inline constexpr std::uint8_t kTcpPsh = 0x08;
inline constexpr std::uint8_t kTcpAck = 0x10;

// The class of an ICMP or ICMPv6 message. An error concerns the flow that it quotes; echoes and the others
// (timestamps, unknown types) are conversations, apart from control traffic of the link (Packet::control).
enum class IcmpClass : std::uint8_t { none, echo_request, echo_reply, error, other };

// The packet quoted in an ICMP error, as far as the quote reaches.
struct QuotedPacket {
  bool present{false};
  // The error says that the packet could not be delivered: destination unreachable, other than "fragmentation
  // needed" (RFC 792, RFC 1191; ICMPv6 type 1 of RFC 4443). A packet that expired on its way or was too big
  // was not refused.
  bool refused{false};
  IpAddress source;
  IpAddress destination;
  std::uint8_t protocol{0};
  // Both 0 if the protocol has none, or if the quote ends before them.
  std::uint16_t source_port{0};
  std::uint16_t destination_port{0};
  IcmpClass icmp{IcmpClass::none};  // of a quoted ICMP message; `none` if the quote ends before its type
};

// Which part of a fragmented IP packet a frame holds, and the fields that all parts share (RFC 791, RFC
// 8200).
struct Fragment {
  enum class Part : std::uint8_t { none, first, later };
  Part part{Part::none};
  IpAddress source;
  IpAddress destination;
  std::uint8_t protocol{0};
  std::uint32_t identification{0};
};

// One IP packet, the innermost. A view: `payload` is valid as long as the frame from which it was decoded.
// The decoder sets small fields for each frame, so those that begin at zero lie side by side, to be set
// together.
struct Packet {
  Timestamp time;
  std::uint64_t frame_number{0};
  std::uint32_t wire_length{0};  // of the whole frame, all layers

  // If VLANs separate flows (DecodeOptions::key_vlan): the ids of the first two tags of the innermost frame,
  // the outer one in the upper twelve of 24 bits. Otherwise 0.
  std::uint32_t vlans{0};

  std::uint16_t source_port{0};  // 0 if the protocol has none
  std::uint16_t destination_port{0};
  std::uint8_t protocol{0};  // of the transport, after the extension headers
  std::uint8_t tcp_flags{0};
  std::uint8_t tcp_header_length{0};  // bytes; the header lies right before `payload`. 0 if there is none

  IcmpClass icmp{IcmpClass::none};
  LinkControl control{LinkControl::none};
  // The outer packet of a tunnel: what it carries is a packet of its own (decode/outer_packets.hpp). It has
  // no payload here.
  bool carrier{false};

  // The transport header is cut or malformed after its ports (ICMP, which has none: anywhere): flags and
  // payload are unknown. Cut TCP options alone do not count.
  bool transport_cut{false};
  bool broadcast_frame{false};  // the destination MAC address is ff:ff:ff:ff:ff:ff

  std::uint32_t tcp_sequence{0};
  std::uint32_t tcp_acknowledgement{0};

  std::span<const std::uint8_t> payload;  // what was captured of the transport's payload
  std::uint32_t payload_length{0};        // its length on the wire
  std::uint16_t ip_identification{0};     // of the innermost IPv4 header; 0 for IPv6
  bool decrypted{false};                  // as in FrameView: the payload was TLS on the wire

  // The innermost Ethernet header, within the frame: 14 bytes, with complete VLAN tags after them. Null for
  // other link layers.
  const std::uint8_t* ethernet{nullptr};

  IpAddress source;
  IpAddress destination;

  // From the outermost fragmented IP layer. Also set for a later fragment, which is not a packet.
  Fragment fragment;

  TunnelStack tunnels;  // what the packet was carried in

  // Set only for an ICMP error.
  QuotedPacket quoted;

  // Neither an ICMP message, nor control traffic of a link, nor an outer packet? So are nearly all, which is
  // why it is asked first.
  [[nodiscard]] constexpr bool is_ordinary() const {
    const auto bits = [](auto field) { return static_cast<unsigned>(field); };
    return (bits(icmp) | bits(control) | bits(carrier)) == 0;
  }
};

// Makes `to` the same packet as `from`. Most of a packet's bytes have room for a fragment, for tunnels and
// for a quote: what `from` has none of is not copied.
void copy(const Packet& from, Packet& to);

// The result for one frame.
// Aligned so that GCC returns it in two registers; with 12 bytes it would build it in memory, and each packet
// would wait for that.
struct alignas(8) Decoded {
  enum class Kind : std::uint8_t { packet, no_flow, rejected };
  Kind kind{Kind::rejected};
  RejectReason reject{RejectReason::unknown_link_type};  // of `rejected`
  NoFlowReason no_flow{NoFlowReason::other_non_ip};      // of `no_flow`
  // There is no packet, but parts of the innermost IP header are known: the Packet's source, destination and
  // protocol (if an IPv6 chain ends early, the last protocol that it named), vlans and tunnels.
  bool addressed{false};
  // What the frame held besides, or instead, and the decoder could not read. A packet may have it too: then
  // it is the packet of a tunnel whose inside stayed closed, or its own headers are cut.
  Unread unread{};
};

}  // namespace portproof
