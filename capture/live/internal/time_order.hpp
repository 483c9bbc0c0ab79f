// Decides which of several interfaces has the next frame, by time. Each delivers its own frames in order, but
// late: the kernel holds a block back until it is full or old.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "capture/base/timestamp.hpp"

namespace portproof {

struct Lane {
  std::optional<Timestamp> head;  // time of the next frame, if there is one
  Timestamp silent_until;         // if there is none: no frame earlier than this will arrive
};

// The lane with the earliest head (the first, if several are equal), unless an empty lane may still deliver
// an earlier frame. `now` is the clock that stamps the frames. If it was set back, frames stamped before that
// lie in its future, and no lane will be known to be silent up to their times: they come first, without
// waiting for other lanes.
inline std::optional<std::size_t> next_lane(std::span<const Lane> lanes, Timestamp now) {
  const Timestamp future = now + seconds(1);  // farther apart than two readings of one clock
  const auto is_from_before = [future](Timestamp head) { return head > future; };
  std::optional<std::size_t> stranded;
  for (std::size_t at = 0; at < lanes.size(); ++at) {
    const auto& head = lanes[at].head;
    if (head && is_from_before(*head) && (!stranded || *head < *lanes[*stranded].head)) stranded = at;
  }
  if (stranded) return stranded;
  std::optional<std::size_t> first;
  for (std::size_t at = 0; at < lanes.size(); ++at) {
    if (lanes[at].head && (!first || *lanes[at].head < *lanes[*first].head)) first = at;
  }
  if (!first) return {};
  for (const Lane& lane : lanes) {
    if (!lane.head && lane.silent_until < *lanes[*first].head) return {};
  }
  return first;
}

}  // namespace portproof
