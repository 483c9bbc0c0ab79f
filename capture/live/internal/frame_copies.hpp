// Memory for the bytes of a batch of frames copied from a ring, one after the other.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

#include "capture/base/frame.hpp"
#include "capture/live/internal/ring.hpp"

namespace portproof {

class FrameCopies {
 public:
  explicit FrameCopies(std::uint32_t snap_length)
      : snap_length_(snap_length),
        bytes_(std::max<std::size_t>(snap_length, std::min(kMost, FrameBatch::kCapacity * snap_length))) {}

  void clear() { used_ = 0; }

  // How many more frames are sure to fit.
  [[nodiscard]] std::size_t room() const { return (bytes_.size() - used_) / snap_length_; }

  // A view of a copy, valid until `clear`; its number is not set. There must be room.
  [[nodiscard]] FrameView keep(const Ring::Captured& frame, LinkType type, std::uint32_t interface) {
    FrameView view;
    std::uint8_t* const copy = bytes_.data() + used_;
    view.captured = std::min(frame.captured, snap_length_);
    std::memcpy(copy, frame.data, view.captured);
    used_ += view.captured;
    view.data = copy;
    view.wire_length = frame.wire_length;
    view.time = frame.time;
    view.link_type = type;
    view.interface_index = interface;
    return view;
  }

 private:
  static constexpr std::size_t kMost = std::size_t{4} << 20U;  // with huge frames, fewer at a time

  std::uint32_t snap_length_;
  std::vector<std::uint8_t> bytes_;
  std::size_t used_{0};
};

}  // namespace portproof
