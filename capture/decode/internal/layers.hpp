// The state that the decoder's layers share. Each layer is a function that takes a cursor at its first byte
// and the frame's Layers, and returns the result for the whole frame, mostly by calling the layer above. A
// tunnel is such a function too: it skips its own header, counts itself with `enter` and calls
// decode_ethertype, decode_ethernet or decode_ip again.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>

#include "capture/base/byte_cursor.hpp"
#include "capture/decode/decode.hpp"

namespace portproof {

struct Layers {
  const FrameView& frame;
  Packet& packet;
  const DecodeOptions& options;
  OuterPackets* carriers{nullptr};  // may be null
  int depth{-1};                    // the link layer itself does not count
  int peeled{0};                    // IP packets removed so far
  // Where the current packet ends on the wire, as an offset from the frame's first byte.
  std::uint32_t wire_end{frame.wire_length};
  // A header has named a length that ends beyond `wire_end`: a packet broker or a mirror cut the frame before
  // it was captured.
  bool sliced{false};
  // The innermost IP header, if it is not compressed.
  const std::uint8_t* ip_header{nullptr};
  std::uint8_t time_to_live{0};  // of the current IP packet; of IPv6, its hop limit

  // Counts one more layer below the transport. False: too many, reject the frame (layer_depth).
  bool enter() { return ++depth <= kMaxLayers; }
  bool enter(TunnelKind kind) {
    packet.tunnels.push({.kind = kind});
    return enter();
  }
  bool enter(TunnelKind kind, std::uint32_t id) {
    packet.tunnels.push({.kind = kind, .has_id = true, .id = id});
    return enter();
  }

  // The current packet carries another one, in an IP protocol of this number.
  void note_carrier(std::uint8_t protocol) {
    if (carriers != nullptr) carriers->add(packet, protocol);
  }

  // May one more tunnel that an IP packet carries be removed?
  [[nodiscard]] bool may_peel() const { return options.peel_tunnels && peeled < options.max_tunnels; }

  // Bytes from `position` to the end of the packet, as they were on the wire.
  [[nodiscard]] std::uint32_t wire_after(const std::uint8_t* position) const {
    const auto offset = static_cast<std::uint32_t>(position - frame.data);
    return wire_end > offset ? wire_end - offset : 0;
  }

  // A header says that `wire` bytes were sent after `position`.
  void note_claim(const std::uint8_t* position, std::uint32_t wire) {
    sliced = sliced || wire > wire_after(position);
  }

  // Was more sent than is there to be decoded?
  [[nodiscard]] bool is_cut() const { return frame.captured < wire_end || sliced; }
  [[nodiscard]] UnreadKind cut_kind() const {
    return frame.captured < wire_end ? UnreadKind::snapped_headers : UnreadKind::sliced_headers;
  }

  // From here on, the packet has at most `wire` bytes after `position`.
  void narrow(const std::uint8_t* position, std::uint32_t wire) {
    wire_end = std::min(wire_end, static_cast<std::uint32_t>(position - frame.data) + wire);
  }

  void note_vlan(std::uint16_t tag) {
    const std::uint32_t id = tag & 0x0fffU;
    std::uint32_t& vlans = packet.vlans;
    if (vlans == 0) {
      vlans = id << 12U;
    } else if ((vlans & 0x0fffU) == 0) {
      vlans |= id;
    }
  }
};

constexpr Decoded packet_decoded() {
  return Decoded{.kind = Decoded::Kind::packet};
}
constexpr Decoded no_flow(NoFlowReason reason) {
  return Decoded{.kind = Decoded::Kind::no_flow, .no_flow = reason};
}
constexpr Decoded rejected(RejectReason reason, std::uint32_t number = 0) {
  return Decoded{
      .kind = Decoded::Kind::rejected, .reject = reason, .unread = {unread_kind_of(reason), number}};
}

// Something that is known to carry no IP packet: control traffic of a link, another network protocol.
constexpr Decoded no_packet() {
  return no_flow(NoFlowReason::other_non_ip);
}

// Something that may carry an IP packet, which nobody can read here.
constexpr Decoded unread(UnreadKind kind, std::uint32_t number = 0) {
  return Decoded{
      .kind = Decoded::Kind::no_flow, .no_flow = NoFlowReason::other_non_ip, .unread = {kind, number}};
}

// A protocol that carries data between hosts, but neither over IP nor within it. What it sends to a group or
// to everybody announces something; what it sends to one host may be anything.
inline Decoded foreign(UnreadKind kind, std::uint32_t number, const Layers& layers) {
  const Packet& packet = layers.packet;
  const bool to_group =
      packet.broadcast_frame || (packet.ethernet != nullptr && (*packet.ethernet & 1U) != 0);
  return to_group ? no_packet() : unread(kind, number);
}

// A piece of a packet that the link layer split, after the first. Nothing says which packet it belongs to.
constexpr Decoded later_piece() {
  Decoded decoded = no_flow(NoFlowReason::later_fragment);
  decoded.unread.kind = UnreadKind::later_fragment;
  return decoded;
}

// The same result, with the addresses of its IP packet in `packet`.
constexpr Decoded addressed(Decoded decoded) {
  decoded.addressed = true;
  return decoded;
}

// A layer's header names something inside that no decoder knows.
inline Decoded unknown_inside(const Layers& layers) {
  if (layers.peeled == 0) return unread(UnreadKind::unknown_content);
  return unread(UnreadKind::unread_tunnel, layers.packet.protocol);
}

// An expected header is incomplete. Either the capture, or whoever mirrored the frame, cut it (snapped), or
// the sender left it out.
inline Decoded header_missing(const Layers& layers) {
  if (!layers.is_cut()) return rejected(RejectReason::cut_headers);
  Decoded decoded = rejected(RejectReason::snapped_headers);
  decoded.unread.kind = layers.cut_kind();
  return decoded;
}

inline Decoded too_deep() {
  return rejected(RejectReason::layer_depth);
}

// Did the frame hold an IP packet, or at least a later fragment of one?
constexpr bool has_ip(const Decoded& decoded) {
  return decoded.kind == Decoded::Kind::packet ||
         (decoded.kind == Decoded::Kind::no_flow && decoded.no_flow == NoFlowReason::later_fragment);
}

}  // namespace portproof
