// A source over a stream whose time must advance. A stream may last as long as its capture, but capturing
// takes time: a stream that repeats the same moments, or has no times, would be read endlessly.
#pragma once

#include <cstdint>
#include <optional>

#include "capture/source/packet_source.hpp"

namespace portproof {

class MovingSource final : public PacketSource {
 public:
  // After this many frames in a row without a time later than all before them, the stream is given up. A line
  // of 10 Gbit/s carries fewer in a second, the coarsest unit in which captures keep time.
  static constexpr std::uint64_t kMostFramesAtATime = std::uint64_t{1} << 24U;

  // The source must outlive it.
  explicit MovingSource(PacketSource& source, std::uint64_t most_frames = kMostFramesAtATime)
      : source_(source), most_frames_(most_frames) {}

  ReadOutcome next(FrameBatch& batch) override;
  [[nodiscard]] const SourceFacts& facts() const override { return source_.facts(); }
  [[nodiscard]] const std::optional<Error>& error() const override {
    return error_ ? error_ : source_.error();
  }

 private:
  PacketSource& source_;
  std::uint64_t most_frames_;
  Timestamp latest_{Timestamp::earliest()};
  std::uint64_t frames_since_{0};
  std::optional<Error> error_;
};

}  // namespace portproof
