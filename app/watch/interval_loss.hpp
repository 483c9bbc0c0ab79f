// What the intervals of a run have lost. A report judges its own interval by the inventory's limits, and
// lists the last earlier intervals that exceeded them: a quiet time afterwards must not dilute a loss.
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
  // The first interval begins at `started`, with all counters at 0. `elapsed` is the time at that moment on
  // the clock that is never set.
  IntervalLoss(Timestamp started, Duration elapsed) : start_{started, {}, {}, elapsed} {}

  // Sentences: why the interval from its beginning to this cut cannot pass.
  [[nodiscard]] std::vector<std::string> reasons(const Cut& cut, const Limits& limits) const;

  // Sentences: what that interval captured and lost, and what earlier ones did.
  [[nodiscard]] std::vector<std::string> notes(const Cut& cut) const;

  // Ends the interval, which could not pass for these reasons, at this cut; the next one begins here.
  void end(const Cut& cut, const std::vector<std::string>& reasons);

 private:
  Mark start_;                        // of the interval
  std::vector<std::string> lossy_;    // sentences of intervals that could not pass: the last few
  std::uint64_t lossy_intervals_{0};  // all that could not pass, however many sentences each has
};

}  // namespace portproof
