// Which of several interfaces has the next frame, by time. Each hands over its own frames in order, but late:
// the kernel holds a block back until it is full or old.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "capture/base/timestamp.hpp"

namespace portproof {

struct Lane {
  std::optional<Timestamp> head;  // of the frame that is next, if one is there
  Timestamp silent_until;         // where none is there: none earlier than this will come
};

// The lane with the earliest head (of equal ones the first), unless one that is empty may still bring an
// earlier frame. `now` is the clock that the frames have their times from. If it was set back, frames from
// before that lie in its future, and no lane will ever be said to be silent until then: they come first, and
// wait for nobody.
inline std::optional<std::size_t> next_lane(std::span<const Lane> lanes, Timestamp now) {
  const Timestamp future = now + seconds(1);  // farther than two readings of one clock are apart
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
