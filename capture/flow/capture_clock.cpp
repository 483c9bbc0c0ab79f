#include "capture/flow/capture_clock.hpp"

#include <algorithm>

namespace portproof {

// The frames that `advance` does not settle at once: the first, those that lie back, and those that are far
// ahead. A far frame is doubted; kAgreement of them in a row, each near the one before, are believed, and
// then none of them counts as a jump.
Timestamp CaptureClock::doubt(Timestamp frame_time) {
  if (!started_) {
    started_ = true;
    first_ = frame_time;
    now_ = frame_time;
    return now_;
  }
  if (frame_time < now_) {
    doubts_ = 0;
    if (now_ - frame_time > kDisorder) ++jumps_;
    return now_;
  }
  const bool agrees = doubts_ > 0 && frame_time + kDisorder >= candidate_ &&
                      (frame_time <= candidate_ || frame_time - candidate_ <= kFurthestJump);
  candidate_ = agrees ? std::max(candidate_, frame_time) : frame_time;
  doubts_ = agrees ? doubts_ + 1 : 1;
  ++jumps_;
  if (doubts_ == kAgreement) {
    now_ = candidate_;
    jumps_ -= static_cast<std::uint64_t>(doubts_);
    doubts_ = 0;
  }
  return now_;
}

}  // namespace portproof
