// Sends one event when a waiver expires, at the first look after its end.
#pragma once

#include "app/watch/events.hpp"
#include "capture/base/timestamp.hpp"
#include "classify/inventory.hpp"

namespace portproof {

class WaiverWatch {
 public:
  // Waivers that ended before `now` are ignored.
  explicit WaiverWatch(Timestamp now) : looked_at_(now) {}

  // Sends "waiver-expired" for each waiver that ended since the last look. `inventory` may be null, and may
  // be another one each time.
  void look(const Inventory* inventory, Timestamp now, Events& events);

 private:
  Timestamp looked_at_;
};

}  // namespace portproof
