#include "capture/flow/flow_lookup.hpp"

#include <xxhash.h>

#include "capture/identify/banner.hpp"

namespace portproof {

FlowHash::FlowHash(std::uint64_t seed) {
  for (std::size_t number = 0; number < keys_.size(); ++number) {
    keys_[number] = XXH3_64bits_withSeed(&number, sizeof number, seed);
  }
}

void FlowHash::look_up(const Packet& packet, FlowLookup& lookup) const {
  pack(packet, lookup.keyed);
  const std::uint64_t addresses = of_addresses(lookup.keyed.key);
  const std::uint64_t hash = of(lookup.keyed.key, addresses);
  lookup.hash = static_cast<std::uint32_t>(hash);
  lookup.candidate = kNoFlow;
  lookup.mark = Duplicates::mark_of(packet, number_of(lookup.keyed));
  lookup.shard = shard_of(addresses);
  lookup.quoted_shard = kNoShard;
  lookup.banner = banner_of(packet.protocol, packet.payload);
  if (lookup.banner != kUnknownApplication && packet.decrypted) [[unlikely]]
    lookup.banner = kUnknownApplication;  // what began there was TLS
  if (packet.icmp == IcmpClass::error) [[unlikely]]
    look_up_quoted(packet, lookup);
}

void FlowHash::look_up_quoted(const Packet& packet, FlowLookup& lookup) const {
  if (packet.fragment.part == Fragment::Part::later) return;  // the first part has the quote
  if (!packet.quoted.present) {
    lookup.quoted_shard = lookup.shard;
    return;
  }
  PackedSide quoted;
  pack_quoted(packet, quoted);
  lookup.quoted_shard = shard_of(quoted.key);
}

}  // namespace portproof
