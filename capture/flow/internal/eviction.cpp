#include "capture/flow/internal/eviction.hpp"

namespace portproof {

void Eviction::link_newest(FlowId id) {
  FlowEntry& entry = store_[id];
  entry.older = newest_;
  entry.newer = kNoFlow;
  (newest_ == kNoFlow ? oldest_ : store_[newest_].newer) = id;
  newest_ = id;
}

void Eviction::unlink(FlowId id) {
  const FlowEntry& entry = store_[id];
  (entry.older == kNoFlow ? oldest_ : store_[entry.older].newer) = entry.newer;
  (entry.newer == kNoFlow ? newest_ : store_[entry.newer].older) = entry.older;
}

FlowId Eviction::least_worth() {
  while (oldest_ != kNoFlow) {
    const FlowId id = oldest_;
    if ((store_[id].marks & mark_touched) == 0) return id;
    store_[id].marks &= static_cast<std::uint8_t>(~mark_touched);
    if (id == newest_) return id;
    unlink(id);
    link_newest(id);
  }
  for (;; ++clock_hand_) {
    if (clock_hand_ >= store_.end()) clock_hand_ = 0;
    const FlowId id = store_.at_place(clock_hand_);
    FlowEntry& entry = store_[id];
    if ((entry.marks & mark_live) == 0) continue;
    if ((entry.marks & mark_touched) == 0) {
      ++clock_hand_;
      return id;
    }
    entry.marks &= static_cast<std::uint8_t>(~mark_touched);
  }
}

}  // namespace portproof
