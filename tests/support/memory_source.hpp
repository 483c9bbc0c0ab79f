// A packet source over frames in memory. Frames are numbered from 1, in the order added.
//
//   MemorySource source;
//   source.add(Eth().ipv4("10.0.0.1", "10.0.0.2").tcp(50000, 1494, kTcpSyn));
//   source.add(Eth().ipv4("10.0.0.2", "10.0.0.1").tcp(1494, 50000, kTcpSyn | kTcpAck));
//   const Evidence evidence = observe(source, {});
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capture/source/packet_source.hpp"
#include "tests/support/captured_frame.hpp"

namespace portproof::test {

class MemorySource final : public PacketSource {
 public:
  MemorySource() { facts_.format = "memory"; }
  explicit MemorySource(std::vector<CapturedFrame> frames) : MemorySource() {
    for (CapturedFrame& frame : frames) add(std::move(frame));
  }

  void add(CapturedFrame frame) {
    if (std::find(facts_.link_types.begin(), facts_.link_types.end(), frame.link_type) ==
        facts_.link_types.end()) {
      facts_.link_types.push_back(frame.link_type);
    }
    last_time_ = frame.time;
    frames_.push_back(std::move(frame));
  }
  void add(std::vector<std::uint8_t> bytes, Timestamp time) {
    CapturedFrame frame;
    frame.bytes = std::move(bytes);
    frame.time = time;
    add(std::move(frame));
  }
  // One millisecond after the previous frame; the first is at kStart.
  void add(std::vector<std::uint8_t> bytes) {
    add(std::move(bytes), frames_.empty() ? kStart : last_time_ + milliseconds(1));
  }

  // Batches of at most `size` frames, so that a test can put the edge of a batch where it wants.
  void batches_of(std::size_t size) { batch_size_ = std::min(size, FrameBatch::kCapacity); }

  // What the source reports after its last frame, instead of `end`.
  void fail_at_end(Error error, bool cut_short = true) {
    fault_ = std::move(error);
    cut_short_ = cut_short;
  }

  // Starts again from the first frame.
  void rewind() {
    position_ = 0;
    error_.reset();
    facts_.bytes = 0;
    facts_.cut_short = false;
  }

  void set_path(std::string path) { facts_.path = std::move(path); }
  [[nodiscard]] const std::vector<CapturedFrame>& frames() const { return frames_; }

  ReadOutcome next(FrameBatch& batch) override {
    batch.clear();
    while (position_ < frames_.size() && batch.size < batch_size_) {
      const CapturedFrame& frame = frames_[position_];
      batch.push(frame.view(++position_));
      facts_.bytes += frame.bytes.size();
    }
    if (batch.size > 0) return ReadOutcome::frames;
    if (!fault_) return ReadOutcome::end;
    error_ = fault_;
    facts_.cut_short = cut_short_;
    return ReadOutcome::failed;
  }
  [[nodiscard]] const SourceFacts& facts() const override { return facts_; }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }

 private:
  std::vector<CapturedFrame> frames_;
  std::size_t position_{0};
  std::size_t batch_size_{FrameBatch::kCapacity};
  Timestamp last_time_{kStart};
  SourceFacts facts_;
  std::optional<Error> fault_;
  bool cut_short_{false};
  std::optional<Error> error_;
};

}  // namespace portproof::test
