// All evidence of a watch: that of earlier runs, read from a file, and that of this run, which is one input
// that grows with every cut. It is bounded at every moment, not only when a report is made: conversations
// that were never established fold into records of attempts; flows without a firm direction and names have
// limits. Only established conversations are kept indefinitely.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/evidence.hpp"

namespace portproof {

// What saved evidence says of a run that had not ended yet: the error of its input. What came after that
// moment is lost if the program dies.
std::string still_running_at(Timestamp now);

// The most that is kept.
struct AccumulatedLimits {
  // Conversations that were never established, one by one. Beyond that, each scan or flood folds into a
  // record: `attempts` in limits_hit. Half as many more may come between two reports.
  std::size_t attempts{kMostAttempts};
  // Loose flows, with both ports. Beyond that, first those that have ended and then those that have been
  // silent longest are folded according to their ports: `loose-flows`.
  std::size_t loose{500'000};
  // Pairs of address and name, and the times at which they held. Beyond that, those that held longest ago are
  // forgotten: `dns-names`.
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

  // Continues from what was saved. A run that had not ended says so in the error of its input, which becomes
  // a statement of what was lost until `now`. Error of kind usage if the evidence was made with other
  // settings or through other filters.
  Expected<void> take_up(Evidence saved, const Filters& filters, Timestamp now);

  // Names that a look needs before everything else is added. Adding them again has no effect.
  void learn(const Names& names);

  // Adds what closed since the last call; `run` is the input so far.
  Expected<void> add(Evidence closed, const Input& run);

  // Merges everything that was added. Call it before a report.
  Expected<void> put_together();

  // The merged evidence together with these open flows, for the duration of a report. Meanwhile, the run has
  // this error.
  class WithOpen {
   public:
    WithOpen(Accumulated& all, LooseFlows open, const std::string& run_error);
    WithOpen(const WithOpen&) = delete;
    WithOpen& operator=(const WithOpen&) = delete;
    ~WithOpen();
    [[nodiscard]] const Evidence& evidence() const { return all_.total_; }

    // The same for judging, without the error. Loose flows are handed out, not copied: `evidence` no longer
    // has them then.
    [[nodiscard]] Evidence take();

   private:
    Input& run();

    Accumulated& all_;
    LooseFlows kept_;
    std::string error_before_;
    bool input_added_{false};
  };

  // Everything up to the last put_together.
  [[nodiscard]] const Evidence& so_far() const { return total_; }
  [[nodiscard]] std::size_t conversations() const {
    return total_.conversations.size() + (pending_ ? pending_->conversations.size() : 0);
  }

 private:
  // How many conversations a part of the evidence may have, and how many of them with names, before it is
  // worth checking its limits again.
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
