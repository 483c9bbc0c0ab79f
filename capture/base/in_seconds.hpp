// Durations as numbers for people and for metrics.
#pragma once

#include "capture/base/timestamp.hpp"

namespace portproof {

constexpr double in_seconds(Duration duration) {
  constexpr double kNanosecond = 1e-9;
  return static_cast<double>(duration.nanoseconds) * kNanosecond;
}

// Since 1970-01-01T00:00:00Z.
constexpr double in_seconds(Timestamp time) {
  return in_seconds(Duration{time.nanoseconds});
}

}  // namespace portproof
