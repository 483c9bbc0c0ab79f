// A packet source that is watched while it runs: it has a clock of its own, and knows what it lost. Live
// capture is one; a generated source whose clock runs fast is another.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "capture/base/timestamp.hpp"
#include "capture/source/packet_source.hpp"

namespace portproof {

// What is known of one interface since it was opened. Counters only grow.
struct InterfaceFigures {
  std::string name;
  std::uint64_t received{0};           // frames handed over
  std::uint64_t kernel_dropped{0};     // the ring was full
  std::uint64_t interface_dropped{0};  // the card or its driver says that it lost them
  bool link_up{true};
  bool gone{false};         // the interface is no more
  Duration without_link{};  // in all, up to now
  std::uint64_t ring_bytes{0};
};

class WatchedSource : public PacketSource {
 public:
  // The source's clock: the system's where frames come live, which can be set back and forward. Runs on while
  // no frame comes.
  [[nodiscard]] virtual Timestamp now() const = 0;

  // How long it has been since some moment before it was opened. Unlike `now` it is never set: whatever is to
  // happen every so often goes by it.
  [[nodiscard]] virtual Duration elapsed() const = 0;

  // Asks anew for what was lost; one entry an interface, always in the same order. Costs a system call or
  // two an interface: not for every batch.
  virtual const std::vector<InterfaceFigures>& figures() = 0;
};

}  // namespace portproof
