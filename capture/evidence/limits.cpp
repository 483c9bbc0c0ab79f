#include "capture/evidence/limits.hpp"

#include <algorithm>

namespace portproof {

std::optional<Limit> parse_limit(std::string_view name) {
  for (const LimitRow& row : kLimits) {
    if (row.name == name) return row.limit;
  }
  return std::nullopt;
}

std::vector<LimitsHit::Hit> LimitsHit::all() const {
  std::vector<Hit> hits;
  for (const LimitRow& row : kLimits) {
    if ((*this)[row.limit] > 0) hits.push_back({row.limit, (*this)[row.limit]});
  }
  return hits;
}

void LimitsHit::add(const LimitsHit& other) {
  for (const LimitRow& row : kLimits) add(row.limit, other[row.limit]);
}

LimitsHit LimitsHit::since(const LimitsHit& before) const {
  LimitsHit later = *this;
  for (const LimitRow& row : kLimits) {
    if (row.kind != LimitKind::counted) continue;
    // What merging the parts of `before` left out is no part of the counters.
    later.set(row.limit, later[row.limit] - std::min(later[row.limit], before[row.limit]));
  }
  return later;
}

}  // namespace portproof
