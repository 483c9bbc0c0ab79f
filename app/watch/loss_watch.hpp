// Sends events when packets begin or cease to be lost, and when an interface loses its link, regains it or
// disappears.
#pragma once

#include <cstdint>
#include <vector>

#include "app/watch/events.hpp"
#include "capture/base/timestamp.hpp"
#include "capture/live/watched_source.hpp"

namespace portproof {

class LossWatch {
 public:
  // Compares the interfaces with the last look; the first time, with a state in which each had its link and
  // had lost nothing. A loss is over when two consecutive looks show no more of it; "loss-ended" has all
  // packets that it lost.
  void look(const std::vector<InterfaceFigures>& interfaces, Timestamp now, Events& events);

 private:
  void look_at_links(const std::vector<InterfaceFigures>& interfaces, Timestamp now, Events& events) const;
  void look_at_drops(std::uint64_t before, std::uint64_t dropped, Timestamp now, Events& events);

  std::vector<InterfaceFigures> interfaces_;  // at the last look
  bool losing_{false};
  std::uint64_t dropped_before_{0};  // packets dropped when the loss began
  int looks_without_loss_{0};        // since it last lost something
};

}  // namespace portproof
