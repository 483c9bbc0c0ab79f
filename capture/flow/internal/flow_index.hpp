// Finds a flow's entry by its key. The entries have their hashes with them.
#pragma once

#include <cstdint>

#include "capture/base/index_table.hpp"
#include "capture/flow/internal/flow_store.hpp"

namespace portproof {

class FlowIndex {
  using Table = IndexTable<TaggedSlot>;
  static_assert(kNoFlow == Table::kNone);

 public:
  // Entry numbers are below this.
  static constexpr std::uint32_t kMostFlows = Table::kMostNumbers;

  // The store must outlive this.
  explicit FlowIndex(const FlowStore& store) : store_(store), table_(kFirstSlots) {}

  [[nodiscard]] FlowId find(const PackedKey& key, std::uint32_t hash) const {
    return table_.find(hash, [&](FlowId id) { return store_[id].key == key; });
  }

  // Fetches from memory where a search for this hash begins. Always inline, as IndexTable::prefetch is.
  [[gnu::always_inline]] void prefetch(std::uint32_t hash) const { table_.prefetch(hash); }

  // The entry that a find for this hash would compare keys with first, or kNoFlow. Looks at no entry.
  [[nodiscard]] FlowId candidate(std::uint32_t hash) const { return table_.candidate(hash); }

  // The entry's hash must be set; its key must not be in the index.
  void add(FlowId id);
  void remove(FlowId id);

  // Takes all out.
  void clear() { table_.make(kFirstSlots); }

 private:
  static constexpr std::size_t kFirstSlots = 1024;

  const FlowStore& store_;
  Table table_;
};

}  // namespace portproof
