#include "capture/evidence/listeners.hpp"

#include <algorithm>

#include "capture/flow/flow.hpp"

namespace portproof {

Listeners::Listeners(const Conversations& conversations) {
  for (const auto& [key, facts] : conversations) {
    const bool accepted = facts.state == FlowState::established && is_firm(facts.basis);
    if (key.protocol != kProtocolTcp || !accepted) continue;
    const Endpoint end{key.responder, key.port};
    if (ends_.empty() || ends_.back() != end) ends_.push_back(end);
  }
}

void Listeners::add(const LooseFlow& flow) {
  if (flow.key.protocol != kProtocolTcp) return;
  const Opening opening = opening_of(flow.facts);
  if (opening.initiator && opening.confirmed) ends_.push_back(flow.key.end(other(*opening.initiator)));
}

void Listeners::sort() {
  std::sort(ends_.begin(), ends_.end());
  ends_.erase(std::unique(ends_.begin(), ends_.end()), ends_.end());
}

bool Listeners::contains(const Endpoint& end) const {
  return std::binary_search(ends_.begin(), ends_.end(), end);
}

std::optional<Side> Listeners::side_of(const FlowKey& key) const {
  const bool low = contains(key.low);
  const bool high = contains(key.high);
  if (low == high) return std::nullopt;
  return low ? Side::low : Side::high;
}

}  // namespace portproof
