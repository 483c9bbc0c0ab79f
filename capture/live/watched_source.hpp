// A packet source that is monitored while it runs: it has its own clock and knows what it lost. Live capture
// is one; a generated source whose clock runs fast is another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/base/timestamp.hpp"
#include "capture/source/packet_source.hpp"

namespace portproof {

// What is known about one interface since it was opened. Counters only grow.
struct InterfaceFigures {
  std::string name;
  std::uint64_t received{0};           // frames delivered
  std::uint64_t kernel_dropped{0};     // the ring was full
  std::uint64_t interface_dropped{0};  // losses that the card or its driver reports
  bool link_up{true};
  bool gone{false};         // the interface no longer exists
  Duration without_link{};  // total time without a link, up to now
  std::uint64_t ring_bytes{0};
};

class WatchedSource : public PacketSource {
 public:
  // The source's clock: for live frames the system's, which can be set back or forward. It keeps running
  // while no frames arrive.
  [[nodiscard]] virtual Timestamp now() const = 0;

  // Time since some moment before the source was opened. Unlike `now`, it can never be set: use it for
  // anything periodic.
  [[nodiscard]] virtual Duration elapsed() const = 0;

  // Updates the loss counters; one entry per interface, always in the same order. Costs a system call or two
  // per interface: do not call it for every batch.
  virtual const std::vector<InterfaceFigures>& figures() = 0;
};

}  // namespace portproof
