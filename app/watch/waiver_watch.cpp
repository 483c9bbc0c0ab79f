#include "app/watch/waiver_watch.hpp"

#include <fmt/format.h>

#include <utility>

#include "capture/base/json_writer.hpp"

namespace portproof {

void WaiverWatch::look(const Inventory* inventory, Timestamp now, Events& events) {
  const Timestamp before = std::exchange(looked_at_, now);
  if (inventory == nullptr) return;
  for (const Waiver& waiver : inventory->waivers) {
    if (waiver.end <= before || waiver.end > now) continue;
    events.send("waiver-expired", now,
                fmt::format(",\"waiver\":{},\"owner\":{},\"expires\":{}", json_string(waiver.id),
                            json_string(waiver.owner), json_string(waiver.expires)));
  }
}

}  // namespace portproof
