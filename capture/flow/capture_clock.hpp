// The time of a capture, made from the timestamps of its frames. It never runs back, and it believes a
// forward jump of over an hour only once kAgreement frames in a row agree: one wrong timestamp must neither
// expire every flow nor decide a waiver.
#pragma once

#include <cstdint>

#include "capture/base/timestamp.hpp"

namespace portproof {

class CaptureClock {
 public:
  static constexpr Duration kFurthestJump = seconds(3600);
  static constexpr Duration kDisorder = seconds(1);  // how far back a frame may lie without being a jump
  static constexpr int kAgreement = 16;

  // The clock after a frame with this timestamp.
  Timestamp advance(Timestamp frame_time) {
    if (frame_time >= now_ && frame_time - now_ <= kFurthestJump) [[likely]] {
      now_ = frame_time;
      doubts_ = 0;
      return now_;
    }
    return doubt(frame_time);
  }

  [[nodiscard]] bool started() const { return started_; }
  [[nodiscard]] Timestamp now() const { return now_; }
  [[nodiscard]] Timestamp first() const { return first_; }

  // Is the clock standing still because it does not believe the last frames? When it comes to believe them,
  // it goes on by more than kFurthestJump in one step.
  [[nodiscard]] bool in_doubt() const { return doubts_ > 0; }

  // Was the last frame the first of those that may be believed together, at most kAgreement of them?
  [[nodiscard]] bool begins_to_doubt() const { return doubts_ == 1; }

  // Frames whose time was not believed: back by more than kDisorder, or ahead by over an hour and alone.
  [[nodiscard]] std::uint64_t jumps() const { return jumps_; }

 private:
  Timestamp doubt(Timestamp frame_time);

  bool started_{false};
  Timestamp now_{Timestamp::earliest()};
  Timestamp first_{Timestamp::latest()};
  Timestamp candidate_{};
  int doubts_{0};
  std::uint64_t jumps_{0};
};

}  // namespace portproof
