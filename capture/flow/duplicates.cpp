#include "capture/flow/duplicates.hpp"

#include <xxhash.h>

#include <algorithm>
#include <bit>

// A table of marks, six to a bucket, a bucket to a cache line: one look at memory per packet, whether or
// not the packet is a copy.
//
//   mark 64 bits = tag (48) | 16 that are left out
//   bucket       = tag times a secret factor, the upper bits
//   ways         | tag A, 12:00.001 | tag B, 12:00.004 | free | free | free | free |
//
// A way is free where its time lies more than 10 ms back. So nothing is ever taken out: time frees the
// ways, and a packet overwrites the first free one. Times are 32-bit ticks of about a microsecond, which
// come round after 73 minutes; `sweep` moves what is old out of the way before it could look new.
//
// A bucket that is full of recent packets means that packets come faster than the table has room for, and
// the table doubles: each bucket is dealt to two, so that a copy that comes later is still found. At the
// limit the oldest of the bucket is forgotten and counted: copies are missed, and none is made up.
//
// Why tags suffice: two different packets of one moment are taken for copies where 48 bits agree by
// chance. With six ways that is one packet in some 10^13.

namespace portproof {
Duplicates::Duplicates(std::size_t shares, std::uint64_t seed)
    : buckets_(std::bit_floor(kFirst / shares)),
      last_(buckets_.size() - 1),
      most_(kMost / shares),
      key_(XXH3_64bits_withSeed("duplicates", 10, seed) | 1U) {
  for (Bucket& bucket : buckets_) bucket.free(0);
}

// In a larger table, if need be. In one that may not grow the oldest is forgotten.
void Duplicates::make_room(Tag tag, Tick now) {
  while (buckets_.size() * 2 <= most_) {
    grow(now);
    Bucket& bucket = buckets_[place_of(tag)];
    const std::size_t oldest = bucket.oldest(now);
    if (now - bucket.times[oldest] <= kWithin) continue;
    bucket.put(oldest, tag, now);
    return;
  }
  ++forgotten_;
  Bucket& bucket = buckets_[place_of(tag)];
  bucket.put(bucket.oldest(now), tag, now);
}

// What stood in one bucket stands in two, so that there is room for it.
void Duplicates::grow(Tick now) {
  const std::vector<Bucket> smaller = std::exchange(buckets_, std::vector<Bucket>(buckets_.size() * 2));
  last_ = buckets_.size() - 1;
  for (Bucket& bucket : buckets_) bucket.free(now);
  for (const Bucket& bucket : smaller) {
    for (std::size_t way = 0; way < kWays; ++way) {
      if (now - bucket.times[way] > kWithin) continue;
      Bucket& larger = buckets_[place_of(bucket.tag(way))];
      larger.put(larger.oldest(now), bucket.tag(way), bucket.times[way]);
    }
  }
}

// Frees what is old: all of it after a silence so long that ticks may have run over.
void Duplicates::sweep(std::uint64_t now) {
  const bool frees_all = now - swept_ > 2 * std::uint64_t{kSweepEvery};
  const Tick tick = static_cast<Tick>(now);
  for (Bucket& bucket : buckets_) {
    for (std::size_t way = 0; way < kWays; ++way) {
      if (frees_all || tick - bucket.times[way] > kWithin) bucket.put(way, 0, tick - kSweepEvery);
    }
  }
  swept_ = now;
}

}  // namespace portproof
