// The outer packet, saved while the decoder looks inside it: if there is no packet inside, it is restored.
#pragma once

#include "capture/decode/internal/layers.hpp"

namespace portproof {

class Outer {
 public:
  explicit Outer(const Layers& layers)
      : depth_(layers.depth),
        peeled_(layers.peeled),
        wire_end_(layers.wire_end),
        sliced_(layers.sliced),
        ip_header_(layers.ip_header),
        time_to_live_(layers.time_to_live),
        carriers_(layers.carriers == nullptr ? 0 : layers.carriers->size()) {
    copy(layers.packet, packet_);
  }

  void restore(Layers& layers) const {
    copy(packet_, layers.packet);
    layers.depth = depth_;
    layers.peeled = peeled_;
    layers.wire_end = wire_end_;
    layers.sliced = sliced_;
    layers.ip_header = ip_header_;
    layers.time_to_live = time_to_live_;
    if (layers.carriers != nullptr) layers.carriers->shrink_to(carriers_);
  }

 private:
  Packet packet_;
  int depth_;
  int peeled_;
  std::uint32_t wire_end_;
  bool sliced_;
  const std::uint8_t* ip_header_;
  std::uint8_t time_to_live_;
  std::size_t carriers_;
};

}  // namespace portproof
