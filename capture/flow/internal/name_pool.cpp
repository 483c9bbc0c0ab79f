#include "capture/flow/internal/name_pool.hpp"

namespace portproof {

std::optional<NamePool::Id> NamePool::intern(std::string_view name) {
  const auto known = names_.find(name);
  if (known != names_.end()) {
    ++known->second.count;
    return known->second.id;
  }
  if (bytes_ + name.size() + kOverhead > most_bytes_) return std::nullopt;
  bytes_ += name.size() + kOverhead;
  const Id id = free_.empty() ? static_cast<Id>(by_id_.size()) : free_.back();
  const auto added = names_.emplace(std::string{name}, Shares{id, 1}).first;
  if (free_.empty()) {
    by_id_.push_back(added);
  } else {
    free_.pop_back();
    by_id_[id] = added;
  }
  return id;
}

void NamePool::release(Id id) {
  const auto entry = by_id_[id];
  if (--entry->second.count > 0) return;
  bytes_ -= entry->first.size() + kOverhead;
  names_.erase(entry);
  free_.push_back(id);
}

}  // namespace portproof
