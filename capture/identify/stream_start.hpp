// The first bytes of a TCP stream: what is needed to recognise an application whose first message comes in
// several segments, however short.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "capture/identify/identify.hpp"

namespace portproof {

// Of one side of a flow; all zero before anything was sent. Its bytes are those from `sequence` on.
struct StreamStart {
  // No message of which so little was seen can be told from others. Greetings are shorter, or say in their
  // first bytes what they are.
  static constexpr std::size_t kMost = 16;

  std::uint32_t sequence{0};
  std::array<std::uint8_t, kMost> bytes{};
};

// Puts segments to the start of their stream.
class StreamStarts {
 public:
  struct Joined {
    FirstData data;             // the stream as far as it lies around the segment; valid until the next call
    std::uint32_t sequence{0};  // of its first byte
    bool is_longer{false};      // than the segment
    bool is_short{false};       // the stream is too short yet to be recognised
  };

  // Does a segment only repeat a start that is too short yet? Then it says nothing new, however often it
  // comes: keep-alives with a byte of data do.
  static bool only_repeats(const StreamStart& start, std::uint8_t size, std::size_t length,
                           std::uint32_t sequence) {
    return sequence == start.sequence && length <= size && size < StreamStart::kMost;
  }

  // `size` is that of `start`, which the caller keeps; both are brought up to date. `data` is a segment whose
  // first byte has this sequence number. A segment with a hole before it stays alone; one that comes late,
  // right before what is known, is put there. What was sent again is not joined.
  Joined add(StreamStart& start, std::uint8_t& size, const FirstData& data, std::uint32_t sequence) {
    constexpr std::uint8_t kMost = StreamStart::kMost;
    const std::size_t length = data.bytes.size();
    if (size == 0 && length >= kMost) {
      start.sequence = sequence;
      std::memcpy(start.bytes.data(), data.bytes.data(), kMost);
      size = kMost;
      return {data, sequence, false, false};
    }
    // Neither behind the start nor before it.
    const bool apart = sequence - start.sequence > kMost && start.sequence - sequence > length;
    if (size == kMost && apart) return {data, sequence, false, false};
    return join(start, size, data, sequence);
  }

 private:
  Joined join(StreamStart& start, std::uint8_t& size, const FirstData& data, std::uint32_t sequence);

  // The longest message that is put together (Assemblies::kLongestMessage).
  static constexpr std::size_t kMostJoined = std::size_t{16} << 10;
  std::array<std::uint8_t, kMostJoined> joined_{};
};

}  // namespace portproof
