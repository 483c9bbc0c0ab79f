#include "capture/evidence/names.hpp"

#include <algorithm>

namespace portproof {

void add_interval(NameIntervals& intervals, const NameInterval& added) {
  const auto ends_before = [](const NameInterval& known, Timestamp time) { return known.until < time; };
  const auto begin = std::lower_bound(intervals.begin(), intervals.end(), added.first, ends_before);
  auto end = begin;
  NameInterval joined = added;
  while (end != intervals.end() && end->first <= added.until) {
    joined.first = std::min(joined.first, end->first);
    joined.until = std::max(joined.until, end->until);
    ++end;
  }
  if (begin == end) {
    intervals.insert(begin, joined);
  } else {
    *begin = joined;
    intervals.erase(begin + 1, end);
  }
}

bool holds_between(const NameIntervals& intervals, Timestamp first, Timestamp last) {
  return std::any_of(intervals.begin(), intervals.end(), [first, last](const NameInterval& interval) {
    return interval.first <= last && first <= interval.until;
  });
}

}  // namespace portproof
