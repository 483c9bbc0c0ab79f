// Where the flow table keeps its entries. Private to the flow table.
#pragma once

#include <atomic>
#include <cstddef>
#include <vector>

#include "capture/base/huge_array.hpp"
#include "capture/flow/internal/flow_entry.hpp"

namespace portproof {

// Memory for the entries of all shards, in runs: two arrays that never move and take memory only as far as
// they were used. Runs may be taken by several threads at once.
class FlowArena {
 public:
  static constexpr FlowId kRun = 512;

  // Has room for `runs` runs.
  explicit FlowArena(std::size_t runs)
      : entries_(runs * kRun, Pages::small), more_(runs * kRun, Pages::small) {}

  // The first of kRun ids that follow each other. There must be one left.
  FlowId take_run() { return next_.fetch_add(kRun, std::memory_order_relaxed); }

  [[nodiscard]] FlowEntry* entries() { return entries_.data(); }
  [[nodiscard]] FlowMore* more() { return more_.data(); }

 private:
  HugeArray<FlowEntry> entries_;
  HugeArray<FlowMore> more_;
  std::atomic<FlowId> next_{0};
};

// The entries of one shard, live and free.
class FlowStore {
 public:
  // The arena must outlive it, and have runs for as many flows as will be taken at a time.
  explicit FlowStore(FlowArena& arena) : arena_(arena), entries_(arena.entries()), more_(arena.more()) {}

  [[nodiscard]] FlowEntry& operator[](FlowId id) { return entries_[id]; }
  [[nodiscard]] const FlowEntry& operator[](FlowId id) const { return entries_[id]; }
  [[nodiscard]] FlowMore& more(FlowId id) { return more_[id]; }
  [[nodiscard]] const FlowMore& more(FlowId id) const { return more_[id]; }

  // Both cache lines of an entry. Always inline: a function that only fetches has no effect in the eyes of
  // GCC 12, which leaves out calls to it.
  [[gnu::always_inline]] void prefetch(FlowId id) const {
    const auto* const bytes = reinterpret_cast<const char*>(&entries_[id]);
    __builtin_prefetch(bytes, 1);
    __builtin_prefetch(bytes + 64, 1);
  }

  // An entry that is free: its content is undefined but for `marks`, which are 0.
  FlowId take();
  void give_back(FlowId id);

  // All entries that were ever taken, by index: those below `end`.
  [[nodiscard]] FlowId end() const { return end_; }
  [[nodiscard]] FlowId at(FlowId index) const {
    return runs_[index / FlowArena::kRun] + index % FlowArena::kRun;
  }

 private:
  FlowArena& arena_;
  FlowEntry* entries_;
  FlowMore* more_;
  std::vector<FlowId> runs_;
  FlowId free_{kNoFlow};
  FlowId end_{0};
};

}  // namespace portproof
