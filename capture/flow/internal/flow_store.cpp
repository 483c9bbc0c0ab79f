#include "capture/flow/internal/flow_store.hpp"

namespace portproof {

FlowId FlowStore::take() {
  if (free_ != kNoFlow) {
    const FlowId id = free_;
    free_ = (*this)[id].newer;
    return id;
  }
  if (end_ % FlowArena::kRun == 0) runs_.push_back(arena_.take_run());
  return at(end_++);
}

void FlowStore::give_back(FlowId id) {
  FlowEntry& entry = (*this)[id];
  entry.marks = 0;
  entry.newer = free_;
  free_ = id;
}

}  // namespace portproof
