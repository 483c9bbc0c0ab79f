// Finds packets that a mirror has delivered twice: the same ends, IP identification, sequence number and
// length, and the same first bytes of payload, within 10 ms. TTL, MAC addresses and VLAN tags may differ: a
// packet that is mirrored before and after a router is the same packet.
//
// Duplicates are counted and never removed: a packet that is dropped by mistake would be a hole in the
// evidence. Each packet is remembered for 10 ms, in a table that grows as packets come faster, up to a limit:
// beyond it the oldest are forgotten and counted, and duplicates are counted low, never high.
//
// A packet has the same mark in every run, so that a copy in another input is known
// (evidence/edge_packets.hpp). Where a mark is kept depends on a key: nobody can choose packets that fill one
// place.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "capture/base/timestamp.hpp"
#include "capture/decode/packet.hpp"
#include "capture/flow/internal/packet_mark.hpp"

namespace portproof {

class Duplicates {
 public:
  // Were the two moments, the later one last, within 10 ms? Told in ticks of 1,024 ns.
  static bool is_soon(Timestamp before, Timestamp now) { return ticks(now) - ticks(before) <= kWithin; }

  // Everything that makes it this packet, in 64 bits; kNoMark where it cannot be told from its likes: a part
  // of a fragmented packet, and a TCP segment without data and identification (many systems send 0). `flow`
  // is the number of its flow and direction.
  using Mark = std::uint64_t;
  static constexpr Mark kNoMark = 0;
  static Mark mark_of(const Packet& packet, std::uint64_t flow) {
    if (packet.ip_identification == 0 && packet.payload_length == 0) return kNoMark;
    if (packet.fragment.part != Fragment::Part::none) return kNoMark;
    const Mark mark = packet_mark(packet, flow);
    return mark == kNoMark ? 1 : mark;
  }

  // What is remembered of a mark: 48 bits, not 0. A packet in 10^13 is taken for another.
  using Tag = std::uint64_t;
  static Tag tag_of(Mark mark) { return std::max<Tag>(mark >> 16U, 1); }

  // Remembers in one of `shares` equal parts of kMost buckets, each of which has room for six. `seed` is of
  // the key.
  static constexpr std::size_t kMost = std::size_t{1} << 18U;
  explicit Duplicates(std::size_t shares = 1, std::uint64_t seed = 0);

  // `again` for this mark comes soon: fetches what it will look at.
  [[gnu::always_inline]] void prefetch(Mark mark) const {
    __builtin_prefetch(&buckets_[place_of(tag_of(mark))], 1);
  }

  // Has a packet of this mark been seen within 10 ms before `now`, which never runs back? Remembers it. Never
  // where the mark is kNoMark.
  bool again(Mark mark, Timestamp now) {
    if (mark == kNoMark) return false;
    const std::uint64_t all_ticks = ticks(now);
    if (all_ticks - swept_ > kSweepEvery) [[unlikely]]
      sweep(all_ticks);
    const Tick tick = static_cast<Tick>(all_ticks);
    const Tag tag = tag_of(mark);
    Bucket& bucket = buckets_[place_of(tag)];
    for (std::size_t way = 0; way < kWays; ++way) {
      if (bucket.has(way, tag)) return tick - std::exchange(bucket.times[way], tick) <= kWithin;
    }
    for (std::size_t way = 0; way < kWays; ++way) {
      if (tick - bucket.times[way] <= kWithin) continue;
      bucket.put(way, tag, tick);
      return false;
    }
    make_room(tag, tick);
    return false;
  }

  // Calls take(tag, time) for each packet that is remembered from the 10 ms before `now`, which never runs
  // back: when it was last seen, to the tick. In no order.
  template <typename Take>
  void for_each(Timestamp now, Take take) const {
    const std::uint64_t all_ticks = ticks(now);
    if (all_ticks - swept_ > kSweepEvery + kWithin) return;  // all is of a time that is long over
    for (const Bucket& bucket : buckets_) {
      for (std::size_t way = 0; way < kWays; ++way) {
        const Tick ago = static_cast<Tick>(all_ticks) - bucket.times[way];
        if (ago <= kWithin) take(bucket.tag(way), in_ticks(all_ticks - ago));
      }
    }
  }

  // The moment, to the tick.
  static Timestamp to_tick(Timestamp time) { return in_ticks(ticks(time)); }

  // Packets that were forgotten within 10 ms.
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

 private:
  using Tick = std::uint32_t;
  static constexpr Tick kWithin = 9766;
  // Those of 32 bits run over after 73 minutes: what is old is freed before that.
  static constexpr Tick kSweepEvery = Tick{1} << 30U;
  static constexpr std::size_t kWays = 6;
  static constexpr std::size_t kFirst = std::size_t{1} << 13U;  // buckets of all parts together

  static std::uint64_t ticks(Timestamp time) { return static_cast<std::uint64_t>(time.nanoseconds >> 10); }
  static Timestamp in_ticks(std::uint64_t ticks) {
    return Timestamp{static_cast<std::int64_t>(ticks << 10U)};
  }

  // The upper bits of a product with a secret factor: few tags share a place, even if an attacker chose them.
  [[nodiscard]] std::size_t place_of(Tag tag) const {
    constexpr unsigned kPlaceBits = 18;
    static_assert(std::size_t{1} << kPlaceBits == kMost);
    return (tag * key_) >> (64U - kPlaceBits) & last_;
  }

  // A cache line. A free way has the tag 0, and is old.
  struct alignas(64) Bucket {
    std::array<std::uint32_t, kWays> low{};
    std::array<Tick, kWays> times{};
    std::array<std::uint16_t, kWays> high{};

    [[nodiscard]] bool has(std::size_t way, Tag tag) const {
      return low[way] == static_cast<std::uint32_t>(tag) &&
             high[way] == static_cast<std::uint16_t>(tag >> 32U);
    }
    [[nodiscard]] Tag tag(std::size_t way) const { return low[way] | (Tag{high[way]} << 32U); }
    [[nodiscard]] std::size_t oldest(Tick now) const {
      std::size_t oldest = 0;
      for (std::size_t way = 1; way < kWays; ++way) {
        if (now - times[way] > now - times[oldest]) oldest = way;
      }
      return oldest;
    }
    void free(Tick now) { times.fill(now - kSweepEvery); }
    void put(std::size_t way, Tag tag, Tick time) {
      low[way] = static_cast<std::uint32_t>(tag);
      high[way] = static_cast<std::uint16_t>(tag >> 32U);
      times[way] = time;
    }
  };

  void make_room(Tag tag, Tick now);
  void grow(Tick now);
  void sweep(std::uint64_t now);

  std::vector<Bucket> buckets_;  // a power of two
  std::size_t last_;
  std::size_t most_;
  std::uint64_t key_;       // odd
  std::uint64_t swept_{0};  // when, in ticks
  std::uint64_t forgotten_{0};
};

}  // namespace portproof
