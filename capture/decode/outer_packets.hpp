// The outer packets of a frame: those that carried the packet which `decode` returns, or carried what it
// could not read. Each is a packet of a conversation of its own, between the ends of its tunnel.
#pragma once

#include <array>
#include <cstddef>
#include <span>

#include "capture/decode/packet.hpp"

namespace portproof {

class OuterPackets {
 public:
  // More than a frame can have: each is a layer, of which there are at most kMaxLayers (decode.hpp), or the
  // AH of one.
  static constexpr std::size_t kMost = 40;

  void clear() { size_ = 0; }
  [[nodiscard]] std::size_t size() const { return size_; }

  // Outermost first. Valid until the next frame is decoded, and its views as long as the frame.
  [[nodiscard]] std::span<const Packet> packets() const { return {packets_.data(), size_}; }

  // Adds the packet as a carrier of `protocol`: without payload, flags and quote.
  void add(const Packet& packet, std::uint8_t protocol) {
    if (size_ == kMost) return;
    Packet& carrier = packets_[size_++];
    copy(packet, carrier);
    carrier.protocol = protocol;
    carrier.carrier = true;
    carrier.transport_cut = false;
    carrier.payload = {};
    carrier.payload_length = 0;
    carrier.ip_identification = 0;
    carrier.fragment.part = Fragment::Part::none;
  }

  // Takes back those that were added since there were `size`: they turned out to carry nothing.
  void shrink_to(std::size_t size) { size_ = size; }

 private:
  std::array<Packet, kMost> packets_{};
  std::size_t size_{0};
};

}  // namespace portproof
