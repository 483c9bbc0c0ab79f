#include "capture/evidence/collectors.hpp"

#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/fold.hpp"

namespace portproof {

Collectors::Collectors(const CaptureClock& clock, const ObservationSettings& settings,
                       const CollectorOptions& options, unsigned workers)
    : sorts_(!options.is_whole), most_attempts_(options.most_attempts), stations_(workers) {
  const CollectorOptions each = options.share(kFlowShards);
  for (std::size_t shard = 0; shard < kFlowShards; ++shard) {
    collectors_.emplace_back(clock, settings, stations_[FlowShards::worker_of(shard, workers)], each);
  }
}

std::array<FlowSink*, kFlowShards> Collectors::sinks() {
  std::array<FlowSink*, kFlowShards> sinks{};
  for (std::size_t shard = 0; shard < kFlowShards; ++shard) sinks[shard] = &collectors_[shard];
  return sinks;
}

// All conversations of two hosts are in one shard, so no two shards have one in common.
Evidence Collectors::take(const FlowShards& shards) {
  Evidence evidence = collectors_[0].take(shards.counts(0));
  for (std::size_t shard = 1; shard < kFlowShards; ++shard) {
    Evidence more = collectors_[shard].take(shards.counts(shard));
    evidence.conversations.adopt(std::move(more.conversations));
    absorb(evidence, std::move(more));
  }
  StationList stations;
  for (StationsSeen& seen : stations_) stations.add(seen.take());
  evidence.stations = stations.stations();
  // A scan or flood that one shard had to fold may have stayed below the limit of another.
  AttemptsPool(most_attempts_, evidence.conversations, evidence.attempts).hold();
  note_derived_limits(evidence);
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
