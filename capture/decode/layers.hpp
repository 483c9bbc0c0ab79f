// What the layers of the decoder share. Each layer is a function that takes a cursor at its first byte and
// the frame's Layers, and ends in the answer for the whole frame, mostly by calling the layer above it.
// A tunnel (GRE, VXLAN, IP in IP, MPLS, PPPoE) is such a function too: it skips its own header, counts
// itself with `enter` and calls decode_ethertype, decode_ethernet or decode_ip again.
#pragma once

#include <cstddef>
#include <cstdint>

#include "capture/byte_cursor.hpp"
#include "capture/decode/decode.hpp"

namespace portproof {

struct Layers {
  const FrameView& frame;
  Packet& packet;
  int depth{0};

  // One more layer below the transport. False: too many, the frame is to be rejected (layer_depth).
  bool enter() { return ++depth <= kMaxLayers; }

  // Bytes from `position` to the end of the frame, as they were on the wire.
  [[nodiscard]] std::uint32_t wire_after(const std::uint8_t* position) const {
    return frame.wire_length - static_cast<std::uint32_t>(position - frame.data);
  }
};

constexpr Decoded packet_decoded() {
  return Decoded{.kind = Decoded::Kind::packet};
}
constexpr Decoded no_flow(NoFlowReason reason) {
  return Decoded{.kind = Decoded::Kind::no_flow, .no_flow = reason};
}
constexpr Decoded rejected(RejectReason reason) {
  return Decoded{.kind = Decoded::Kind::rejected, .reject = reason};
}

// A header that was to be read is not all there: was it the capture that left it out, or the sender?
inline Decoded header_missing(const FrameView& frame) {
  return rejected(frame.captured < frame.wire_length ? RejectReason::snapped_headers
                                                     : RejectReason::cut_headers);
}

}  // namespace portproof
