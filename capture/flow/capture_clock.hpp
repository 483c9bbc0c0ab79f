// The time of a capture, made from the timestamps of its frames. It never runs back, and it believes a
// forward jump of over an hour only once kAgreement frames in a row agree: one wrong timestamp must neither
// expire every flow nor decide a waiver. Steps of hours that are alike agree with each other: a quiet
// connection has a keep-alive every two hours, and nothing else.
#pragma once

#include <cstdint>

#include "capture/base/timestamp.hpp"

namespace portproof {

// A timestamp before 1990 is none: no capture is that old. Clocks that were never set count from 1970 or
// 1980, and files without times have zeros.
inline constexpr Timestamp kEarliestUsableTime = Timestamp::from_parts(631'152'000, 0);

class CaptureClock {
 public:
  static constexpr Duration kFurthestJump = seconds(3600);
  static constexpr Duration kDisorder = seconds(1);  // how far back a frame may lie without being a jump
  static constexpr int kAgreement = 16;
  // Steps of at most a day, so many in a row and all of the same length, are believed. From then on the
  // clock takes a step of that length at once.
  static constexpr Duration kFurthestStep = seconds(86'400);
  static constexpr int kSteadySteps = 2;
  // No capture is silent for longer. Where only a few frames came before such a jump, it is their time that
  // was wrong.
  static constexpr Duration kLongestSilence = seconds(31LL * 86'400);

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

  // Does a jump forward, from `before` to now, show that the `frames` before it had a wrong time?
  [[nodiscard]] bool refutes(Timestamp before, std::uint64_t frames) const {
    const bool unset = before < kEarliestUsableTime && now_ >= kEarliestUsableTime;
    return unset || (frames < kAgreement && now_ - before > kLongestSilence);
  }

  // What came before now had no usable time: the capture begins here.
  void begin_again() { first_ = now_; }

  // Frames without a usable timestamp, of all frames since `refuted` frames were found wrong: all of them
  // where the clock stands before 1990, or where its time is contradicted by as many frames as agree with
  // it.
  [[nodiscard]] std::uint64_t untimed(std::uint64_t frames, std::uint64_t refuted) const;

 private:
  Timestamp doubt(Timestamp frame_time);
  [[nodiscard]] bool agrees(Timestamp frame_time) const;
  void take_step(Duration step);

  bool started_{false};
  Timestamp now_{Timestamp::earliest()};
  Timestamp first_{Timestamp::latest()};
  Timestamp candidate_{};
  int doubts_{0};
  int steps_{0};         // of those that are doubted: alike, and in a row
  Duration step_{};      // the length of the last of them
  Duration believed_{};  // a step of this length is no surprise any more
  std::uint64_t jumps_{0};
};

}  // namespace portproof
