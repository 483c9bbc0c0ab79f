#include "capture/flow/internal/flow_index.hpp"

namespace portproof {

void FlowIndex::add(FlowId id) {
  table_.add(
      id, store_[id].hash, [this](FlowId other) { return store_[other].hash; },
      [this](FlowId other) { __builtin_prefetch(&store_[other].hash); });
}

void FlowIndex::remove(FlowId id) {
  table_.remove(id, store_[id].hash, [this](FlowId other) { return store_[other].hash; });
}

}  // namespace portproof
