// A frame that owns its bytes, as the tests and the sample generator build them.
#pragma once

#include <cstdint>
#include <vector>

#include "capture/base/frame.hpp"
#include "capture/base/timestamp.hpp"

namespace portproof::test {

// 2026-11-20T08:00:00Z: when captures built by tests begin.
inline constexpr Timestamp kStart = Timestamp::from_parts(1'795'161'600, 0);

constexpr Duration milliseconds(std::int64_t count) {
  return Duration{count * 1'000'000};
}

struct CapturedFrame {
  std::vector<std::uint8_t> bytes;
  Timestamp time{kStart};
  std::uint32_t wire_length{0};  // 0: as long as `bytes`
  LinkType link_type{kLinkEthernet};
  std::uint32_t interface_index{0};

  [[nodiscard]] std::uint32_t length_on_wire() const {
    return wire_length != 0 ? wire_length : static_cast<std::uint32_t>(bytes.size());
  }
  // Valid as long as this frame; the caller chooses `number`.
  [[nodiscard]] FrameView view(std::uint64_t number = 1) const {
    return FrameView{.data = bytes.data(),
                     .captured = static_cast<std::uint32_t>(bytes.size()),
                     .wire_length = length_on_wire(),
                     .time = time,
                     .number = number,
                     .link_type = link_type,
                     .interface_index = interface_index};
  }
};

}  // namespace portproof::test
