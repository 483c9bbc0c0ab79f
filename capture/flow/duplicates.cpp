#include "capture/flow/duplicates.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

#include "capture/mix.hpp"

namespace portproof {
namespace {

constexpr std::uint64_t kLeftKey = 0x9e3779b97f4a7c15U;
constexpr std::uint64_t kRightKey = 0xd1b54a32d192ed03U;

std::uint64_t mix_keyed(std::uint64_t left, std::uint64_t right) {
  return mix(left ^ kLeftKey, right ^ kRightKey);
}

template <typename Word>
std::uint64_t load(const std::uint8_t* bytes) {
  Word value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// The first 16 bytes of the payload, or all where it is shorter. Loads of fixed size that overlap: a copy of
// a length that is not known beforehand is a call.
std::uint64_t of_payload(std::span<const std::uint8_t> payload) {
  const std::uint8_t* const data = payload.data();
  const std::size_t size = payload.size();
  if (size >= 16) return mix_keyed(load<std::uint64_t>(data), load<std::uint64_t>(data + 8));
  if (size >= 8) return mix_keyed(load<std::uint64_t>(data), load<std::uint64_t>(data + size - 8));
  if (size >= 4) return mix_keyed(load<std::uint32_t>(data), load<std::uint32_t>(data + size - 4));
  if (size == 0) return 0;
  return mix_keyed(data[0], (std::uint64_t{data[size / 2]} << 8U) | data[size - 1]);
}

}  // namespace

Duplicates::Mark Duplicates::mark_of_any(const Packet& packet, std::uint64_t flow) {
  const std::uint64_t sequence =
      std::uint64_t{packet.tcp_sequence} | (std::uint64_t{packet.payload_length} << 32U);
  const std::uint64_t rest = std::uint64_t{packet.tcp_acknowledgement} |
                             (std::uint64_t{packet.tcp_flags} << 32U) |
                             (std::uint64_t{packet.ip_identification} << 40U);
  const Mark mark = mix_keyed(mix_keyed(sequence, rest) ^ flow, of_payload(packet.payload));
  return mark == kNoMark ? 1 : mark;
}

Duplicates::Duplicates(std::size_t shares)
    : buckets_(std::bit_floor(kFirst / shares / Bucket().size())),
      last_(buckets_.size() - 1),
      most_(kMost / shares / Bucket().size()) {}

Duplicates::Seen& Duplicates::oldest_of(Bucket& bucket) {
  return *std::min_element(bucket.begin(), bucket.end(),
                           [](const Seen& left, const Seen& right) { return left.time < right.time; });
}

// Where the mark may be written: a place that is free or old, in a larger table if need be. In one that may
// not grow the oldest is forgotten.
Duplicates::Seen& Duplicates::make_room(Mark mark, Timestamp now) {
  while (buckets_.size() * 2 <= most_) {
    grow();
    Seen& oldest = oldest_of(buckets_[mark & last_]);
    if (!is_young(oldest, now)) return oldest;
  }
  ++forgotten_;
  return oldest_of(buckets_[mark & last_]);
}

// What stood in one bucket stands in two, so that there is room for it.
void Duplicates::grow() {
  std::vector<Bucket> larger(buckets_.size() * 2);
  last_ = larger.size() - 1;
  for (const Bucket& bucket : buckets_) {
    for (const Seen& seen : bucket) {
      if (seen.mark != kNoMark) oldest_of(larger[seen.mark & last_]) = seen;
    }
  }
  buckets_ = std::move(larger);
}

}  // namespace portproof
