// Captures one interface, through libpcap and the ring that the kernel fills (packet(7), PACKET_RX_RING). It
// only receives.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "capture/base/error.hpp"
#include "capture/base/frame.hpp"

struct pcap;

namespace portproof {

struct RingOptions {
  // Bytes kept of each frame: the largest Ethernet frame at the usual MTU, plus tunnel headers. Opening
  // messages must be complete (a server name may be anywhere in them); later data need not be.
  std::uint32_t snap_length{2048};
  std::uint32_t buffer_mib{64};
  bool promiscuous{true};
  // The kernel delivers a block when it is full or this old. Longer is cheaper, but delays frames by as much.
  int block_ms{100};
  std::string kernel_filter;  // BPF that the kernel applies; empty if none
};

class Ring {
 public:
  // Errors: unavailable if the interface does not exist, is down or cannot be captured; no_permission; usage
  // if the filter does not compile.
  static Expected<Ring> open(const std::string& interface, const RingOptions& options);

  Ring(Ring&&) noexcept = default;
  Ring& operator=(Ring&&) noexcept = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() = default;

  // Called for each frame; `data` is valid only during the call.
  struct Captured {
    const std::uint8_t* data;
    std::uint32_t captured;
    std::uint32_t wire_length;
    Timestamp time;
  };
  using Take = void (*)(void* user, const Captured& frame);

  // Delivers at most `most` of the frames in the ring; never waits. Returns their number, or the Error that
  // ends the capture: the interface is gone.
  Expected<std::size_t> read(std::size_t most, Take take, void* user);

  // Becomes readable when there are frames.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  // Clears a pending error of the socket, such as a link that went down, so that waiting works again.
  void clear_error() const;

  // Frames that the kernel has dropped since opening because the ring was full. Makes a system call.
  std::uint64_t kernel_dropped();

  [[nodiscard]] LinkType link_type() const { return link_type_; }
  [[nodiscard]] const std::string& interface() const { return interface_; }
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }

 private:
  struct Close {
    void operator()(pcap* handle) const;
  };
  Ring() = default;
  Expected<void> set_filter(const std::string& expression);

  std::string interface_;
  std::unique_ptr<pcap, Close> handle_;
  int descriptor_{-1};
  LinkType link_type_{kLinkEthernet};
  bool nanoseconds_{false};
  std::uint64_t bytes_{0};
  std::uint64_t dropped_{0};
};

}  // namespace portproof
