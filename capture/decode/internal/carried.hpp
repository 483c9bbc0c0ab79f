// The outer packet, saved while the decoder looks inside it: if there is no packet inside, it is restored.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

class Outer {
 public:
  explicit Outer(const Layers& layers)
      : packet_(layers.packet),
        depth_(layers.depth),
        peeled_(layers.peeled),
        wire_end_(layers.wire_end),
        time_to_live_(layers.time_to_live),
        carriers_(layers.carriers == nullptr ? 0 : layers.carriers->size()) {}

  void restore(Layers& layers) const {
    layers.packet = packet_;
    layers.depth = depth_;
    layers.peeled = peeled_;
    layers.wire_end = wire_end_;
    layers.time_to_live = time_to_live_;
    if (layers.carriers != nullptr) layers.carriers->shrink_to(carriers_);
  }

 private:
  Packet packet_;
  int depth_;
  int peeled_;
  std::uint32_t wire_end_;
  std::uint8_t time_to_live_;
  std::size_t carriers_;
};

// What a tunnel's function returns if the header does not belong to that tunnel or carries nothing known.
constexpr Decoded not_inside() {
  return no_flow(NoFlowReason::other_non_ip);
}

}  // namespace portproof
