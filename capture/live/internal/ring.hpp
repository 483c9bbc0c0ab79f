// One interface that is captured on, through libpcap's ring that the kernel fills (packet(7),
// PACKET_RX_RING). It only receives.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "capture/base/error.hpp"
#include "capture/base/frame.hpp"

struct pcap;

namespace portproof {

struct RingOptions {
  // Bytes kept of a frame: the largest of an Ethernet with the usual MTU, and what tunnels put around it.
  // Whole opening messages are wanted (a server's name stands anywhere in them); what comes later is not.
  std::uint32_t snap_length{2048};
  std::uint32_t buffer_mib{64};
  bool promiscuous{true};
  // The kernel hands over a block when it is full or this old. Longer is cheaper; news come as much later.
  int block_ms{100};
  std::string kernel_filter;  // BPF that the kernel runs; empty for none
};

class Ring {
 public:
  // Errors: unavailable where there is no such interface, it is down, or it cannot be captured on;
  // no_permission; usage for a filter that does not compile.
  static Expected<Ring> open(const std::string& interface, const RingOptions& options);

  Ring(Ring&&) noexcept = default;
  Ring& operator=(Ring&&) noexcept = default;
  Ring(const Ring&) = delete;
  Ring& operator=(const Ring&) = delete;
  ~Ring() = default;

  // Called for each frame; `data` is valid during the call only.
  struct Captured {
    const std::uint8_t* data;
    std::uint32_t captured;
    std::uint32_t wire_length;
    Timestamp time;
  };
  using Take = void (*)(void* user, const Captured& frame);

  // Hands over at most `most` frames that are there; never waits. How many, or the Error that ends the
  // capture: the interface is gone.
  Expected<std::size_t> read(std::size_t most, Take take, void* user);

  // Becomes readable when there are frames.
  [[nodiscard]] int descriptor() const { return descriptor_; }
  // Forgets an error that waits at the socket, such as that the link went down, so that waiting waits.
  void clear_error() const;

  // Frames that the kernel dropped because the ring was full, since it was opened. A system call.
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
