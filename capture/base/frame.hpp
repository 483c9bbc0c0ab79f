// Frames as a packet source delivers them: borrowed bytes in batches. Nothing is copied.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

#include "capture/base/timestamp.hpp"

namespace portproof {

// Link types are the numbers of the LINKTYPE_ registry (https://www.tcpdump.org/linktypes.html).
using LinkType = std::uint16_t;
inline constexpr LinkType kLinkEthernet = 1;

// One captured frame. A view: its bytes are valid until the source is asked for its next batch.
struct FrameView {
  const std::uint8_t* data{nullptr};
  std::uint32_t captured{0};  // bytes at `data`
  // Bytes on the wire; never less than `captured` (the source corrects a file that claims otherwise).
  std::uint32_t wire_length{0};
  Timestamp time;
  std::uint64_t number{0};  // from 1, within its input, as Wireshark counts
  LinkType link_type{kLinkEthernet};
  // The capturing appliance had decrypted the payload (NetScaler traces): it was TLS on the wire.
  bool decrypted{false};
  std::uint32_t interface_index{0};  // within its input

  [[nodiscard]] std::span<const std::uint8_t> bytes() const { return {data, captured}; }
};

// The frames that one call to a source yields: at most kCapacity, in file order.
struct FrameBatch {
  static constexpr std::size_t kCapacity = 256;
  std::array<FrameView, kCapacity> frames;
  std::size_t size{0};

  void clear() { size = 0; }
  [[nodiscard]] bool full() const { return size == kCapacity; }
  void push(const FrameView& frame) { frames[size++] = frame; }
  [[nodiscard]] std::span<const FrameView> view() const { return {frames.data(), size}; }
};

}  // namespace portproof
