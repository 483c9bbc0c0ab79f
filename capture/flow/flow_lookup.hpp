// What a packet is looked up by in the flow table, made where it is decoded: its key, the keyed hash of that,
// the mark by which a copy of it is known, and the shard of all flows that it belongs to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "capture/base/application.hpp"
#include "capture/base/mix.hpp"
#include "capture/decode/packet.hpp"
#include "capture/flow/duplicates.hpp"
#include "capture/flow/internal/packed_key.hpp"

namespace portproof {

// The flows of two hosts are in one shard, all of them: what one flow says of another never leaves it.
using FlowShard = std::uint8_t;
inline constexpr std::size_t kFlowShards = 8;
inline constexpr FlowShard kNoShard = 0xff;

struct FlowLookup {
  PackedSide keyed;
  std::uint32_t hash;
  FlowId candidate;  // the flow that it seems to be of, for the table's own use
  Duplicates::Mark mark;
  FlowShard shard;
  FlowShard quoted_shard;  // of the flow that an ICMP error is about, else kNoShard
  Application banner;      // whose beginning the payload may be (identify/banner.hpp)
};

// Keyed by a seed, so that nobody can choose addresses and ports that collide.
class FlowHash {
 public:
  explicit FlowHash(std::uint64_t seed);

  [[nodiscard]] std::uint64_t of(const PackedKey& key) const { return of(key, of_addresses(key)); }
  [[nodiscard]] FlowShard shard_of(const PackedKey& key) const { return shard_of(of_addresses(key)); }

  void look_up(const Packet& packet, FlowLookup& lookup) const;

 private:
  [[nodiscard]] std::uint64_t of_addresses(const PackedKey& key) const {
    return mix(key.words[0] ^ keys_[0], key.words[1] ^ keys_[1]) +
           mix(key.words[2] ^ keys_[2], key.words[3] ^ keys_[3]);
  }
  [[nodiscard]] std::uint64_t of(const PackedKey& key, std::uint64_t addresses) const {
    return mix(addresses ^ keys_[4], key.words[4] ^ keys_[5]);
  }
  static FlowShard shard_of(std::uint64_t addresses) {
    static_assert(kFlowShards == 8);
    return static_cast<FlowShard>(addresses >> 61U);
  }
  void look_up_quoted(const Packet& packet, FlowLookup& lookup) const;

  std::array<std::uint64_t, 6> keys_;
};

}  // namespace portproof
