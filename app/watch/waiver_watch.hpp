// Sends an event when a waiver expires, once and at the first look after its end.
#pragma once

#include "app/watch/events.hpp"
#include "capture/base/timestamp.hpp"
#include "classify/inventory.hpp"

namespace portproof {

class WaiverWatch {
 public:
  // Waivers that ended until now are not its business.
  explicit WaiverWatch(Timestamp now) : looked_at_(now) {}

  // Sends "waiver-expired" for each waiver that ended since the last look. `inventory` may be null, and need
  // not be the same each time.
  void look(const Inventory* inventory, Timestamp now, Events& events);

 private:
  Timestamp looked_at_;
};

}  // namespace portproof
