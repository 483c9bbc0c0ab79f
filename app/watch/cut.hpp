// What capturing hands to reporting now and then: everything since the last cut.
#pragma once

#include <cstddef>
#include <vector>

#include "capture/live/watched_source.hpp"
#include "capture/observe/running_observation.hpp"

namespace portproof {

struct Cut {
  enum class Why : std::uint8_t {
    begin,      // nothing came yet: that the watch runs is to be saved, so that a kill is known of later
    look,       // for events and metrics: `open` holds the flows that had a packet since the last cut
    interval,   // an interval has ended
    on_demand,  // SIGUSR1
    last,       // the watch ends: no flow is open any more
  };
  Why why{Why::look};
  Timestamp at;      // the source's clock
  Duration elapsed;  // at the same moment, on the source's clock that is never set
  Harvest harvest;
  // Flows with a packet since then, on the capture clock, are new to this cut; `open` may have others.
  Timestamp new_since{Timestamp::earliest()};
  std::vector<InterfaceFigures> interfaces;
  std::size_t flows{0};  // that are alive
};

}  // namespace portproof
