// The system's time, which is that of captured frames and can be set, and the one that only goes on.
#pragma once

#include <time.h>

#include "capture/base/timestamp.hpp"

namespace portproof {

inline Timestamp system_time() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return Timestamp::from_parts(now.tv_sec, now.tv_nsec);
}

// How long it has been since some moment before: for waits and for how long a thing took.
inline Duration elapsed_time() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return Timestamp::from_parts(now.tv_sec, now.tv_nsec) - Timestamp{};
}

}  // namespace portproof
