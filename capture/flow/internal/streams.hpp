// Follows the TCP streams of flows by their sequence numbers, and knows what the capture missed of them:
// bytes that the other side acknowledged and that were never seen. Two comparisons and two additions for a
// segment that comes when it should; everything else is out of line.
//
// A stream is known from its SYN, or from what the other side acknowledges of that; one that is picked up in
// the middle from its first segment. What was sent before that, and acknowledged only then, is no loss of the
// capture. Nor is a side of which not a single packet was seen: that is a mirror of one direction. A RST says
// nothing of the stream; a segment whose header is cut, or that is a fragment, lets it be picked up anew by
// the next one. A keep-alive is an empty segment that repeats the last sequence number before what is next
// (RFC 9293, 3.8.4): where a stream is picked up with one, its answer acknowledges no byte that was missed.
//
// What is acknowledged of a side before anything of it was seen is remembered: the part of the flow in
// another input may have that side.
#pragma once

#include <cstdint>

#include "capture/decode/packet.hpp"
#include "capture/flow/internal/flow_store.hpp"
#include "capture/flow/internal/sequence.hpp"
#include "capture/flow/internal/stream_gaps.hpp"

namespace portproof {

class Streams {
 public:
  // Has one of `shares` equal parts of the room for holes.
  explicit Streams(std::size_t shares = 1) : gaps_(StreamGaps::kMostBlocks / shares) {}

  // To be called with each packet of a TCP flow, in order, with its entry's `bits` as they were before it.
  // True if the packet is the first of another connection on the same ports, which its SYN announced.
  bool follow(FlowEntry& entry, FlowStore& store, FlowId id, Side sender, const Packet& packet) {
    const std::size_t side = index(sender);
    constexpr unsigned kNotPlain = kTcpSyn | kTcpRst;
    const bool plain = (entry.marks & kBothStreams) == kBothStreams &&
                       entry.next[side] == packet.tcp_sequence && (packet.tcp_flags & kNotPlain) == 0 &&
                       entry.gaps == StreamGaps::kNone && packet.fragment.part == Fragment::Part::none &&
                       !packet.transport_cut;
    if (!plain) [[unlikely]] {
      return follow_slowly(entry, store.more(id), sender, packet);
    }
    entry.next[side] += packet.payload_length + (packet.tcp_flags & kTcpFin);
    if ((packet.tcp_flags & kTcpAck) != 0)
      take_acknowledgement(entry, other(sender), packet.tcp_acknowledgement);
    return false;
  }

  // Bytes missed of what `side` sent.
  [[nodiscard]] std::uint64_t missed(const FlowEntry& entry, const FlowMore& more, Side side) const;

  // Where the stream of `side` stands, with the holes that another part of the flow may fill.
  [[nodiscard]] StreamSpan span(const FlowEntry& entry, const FlowMore& more, Side side) const;

  void release(FlowEntry& entry) { gaps_.release(entry.gaps); }

 private:
  static constexpr std::uint8_t kBothStreams = mark_stream_low | mark_stream_high;
  static_assert(kTcpFin == 1);  // it takes one sequence number, and its flag is that number

  static void take_acknowledgement(FlowEntry& entry, Side of, std::uint32_t acknowledgement) {
    std::uint32_t& known = entry.acknowledged[index(of)];
    const std::int32_t ahead = distance(known, acknowledgement);
    // Stored in any case: whether an acknowledgement is news is not to be guessed by the processor.
    const bool advances = static_cast<unsigned>(ahead) - 1U < static_cast<unsigned>(kFurthestAhead);
    known = advances ? acknowledgement : known;
  }

  void begin(FlowEntry& entry, FlowMore& more, Side side, std::uint32_t first, std::uint32_t next);
  void pick_up(FlowEntry& entry, FlowMore& more, Side side, std::uint32_t first, std::uint32_t next);
  void hear(FlowEntry& entry, FlowMore& more, Side side, std::uint32_t acknowledgement);
  void lose(FlowEntry& entry, FlowMore& more, Side side);
  bool follow_slowly(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet);
  void take_syn(FlowEntry& entry, FlowMore& more, Side sender, const Packet& packet);
  void take_segment(FlowEntry& entry, FlowMore& more, Side sender, std::uint32_t begin, std::uint32_t length);
  [[nodiscard]] bool ends_in_unseen_fin(const FlowEntry& entry, Side side) const;
  [[nodiscard]] StreamHoles holes(const FlowEntry& entry, const FlowMore& more, Side side) const;

  StreamGaps gaps_;
};

}  // namespace portproof
