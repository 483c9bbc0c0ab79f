// Which flow gives way when the table is full. Flows that are not two-way go first, the oldest of them,
// except that one which had packets since it was last considered gets another turn: a flood of lone SYNs
// pushes out itself, not the log stream that is never answered. Two-way flows go by the same rule, by a clock
// hand over the entries. Each step past a flow takes away a mark that a packet had set, so that the steps are
// paid for.
#pragma once

#include "capture/flow/internal/flow_store.hpp"

namespace portproof {

class Eviction {
 public:
  explicit Eviction(FlowStore& store) : store_(store) {}

  // A flow opens; it is not two-way yet.
  void link_newest(FlowId id);
  // It becomes two-way, or closes before it did.
  void unlink(FlowId id);

  // All of them close.
  void clear() { oldest_ = newest_ = kNoFlow; }

  // The flow that is worth the least. There must be a live one.
  [[nodiscard]] FlowId least_worth();

 private:
  FlowStore& store_;
  FlowId oldest_{kNoFlow};
  FlowId newest_{kNoFlow};
  FlowId clock_hand_{0};  // an index into the store
};

}  // namespace portproof
