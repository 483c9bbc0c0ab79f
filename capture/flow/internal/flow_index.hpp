// Finds a flow's entry by its hash: open addressing with linear probing over 32-bit slots. A slot is an
// entry's number plus one, under eight bits of its hash that spare most looks at entries of other flows. A
// slot that is taken out is closed up by moving back those that follow, so nothing ever has to be cleaned.
#pragma once

#include <cstdint>
#include "capture/base/huge_array.hpp"
#include "capture/flow/internal/flow_store.hpp"

namespace portproof {

class FlowIndex {
 public:
  // Entry numbers must fit under the tag.
  static constexpr std::uint32_t kMostFlows = (1U << 24U) - 2;

  explicit FlowIndex(const FlowStore& store) : store_(store), slots_(kFirstSize), mask_(kFirstSize - 1) {}

  [[nodiscard]] FlowId find(const PackedKey& key, std::uint32_t hash) const {
    for (std::uint32_t at = hash & mask_;; at = (at + 1) & mask_) {
      const std::uint32_t slot = slots_[at];
      if (slot == 0) return kNoFlow;
      if ((slot >> kTagShift) != (hash >> kTagShift)) continue;
      const FlowId id = (slot & kIdMask) - 1;
      if (store_[id].key == key) return id;
    }
  }

  // Fetches from memory where a look for this hash begins. Always inline, as FlowStore::prefetch is.
  [[gnu::always_inline]] void prefetch(std::uint32_t hash) const {
    __builtin_prefetch(&slots_[hash & mask_]);
  }

  // The entry that a find for this hash would compare keys with first, or kNoFlow. Looks at no entry.
  [[nodiscard]] FlowId candidate(std::uint32_t hash) const {
    for (std::uint32_t at = hash & mask_;; at = (at + 1) & mask_) {
      const std::uint32_t slot = slots_[at];
      if (slot == 0) return kNoFlow;
      if ((slot >> kTagShift) == (hash >> kTagShift)) return (slot & kIdMask) - 1;
    }
  }

  // The entry's hash must be set; its key must not be in the index.
  void add(FlowId id);
  void remove(FlowId id);

  // Takes all out.
  void clear();

 private:
  static constexpr std::uint32_t kTagShift = 24;
  static constexpr std::uint32_t kIdMask = (1U << kTagShift) - 1;
  static constexpr std::uint32_t kFirstSize = 1024;

  void enter(FlowId id);
  void grow();

  const FlowStore& store_;
  HugeArray<std::uint32_t> slots_;  // a power of two, at most two thirds in use
  std::uint32_t mask_;
  std::uint32_t used_{0};
};

}  // namespace portproof
