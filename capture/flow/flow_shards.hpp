// All flows of an input, in a fixed number of shards: a table each, that shares the limits equally with the
// others. How many threads there are decides only who serves which shard; each shard sees its packets in file
// order, so that the outcome is the same for any number.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "capture/flow/flow_lookup.hpp"
#include "capture/flow/flow_table.hpp"

namespace portproof {

class FlowShards {
 public:
  // A sink for each shard, which may be one for all where there is one worker. `options` are those of all
  // shards together.
  FlowShards(const FlowTableOptions& options, const std::array<FlowSink*, kFlowShards>& sinks);

  ~FlowShards();

  // Who serves a shard.
  static unsigned worker_of(std::size_t shard, unsigned workers) {
    return static_cast<unsigned>(shard % workers);
  }
  struct Worker {
    unsigned number{0};
    unsigned of{1};
    [[nodiscard]] bool serves(std::size_t shard) const { return worker_of(shard, of) == number; }
  };

  // Counts the packets of the worker's shards. In file order, each with its lookup; their times are the
  // capture clock. Several workers may be shown the same packets at once.
  void observe(std::span<const Packet> packets, std::span<FlowLookup> lookups, Worker worker);

  // As FlowTable has it, for the worker's shards.
  void catch_up(std::uint64_t first_frame, Timestamp from, Timestamp to, Worker worker);
  void expire(Timestamp now, Worker worker);
  void finish(Timestamp now, Worker worker);

  // As FlowTable has it, of all shards; nobody may be observing.
  void show_live(FlowSink& to, Timestamp since) const;
  void show_recent(Timestamp now, std::vector<RecentMark>& marks) const;
  [[nodiscard]] std::size_t size() const;

  // Of one shard.
  [[nodiscard]] FlowCounts counts(std::size_t shard) const { return tables_[shard]->counts(); }

 private:
  std::unique_ptr<FlowArena> arena_;  // of all tables
  std::array<std::unique_ptr<FlowTable>, kFlowShards> tables_;
};

}  // namespace portproof
