#include "capture/flow/flow_lookup.hpp"

// Inlined, because a call would cost as much as hashing a key does; it also gives the derivation of a secret
// from a seed, which the library's plain interface leaves out.
#define XXH_INLINE_ALL
#include <xxhash.h>

#include <cstring>

namespace portproof {

FlowHash::FlowHash(std::uint64_t seed) {
  static_assert(XXH3_SECRET_DEFAULT_SIZE == sizeof secret_);
  XXH3_generateSecret_fromSeed(secret_.data(), seed);
  for (std::size_t word = 0; word < factors_.size(); ++word) {
    factors_[word] = XXH3_64bits_withSeed(&word, sizeof word, seed) | 1U;
  }
}

std::uint64_t FlowHash::of(const PackedKey& key) const {
  return XXH3_64bits_withSecret(key.words.data(), sizeof key.words, secret_.data(), secret_.size());
}

void FlowHash::look_up(const Packet& packet, FlowLookup& lookup) const {
  pack(packet, lookup.keyed);
  const std::uint64_t hash = of(lookup.keyed.key);
  lookup.hash = static_cast<std::uint32_t>(hash);
  lookup.candidate = kNoFlow;
  lookup.mark = Duplicates::mark_of(packet, hash + index(lookup.keyed.sender));
  lookup.shard = shard_of(lookup.keyed.key);
  lookup.quoted_shard = kNoShard;
  if (packet.quoted.present && packet.quoted.refused) [[unlikely]]
    look_up_quoted(packet, lookup);
}

void FlowHash::look_up_quoted(const Packet& packet, FlowLookup& lookup) const {
  PackedSide quoted;
  pack_quoted(packet, quoted);
  lookup.quoted_shard = shard_of(quoted.key);
}

}  // namespace portproof
