// The collectors of one input, one a shard.
#pragma once

#include <array>
#include <cstdint>
#include <deque>

#include "capture/evidence/collector.hpp"
#include "capture/flow/flow_shards.hpp"

namespace portproof {

class Collectors {
 public:
  // As Collector has it; the options are those of the whole input, and so many workers serve the shards.
  Collectors(const CaptureClock& clock, const ObservationSettings& settings, const CollectorOptions& options,
             unsigned workers);

  [[nodiscard]] std::array<FlowSink*, kFlowShards> sinks();

  // The evidence since the last time, but for its inputs. With `is_whole` its conversations come in no order.
  Evidence take(const FlowShards& shards);

  // Since the beginning, as Collector has them.
  [[nodiscard]] std::uint64_t one_way() const;
  [[nodiscard]] std::uint64_t missed_bytes() const;

 private:
  bool sorts_;
  std::size_t most_attempts_;
  std::deque<StationsSeen> stations_;  // by worker
  std::deque<Collector> collectors_;   // by shard
};

}  // namespace portproof
