// Finds packets that a mirror has delivered twice: the same ends, IP identification, sequence number and
// length, and the same first bytes of payload, within 10 ms. TTL, MAC addresses and VLAN tags may differ: a
// packet that is mirrored before and after a router is the same packet.
//
// Duplicates are counted and never removed: a packet that is dropped by mistake would be a hole in the
// evidence. Memory is one table of fixed size, in which a packet remembers itself over an older one; a mirror
// so busy that copies are forgotten within 10 ms is counted low, never high.
#pragma once

#include <bit>
#include <cstdint>
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

  // Remembers in one of `shares` equal parts of kSlots places.
  explicit Duplicates(std::size_t shares = 1)
      : seen_(std::bit_floor(kSlots / shares)), last_(seen_.size() - 1) {}

  // `again` for this mark comes soon: fetches what it will look at.
  [[gnu::always_inline]] void prefetch(Mark mark) const { __builtin_prefetch(&seen_[mark & last_], 1); }

  // Has a packet of this mark been seen within kWithin before `now`? Remembers it. Never where the mark is
  // kNoMark.
  bool again(Mark mark, Timestamp now) {
    if (mark == kNoMark) return false;
    Seen& slot = seen_[mark & last_];
    const bool same = slot.mark == mark && now - slot.time <= kWithin;
    slot = {mark, now};
    return same;
  }

 private:
  static constexpr std::size_t kSlots = std::size_t{1} << 15U;
  struct Seen {
    std::uint64_t mark{0};
    Timestamp time{Timestamp::earliest()};
  };

  static Mark mark_of_any(const Packet& packet, std::uint64_t flow);

  std::vector<Seen> seen_;  // a power of two
  std::size_t last_;
};

}  // namespace portproof
