#include "capture/flow/flow_shards.hpp"

#include "capture/flow/internal/flow_store.hpp"

namespace portproof {
namespace {

FlowTableOptions share_of(FlowTableOptions options) {
  options.shares = kFlowShards;
  return options;
}

}  // namespace

FlowShards::FlowShards(const FlowTableOptions& options, const std::array<FlowSink*, kFlowShards>& sinks)
    : arena_(std::make_unique<FlowArena>(FlowTable::runs(share_of(options)) * kFlowShards)) {
  for (std::size_t shard = 0; shard < kFlowShards; ++shard) {
    tables_[shard] = std::make_unique<FlowTable>(share_of(options), *sinks[shard], *arena_);
  }
}

FlowShards::~FlowShards() = default;

void FlowShards::observe(std::span<const Packet> packets, std::span<FlowLookup> lookups, Worker worker) {
  std::array<FlowItem, FlowTable::kBatch> items;
  std::size_t size = 0;
  const auto add = [&](std::size_t shard, std::size_t at, bool is_quoted) {
    items[size++] = {tables_[shard].get(), &packets[at], &lookups[at], is_quoted};
    if (size < items.size()) return;
    FlowTable::observe(items);
    size = 0;
  };
  for (std::size_t at = 0; at < packets.size(); ++at) {
    const FlowLookup& lookup = lookups[at];
    if (worker.serves(lookup.shard)) add(lookup.shard, at, false);
    if (lookup.quoted_shard != kNoShard && worker.serves(lookup.quoted_shard)) [[unlikely]]
      add(lookup.quoted_shard, at, true);
  }
  FlowTable::observe(std::span(items).first(size));
}

void FlowShards::catch_up(std::uint64_t first_frame, Timestamp from, Timestamp to, Worker worker) {
  for (std::size_t shard = worker.number; shard < kFlowShards; shard += worker.of) {
    tables_[shard]->catch_up(first_frame, from, to);
  }
}

void FlowShards::expire(Timestamp now, Worker worker) {
  for (std::size_t shard = worker.number; shard < kFlowShards; shard += worker.of) {
    tables_[shard]->expire(now);
  }
}

void FlowShards::show_live(FlowSink& to, Timestamp since) const {
  for (const auto& table : tables_) table->show_live(to, since);
}

void FlowShards::show_recent(Timestamp now, std::vector<RecentMark>& marks) const {
  for (const auto& table : tables_) table->show_recent(now, marks);
}

std::size_t FlowShards::size() const {
  std::size_t sum = 0;
  for (const auto& table : tables_) sum += table->size();
  return sum;
}

void FlowShards::finish(Timestamp now, Worker worker) {
  for (std::size_t shard = worker.number; shard < kFlowShards; shard += worker.of) {
    tables_[shard]->finish(now);
  }
}

}  // namespace portproof
