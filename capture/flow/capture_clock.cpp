#include "capture/flow/capture_clock.hpp"

#include <algorithm>

namespace portproof {
namespace {

// Keep-alives are late by seconds, and a host that sleeps by minutes: within a quarter, steps are alike.
bool are_alike(Duration left, Duration right) {
  const auto [shorter, longer] = std::minmax(left, right);
  return longer.nanoseconds - shorter.nanoseconds <= longer.nanoseconds / 4;
}

}  // namespace

// The frames that `advance` does not settle at once: the first, those that lie back, and those that are far
// ahead. A far frame is doubted; kAgreement of them in a row, each near the one before or a step ahead of it,
// are believed, and then none of them counts as a jump. Steps that are alike need not be so many:
//
//   now                      |-- 2 h --|..        |-- 2 h --|..
//   |------------------------|         ^ doubted            ^ believed: the second step is like the first
//   the last time believed
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
  if (frame_time - now_ <= believed_) {
    now_ = frame_time;
    doubts_ = 0;
    return now_;
  }
  const bool agreed = doubts_ > 0 && agrees(frame_time);
  if (!agreed) steps_ = 0;
  take_step(frame_time - (agreed ? candidate_ : now_));
  candidate_ = agreed ? std::max(candidate_, frame_time) : frame_time;
  doubts_ = agreed ? doubts_ + 1 : 1;
  ++jumps_;
  if (doubts_ == kAgreement || steps_ == kSteadySteps) {
    if (steps_ == kSteadySteps) {
      believed_ = std::max(believed_, Duration{step_.nanoseconds + kFurthestJump.nanoseconds});
    }
    now_ = candidate_;
    jumps_ -= static_cast<std::uint64_t>(doubts_);
    doubts_ = 0;
    steps_ = 0;
  }
  return now_;
}

bool CaptureClock::agrees(Timestamp frame_time) const {
  return frame_time + kDisorder >= candidate_ &&
         (frame_time <= candidate_ || frame_time - candidate_ <= kFurthestStep);
}

void CaptureClock::take_step(Duration step) {
  if (step <= kFurthestJump) return;
  const bool is_alike = steps_ > 0 && are_alike(step, step_);
  steps_ = step > kFurthestStep ? 0 : is_alike ? steps_ + 1 : 1;
  step_ = step;
}

std::uint64_t CaptureClock::untimed(std::uint64_t frames, std::uint64_t refuted) const {
  if (!started_) return 0;
  const bool contradicted = jumps_ > 0 && jumps_ >= frames - std::min(jumps_, frames);
  return contradicted || now_ < kEarliestUsableTime ? frames : std::min(refuted, frames);
}

}  // namespace portproof
