#include "app/command/moving_source.hpp"

#include <fmt/format.h>

namespace portproof {

ReadOutcome MovingSource::next(FrameBatch& batch) {
  if (error_) {
    batch.clear();
    return ReadOutcome::failed;
  }
  const ReadOutcome outcome = source_.next(batch);
  for (const FrameView& frame : batch.view()) {
    ++frames_since_;
    if (frame.time <= latest_) continue;
    latest_ = frame.time;
    frames_since_ = 0;
  }
  if (outcome != ReadOutcome::frames || frames_since_ <= most_frames_) return outcome;
  error_ = Error{
      ErrorKind::bad_data,
      fmt::format("its time stands still: {} frames have no later time than the frames before them, so the "
                  "stream was not read to its end",
                  frames_since_),
      facts().path};
  return ReadOutcome::failed;
}

}  // namespace portproof
