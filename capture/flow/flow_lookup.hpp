// What a packet is looked up by in the flow table, made where it is decoded: its key, the keyed hash of that,
// the mark by which a copy of it is known, and the shard of all flows that it belongs to.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "capture/decode/packet.hpp"
#include "capture/flow/duplicates.hpp"
#include "capture/flow/packed_key.hpp"

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
  FlowShard quoted_shard;  // of the flow that an ICMP error says was refused, else kNoShard
};

// Keyed by a seed, so that nobody can choose addresses and ports that collide.
class FlowHash {
 public:
  explicit FlowHash(std::uint64_t seed);

  [[nodiscard]] std::uint64_t of(const PackedKey& key) const;
  [[nodiscard]] FlowShard shard_of(const PackedKey& key) const {
    std::uint64_t sum = 0;
    for (std::size_t word = 0; word < factors_.size(); ++word) sum += key.words[word] * factors_[word];
    return static_cast<FlowShard>(sum >> 61U);
  }

  void look_up(const Packet& packet, FlowLookup& lookup) const;

 private:
  static_assert(kFlowShards == 8);  // the three highest bits of a sum

  void look_up_quoted(const Packet& packet, FlowLookup& lookup) const;

  alignas(64) std::array<std::uint8_t, 192> secret_;
  std::array<std::uint64_t, 4> factors_;  // odd; of the words that hold the addresses
};

}  // namespace portproof
