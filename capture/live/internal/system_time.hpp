// The system's time, which captured frames have and which can be set, and the time that only moves forward.
#pragma once

#include <time.h>

#include "capture/base/timestamp.hpp"

namespace portproof {

inline Timestamp system_time() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return Timestamp::from_parts(now.tv_sec, now.tv_nsec);
}

// Time since some earlier moment: for waiting and for measuring durations.
inline Duration elapsed_time() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return Timestamp::from_parts(now.tv_sec, now.tv_nsec) - Timestamp{};
}

}  // namespace portproof
