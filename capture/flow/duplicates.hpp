// Finds packets that a mirror has delivered twice: the same ends, IP identification, sequence number and
// length, and the same first bytes of payload, within 10 ms. TTL, MAC addresses and VLAN tags may differ: a
// packet that is mirrored before and after a router is the same packet.
//
// Duplicates are counted and never removed: a packet that is dropped by mistake would be a hole in the
// evidence. Each packet is remembered for 10 ms, in a table that grows as packets come faster, up to a limit:
// beyond it the oldest are forgotten and counted, and duplicates are counted low, never high.
#pragma once

#include <array>
#include <cstdint>
#include <utility>
#include <vector>

#include "capture/decode/packet.hpp"
#include "capture/timestamp.hpp"

namespace portproof {

class Duplicates {
 public:
  static constexpr Duration kWithin{10'000'000};

  // Everything that makes it this packet, in 64 bits; kNoMark where it cannot be told from its likes: a part
  // of a fragmented packet, and a TCP segment without data and identification (many systems send 0). `flow`
  // is the keyed hash of its flow and direction.
  using Mark = std::uint64_t;
  static constexpr Mark kNoMark = 0;
  static Mark mark_of(const Packet& packet, std::uint64_t flow) {
    if (packet.ip_identification == 0 && packet.payload_length == 0) return kNoMark;
    if (packet.fragment.part != Fragment::Part::none) return kNoMark;
    return mark_of_any(packet, flow);
  }

  // Remembers in one of `shares` equal parts of kMost places, 16 bytes each.
  static constexpr std::size_t kMost = std::size_t{1} << 20U;
  explicit Duplicates(std::size_t shares = 1);

  // `again` for this mark comes soon: fetches what it will look at.
  [[gnu::always_inline]] void prefetch(Mark mark) const {
    const Bucket& bucket = buckets_[mark & last_];
    __builtin_prefetch(&bucket.front(), 1);
    __builtin_prefetch(&bucket.back(), 1);
  }

  // Has a packet of this mark been seen within kWithin before `now`, which never runs back? Remembers it.
  // Never where the mark is kNoMark.
  bool again(Mark mark, Timestamp now) {
    if (mark == kNoMark) return false;
    Bucket& bucket = buckets_[mark & last_];
    Seen* oldest = bucket.data();
    for (Seen& seen : bucket) {
      if (seen.mark == mark) return now - std::exchange(seen.time, now) <= kWithin;
      if (seen.time < oldest->time) oldest = &seen;
    }
    if (is_young(*oldest, now)) [[unlikely]]
      oldest = &make_room(mark, now);
    *oldest = {mark, now};
    return false;
  }

  // Packets that were forgotten within kWithin.
  [[nodiscard]] std::uint64_t forgotten() const { return forgotten_; }

 private:
  static constexpr std::size_t kFirst = std::size_t{1} << 15U;  // places of all parts together
  struct Seen {
    Mark mark{kNoMark};
    Timestamp time{Timestamp::earliest()};
  };
  struct alignas(128) Bucket : std::array<Seen, 8> {};  // two cache lines side by side

  static Mark mark_of_any(const Packet& packet, std::uint64_t flow);
  static bool is_young(const Seen& seen, Timestamp now) {
    return seen.mark != kNoMark && now - seen.time <= kWithin;
  }
  static Seen& oldest_of(Bucket& bucket);
  Seen& make_room(Mark mark, Timestamp now);
  void grow();

  std::vector<Bucket> buckets_;  // a power of two
  std::size_t last_;
  std::size_t most_;
  std::uint64_t forgotten_{0};
};

}  // namespace portproof
