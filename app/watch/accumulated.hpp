// All evidence of a watch: of runs before this one, taken up from a file, and of this one, which is one input
// that grows with every cut. Bounded at every moment, not only when a report is made: what was never
// established folds into records of attempts, flows without a firm direction and names have limits. Only
// conversations that came about are kept for ever.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/evidence.hpp"

namespace portproof {

// What the saved evidence says of a run that had not ended when it was saved: the error of its input. What
// came after that moment is lost if the program dies.
std::string still_running_at(Timestamp now);

// What is kept at most.
struct AccumulatedLimits {
  // Conversations that were never established, one by one. Beyond that, scans and floods fold into a record
  // each: `attempts` in limits_hit. What comes between two reports may be half as many besides.
  std::size_t attempts{kMostAttempts};
  // Loose flows, with both ports, likewise. Beyond that, those that have ended are folded by what their ports
  // say, then those that have been silent longest: `loose-flows`.
  std::size_t loose{500'000};
  // Addresses with a name each, and the times at which they had them. Beyond that, those that held longest
  // ago are forgotten: `dns-names`.
  std::size_t names{262'144};
  std::size_t name_intervals{1'000'000};
};

// What a watch leaves out, as BPF; empty for nothing.
struct Filters {
  std::string own;     // the program runs it, and counts (-f)
  std::string kernel;  // nobody counts (--kernel-filter)
};

class Accumulated {
 public:
  explicit Accumulated(const ObservationSettings& settings, const AccumulatedLimits& limits = {})
      : limits_(limits) {
    total_.settings = settings;
  }

  // Goes on from what was saved. A run that had not ended says so in the error of its input, which becomes a
  // statement of what was lost until `now`. Error of kind usage where it was made with other settings or
  // through other filters.
  Expected<void> take_up(Evidence saved, const Filters& filters, Timestamp now);

  // Names that a look is to have before all else is added, which adds them again to no effect.
  void learn(const Names& names);

  // Adds what closed since the last time; `run` is the input so far.
  Expected<void> add(Evidence closed, const Input& run);

  // Makes one evidence of all that was added. Before a report.
  Expected<void> put_together();

  // The evidence, put together, with these flows, which are open: for the time of a report. The run has this
  // error meanwhile.
  class WithOpen {
   public:
    WithOpen(Accumulated& all, LooseFlows open, const std::string& run_error);
    WithOpen(const WithOpen&) = delete;
    WithOpen& operator=(const WithOpen&) = delete;
    ~WithOpen();
    [[nodiscard]] const Evidence& evidence() const { return all_.total_; }

    // The same to be judged, without the error. Loose flows are handed out, not copied: they are no longer
    // in `evidence` then.
    [[nodiscard]] Evidence take();

   private:
    Input& run();

    Accumulated& all_;
    LooseFlows kept_;
    std::string error_before_;
    bool input_added_{false};
  };

  // Up to the last time that it was put together.
  [[nodiscard]] const Evidence& so_far() const { return total_; }
  [[nodiscard]] std::size_t conversations() const {
    return total_.conversations.size() + (pending_ ? pending_->conversations.size() : 0);
  }

 private:
  // Where a part of the evidence stands: how many conversations it may have, and how many of them with names,
  // before it is worth looking at its limits again.
  struct Watermark {
    std::size_t conversations{0};
    std::size_t named{0};
  };
  void hold_to(const AccumulatedLimits& limits, Evidence& evidence, Watermark& mark, Timestamp now) const;
  void fold_loose(std::size_t most, Evidence& evidence, Timestamp now) const;
  void forget_names();
  void forget_name_intervals();

  AccumulatedLimits limits_;
  Evidence total_;
  Watermark total_mark_;
  std::size_t name_intervals_{0};    // of total_.names
  std::optional<Evidence> pending_;  // added since it was put together
  Watermark pending_mark_;
  Input run_;
  std::optional<std::size_t> run_index_;  // in total_.inputs, once the run has a frame
};

}  // namespace portproof
