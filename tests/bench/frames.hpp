// Frames in memory for the benchmarks: the given number of flows, in an unpredictable order.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "capture/base/frame.hpp"
#include "capture/source/packet_source.hpp"
#include "tests/bench/traffic/draw.hpp"
#include "tests/bench/traffic/frame.hpp"
#include "tests/bench/traffic/payload.hpp"

namespace portproof::bench {

class Frames {
 public:
  Frames(std::size_t count, std::uint32_t flows, const Wrapping& wrapping, bool udp = false,
         const Bytes& payload = noise(6, 1)) {
    Draw draw(flows);
    FrameMaker maker;
    std::vector<std::array<std::uint32_t, 2>> sent(flows);  // next sequence numbers of both sides
    for (std::size_t number = 0; number < count; ++number) {
      const auto flow = static_cast<std::uint32_t>(draw.below(flows));
      Segment segment;
      segment.from = 0x00100000 + flow / 64;
      segment.to = 0x00010100 + flow % 4096;
      segment.from_port = static_cast<std::uint16_t>(33'000 + flow % 64);
      segment.to_port = 443;
      segment.udp = udp;
      segment.flags = kAck | kPush;
      segment.payload = payload;
      const bool answers = draw.chance(50);
      segment.sequence = sent[flow][answers ? 1 : 0];
      segment.acknowledgement = sent[flow][answers ? 0 : 1];
      sent[flow][answers ? 1 : 0] += static_cast<std::uint32_t>(payload.size());
      if (answers) {
        std::swap(segment.from, segment.to);
        std::swap(segment.from_port, segment.to_port);
      }
      const auto bytes = maker.make(segment, wrapping);
      size_ = bytes.size();
      bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    }
  }

  [[nodiscard]] std::size_t count() const { return bytes_.size() / size_; }
  [[nodiscard]] FrameView operator[](std::size_t number) const {
    FrameView frame;
    frame.data = bytes_.data() + number * size_;
    frame.captured = static_cast<std::uint32_t>(size_);
    frame.wire_length = frame.captured;
    frame.time = {kFirstTime + static_cast<std::int64_t>(number) * 1000};
    frame.number = number + 1;
    return frame;
  }

 private:
  static constexpr std::int64_t kFirstTime = 1'795'161'600'000'000'000;
  std::vector<std::uint8_t> bytes_;
  std::size_t size_{1};  // of each frame
};

// Delivers them once.
class FramesSource final : public PacketSource {
 public:
  explicit FramesSource(const Frames& frames) : frames_(frames) {}

  ReadOutcome next(FrameBatch& batch) override {
    batch.clear();
    while (!batch.full() && next_ < frames_.count()) batch.push(frames_[next_++]);
    return batch.size > 0 ? ReadOutcome::frames : ReadOutcome::end;
  }
  [[nodiscard]] const SourceFacts& facts() const override { return facts_; }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }

 private:
  const Frames& frames_;
  std::size_t next_{0};
  SourceFacts facts_;
  std::optional<Error> error_;
};

}  // namespace portproof::bench
