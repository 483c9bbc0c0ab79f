// What the intervals of a run have lost. A report judges its own interval by the inventory's limits and lists
// the last of the earlier ones that were beyond them, so that no loss is diluted by the quiet time after it.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "app/watch/cut.hpp"
#include "app/watch/loss.hpp"
#include "classify/inventory.hpp"

namespace portproof {

class IntervalLoss {
 public:
  // The first interval begins at `started`, with all counters at 0. `elapsed` is the clock that is never set,
  // at that moment.
  IntervalLoss(Timestamp started, Duration elapsed) : start_{started, {}, {}, elapsed} {}

  // Sentences: why the interval from its beginning to this cut cannot pass.
  [[nodiscard]] std::vector<std::string> reasons(const Cut& cut, const Limits& limits) const;

  // Sentences: what that interval captured and lost, and what earlier ones did.
  [[nodiscard]] std::vector<std::string> notes(const Cut& cut) const;

  // Ends the interval, which could not pass for these reasons, at this cut; the next one begins here.
  void end(const Cut& cut, const std::vector<std::string>& reasons);

 private:
  Mark start_;                      // of the interval
  std::vector<std::string> lossy_;  // sentences of intervals that could not pass: the last few
  std::uint64_t lossy_count_{0};    // of all those sentences
};

}  // namespace portproof
