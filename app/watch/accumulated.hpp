// All evidence of a watch: of runs before this one, taken up from a file, and of this one, which is one input
// that grows with every cut. Bounded where one input could grow for ever: flows without a firm direction,
// and names.
#pragma once

#include <optional>
#include <vector>

#include "capture/evidence/evidence.hpp"

namespace portproof {

// What the saved evidence says of a run that had not ended when it was saved: the error of its input. What
// came after that moment is lost if the program dies.
std::string still_running_at(Timestamp now);

class Accumulated {
 public:
  // Loose flows that are kept with both ports. Beyond that, those that have ended are folded by what their
  // ports say, and counted in limits_hit as `loose-flows`.
  static constexpr std::size_t kMostLoose = 500'000;
  // Addresses with a name each. Beyond that, those that held longest ago are forgotten: `dns-names`.
  static constexpr std::size_t kMostNames = 262'144;

  explicit Accumulated(const FlowTimeouts& timeouts) { total_.timeouts = timeouts; }

  // Goes on from what was saved. A run that had not ended says so in the error of its input, which becomes a
  // statement of what was lost until `now`. Error of kind usage where it was made with other timeouts or
  // through another filter.
  Expected<void> take_up(Evidence saved, const std::string& filter, Timestamp now);

  // Adds what closed since the last time; `run` is the input so far.
  Expected<void> add(Evidence closed, const Input& run);

  // Makes one evidence of all that was added. Before a report.
  Expected<void> put_together();

  // The evidence, put together, with these flows, which are open: for the time of a report.
  class WithOpen {
   public:
    WithOpen(Accumulated& all, const std::vector<LooseFlow>& open, const std::string& run_error);
    WithOpen(const WithOpen&) = delete;
    WithOpen& operator=(const WithOpen&) = delete;
    ~WithOpen();
    [[nodiscard]] const Evidence& evidence() const { return all_.total_; }

   private:
    Accumulated& all_;
    LooseFlows kept_;
    std::string error_before_;
    bool input_added_{false};
  };

  // Names that are known so far: lent to `evidence` in place of its own, and taken back, by swapping.
  void swap_names(Evidence& evidence) { std::swap(total_.names, evidence.names); }

  // Up to the last time that it was put together.
  [[nodiscard]] const Evidence& so_far() const { return total_; }
  [[nodiscard]] std::size_t conversations() const {
    return total_.conversations.size() + (pending_ ? pending_->conversations.size() : 0);
  }

 private:
  void fold_loose(Timestamp now);
  void forget_names();

  Evidence total_;
  std::optional<Evidence> pending_;  // added since it was put together
  Input run_;
  std::optional<std::size_t> run_index_;  // in total_.inputs, once the run has a frame
};

}  // namespace portproof
