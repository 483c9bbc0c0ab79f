#include "capture/evidence/collectors.hpp"

#include "capture/evidence/fold.hpp"

namespace portproof {

Collectors::Collectors(const CaptureClock& clock, const FlowTimeouts& timeouts,
                       const CollectorOptions& options)
    : sorts_(!options.is_whole) {
  const CollectorOptions each = options.share(kFlowShards);
  for (std::size_t shard = 0; shard < kFlowShards; ++shard) collectors_.emplace_back(clock, timeouts, each);
}

std::array<FlowSink*, kFlowShards> Collectors::sinks() {
  std::array<FlowSink*, kFlowShards> sinks{};
  for (std::size_t shard = 0; shard < kFlowShards; ++shard) sinks[shard] = &collectors_[shard];
  return sinks;
}

Evidence Collectors::take(const FlowShards& shards) {
  Evidence evidence = collectors_[0].take(shards.counts(0));
  for (std::size_t shard = 1; shard < kFlowShards; ++shard) {
    absorb(evidence, collectors_[shard].take(shards.counts(shard)));
  }
  note_kept_limits(evidence);
  if (sorts_) evidence.conversations.sort();
  evidence.loose.sort();
  return evidence;
}

std::uint64_t Collectors::one_way() const {
  std::uint64_t sum = 0;
  for (const Collector& collector : collectors_) sum += collector.one_way();
  return sum;
}

std::uint64_t Collectors::missed_bytes() const {
  std::uint64_t sum = 0;
  for (const Collector& collector : collectors_) sum += collector.missed_bytes();
  return sum;
}

}  // namespace portproof
