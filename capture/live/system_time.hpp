// The system's time, which is that of captured frames.
#pragma once

#include <time.h>

#include "capture/timestamp.hpp"

namespace portproof {

inline Timestamp system_time() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return Timestamp::from_parts(now.tv_sec, now.tv_nsec);
}

}  // namespace portproof
