#include "capture/flow/internal/tunnel_pool.hpp"

namespace portproof {

std::optional<TunnelPool::Id> TunnelPool::intern(const TunnelStack& stack) {
  const auto known = stacks_.find(stack);
  if (known != stacks_.end()) {
    ++known->second.count;
    return known->second.id;
  }
  if (free_.empty() && by_id_.size() == most_) return std::nullopt;
  const Id id = free_.empty() ? static_cast<Id>(by_id_.size() + 1) : free_.back();
  const auto added = stacks_.emplace(stack, Shares{id, 1}).first;
  if (free_.empty()) {
    by_id_.push_back(added);
  } else {
    free_.pop_back();
    by_id_[id - 1U] = added;
  }
  return id;
}

void TunnelPool::release(Id id) {
  const auto entry = by_id_[id - 1U];
  if (--entry->second.count > 0) return;
  stacks_.erase(entry);
  free_.push_back(id);
}

const TunnelStack& TunnelPool::stack(Id id) const {
  static constexpr TunnelStack kEmpty{};
  return id == kNone ? kEmpty : by_id_[id - 1U]->first;
}

}  // namespace portproof
