#include "capture/flow/internal/eviction.hpp"

// Two queues by worth, both by the "second chance" rule.
//
// Flows with packets from one side only stand in a list, in the order in which they opened:
//
//   oldest -> [SYN only] -> [log stream, touched] -> [SYN only] -> ... -> newest
//
// The oldest goes. If it was touched, which means that it had a packet since it was last considered, it
// loses the mark and moves to the end of the list instead. A flood of single SYNs never touches its flows
// again, so the flood evicts itself; a log stream that nobody answers keeps its place by going on.
//
// Only when the list is empty must a two-way flow go. These have no list, because linking each of them
// would touch two more cache lines for every flow of a normal capture. A clock hand goes over the store
// instead, by the same rule.
//
// Every step that does not evict removes a mark that a packet had set, so n packets pay for at most n
// steps.

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
    const FlowId id = store_.at(clock_hand_);
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
