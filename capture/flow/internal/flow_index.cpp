#include "capture/flow/internal/flow_index.hpp"

#include <cassert>
#include <utility>

namespace portproof {

void FlowIndex::add(FlowId id) {
  assert(id < kMostFlows);
  if ((used_ + 1) > slots_.size() / 3 * 2) grow();
  enter(id);
  ++used_;
}

void FlowIndex::remove(FlowId id) {
  std::uint32_t hole = store_[id].hash & mask_;
  while ((slots_[hole] & kIdMask) != id + 1) hole = (hole + 1) & mask_;
  // Every slot that follows without a gap moves into the hole if its home is not between the two.
  for (std::uint32_t at = (hole + 1) & mask_; slots_[at] != 0; at = (at + 1) & mask_) {
    const std::uint32_t home = store_[(slots_[at] & kIdMask) - 1].hash & mask_;
    if (((at - home) & mask_) < ((at - hole) & mask_)) continue;
    slots_[hole] = slots_[at];
    hole = at;
  }
  slots_[hole] = 0;
  --used_;
}

void FlowIndex::clear() {
  slots_ = HugeArray<std::uint32_t>(kFirstSize);
  mask_ = kFirstSize - 1;
  used_ = 0;
}

void FlowIndex::enter(FlowId id) {
  const std::uint32_t hash = store_[id].hash;
  std::uint32_t at = hash & mask_;
  while (slots_[at] != 0) at = (at + 1) & mask_;
  slots_[at] = (hash & ~kIdMask) | (id + 1);
}

void FlowIndex::grow() {
  const HugeArray<std::uint32_t> old = std::exchange(slots_, HugeArray<std::uint32_t>(slots_.size() * 2));
  mask_ = static_cast<std::uint32_t>(slots_.size() - 1);
  constexpr std::size_t kAhead = 16;  // the hashes lie with the entries, anywhere
  for (std::size_t at = 0; at < old.size(); ++at) {
    if (at + kAhead < old.size() && old[at + kAhead] != 0) {
      __builtin_prefetch(&store_[(old[at + kAhead] & kIdMask) - 1].hash);
    }
    if (old[at] != 0) enter((old[at] & kIdMask) - 1);
  }
}

}  // namespace portproof
