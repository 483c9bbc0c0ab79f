// One frame. The first two bytes, high byte first, say how it is decoded: the low nine bits are the link
// type, the others the options below. The rest is the frame.
#include "capture/decode/decode.hpp"

#include <vector>

#include "tests/fuzz/run.hpp"

namespace portproof::fuzz {
namespace {

constexpr unsigned kLinkTypes = 0x01ff;
constexpr unsigned kKeepTunnels = 0x0200;
constexpr unsigned kKeyVlan = 0x0400;
constexpr unsigned kSnapped = 0x0800;  // the frame was longer on the wire
constexpr unsigned kOneTunnel = 0x1000;

bool same_quote(const QuotedPacket& left, const QuotedPacket& right) {
  if (!left.present || !right.present) return left.present == right.present;
  return left.source == right.source && left.destination == right.destination &&
         left.protocol == right.protocol && left.source_port == right.source_port &&
         left.destination_port == right.destination_port;
}

bool same_packet(const Packet& left, const Packet& right) {
  return left.time == right.time && left.frame_number == right.frame_number &&
         left.wire_length == right.wire_length && left.source == right.source &&
         left.destination == right.destination && left.source_port == right.source_port &&
         left.destination_port == right.destination_port && left.protocol == right.protocol &&
         left.tcp_flags == right.tcp_flags && left.tcp_sequence == right.tcp_sequence &&
         left.tcp_acknowledgement == right.tcp_acknowledgement && left.icmp == right.icmp &&
         left.transport_cut == right.transport_cut && left.broadcast_frame == right.broadcast_frame &&
         left.payload.data() == right.payload.data() && left.payload.size() == right.payload.size() &&
         left.payload_length == right.payload_length && left.vlans == right.vlans &&
         left.tunnels == right.tunnels && same_quote(left.quoted, right.quoted);
}

bool same_answer(const Decoded& left, const Decoded& right) {
  if (left.kind != right.kind || left.addressed != right.addressed || left.unread != right.unread) {
    return false;
  }
  return left.kind == Decoded::Kind::rejected  ? left.reject == right.reject
         : left.kind == Decoded::Kind::no_flow ? left.no_flow == right.no_flow
                                               : true;
}

// Does a part of a frame say as much as the whole: the same packet, or that something is missing?
bool tells_all(const Decoded& part, const Packet& packet, const Decoded& whole, const Packet& all) {
  if (part.unread || whole.kind == Decoded::Kind::rejected) return true;
  if (whole.kind == Decoded::Kind::no_flow) {
    return whole.no_flow != NoFlowReason::later_fragment || part.kind != Decoded::Kind::no_flow ||
           part.no_flow == NoFlowReason::later_fragment;
  }
  return part.kind == Decoded::Kind::packet && packet.source == all.source &&
         packet.destination == all.destination && packet.source_port == all.source_port &&
         packet.destination_port == all.destination_port && packet.protocol == all.protocol;
}

// Cuts the frame as a snap length does, at up to 32 places.
void check_cuts(const FrameView& frame, const DecodeOptions& options, const Decoded& whole,
                const Packet& all) {
  FrameView cut = frame;
  for (std::uint32_t size = 0; size < frame.captured; size += 1 + frame.captured / 32) {
    cut.captured = size;
    Packet packet;
    const Decoded part = decode(cut, packet, options);
    require(tells_all(part, packet, whole, all), "a cut frame says that it is cut");
  }
}

bool lies_within(std::span<const std::uint8_t> part, std::span<const std::uint8_t> whole) {
  return part.empty() ||
         (part.data() >= whole.data() && part.data() + part.size() <= whole.data() + whole.size());
}

}  // namespace

void fuzz_one(std::span<const std::uint8_t> bytes) {
  if (bytes.size() < 2) return;
  const unsigned choice = static_cast<unsigned>(bytes[0] << 8U) | bytes[1];
  // A copy, so that a sanitizer catches reads before the frame as well as after it.
  const std::vector<std::uint8_t> copy(bytes.begin() + 2, bytes.end());
  constexpr std::uint32_t kMissing = 40;
  const auto captured = static_cast<std::uint32_t>(copy.size());
  const FrameView frame{.data = copy.data(),
                        .captured = captured,
                        .wire_length = captured + ((choice & kSnapped) != 0 ? kMissing : 0),
                        .time = {},
                        .number = 7,
                        .link_type = static_cast<LinkType>(choice & kLinkTypes)};
  DecodeOptions options;
  options.peel_tunnels = (choice & kKeepTunnels) == 0;
  options.key_vlan = (choice & kKeyVlan) != 0;
  if ((choice & kOneTunnel) != 0) options.max_tunnels = 1;

  // Traces of an earlier frame must not show: one packet is new, the other is full of an earlier frame.
  Packet packet;
  packet.tcp_flags = 0xff;
  packet.payload_length = 99;
  packet.quoted.present = true;
  packet.tunnels.push({});
  Packet by_layers;
  const Decoded short_way = decode(frame, packet, options);
  const Decoded long_way = decode_by_layers(frame, by_layers, options);
  require(same_answer(short_way, long_way), "the fast path gives the same answer as the layers");
  if (short_way.addressed) {
    require(short_way.kind != Decoded::Kind::packet, "a packet needs no remark on its addresses");
    require(packet.source == by_layers.source && packet.destination == by_layers.destination &&
                packet.protocol == by_layers.protocol,
            "the fast path finds the same addresses");
  }
  if (frame.wire_length == frame.captured) check_cuts(frame, options, short_way, packet);
  require((short_way.kind != Decoded::Kind::rejected) || bool(short_way.unread),
          "a rejected frame is unread");
  if (short_way.kind != Decoded::Kind::packet) return;
  require(same_packet(packet, by_layers), "the fast path finds what the layers find");
  require(lies_within(packet.payload, copy), "the payload lies within its frame");
  require(packet.payload.size() <= packet.payload_length, "no more is captured than was on the wire");
}

}  // namespace portproof::fuzz
