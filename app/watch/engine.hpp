// The loop of a watch: frames in, cuts out. Reporting runs in another thread, so that capturing never waits
// for it: a look is left out if reporting is busy, and the cut of an interval waits until it is free.
#pragma once

#include <atomic>
#include <csignal>
#include <functional>

#include "app/watch/cut.hpp"
#include "app/watch/reporter.hpp"

namespace portproof {

// Requests to a watch, from signal handlers, tests or the loop itself.
struct Wishes {
  std::atomic<bool> stop{false};
  std::atomic<bool> report{false};
  std::atomic<bool> reload{false};
};

// While it lives, SIGTERM and SIGINT request a stop, SIGUSR1 a report and SIGHUP a reload.
class WatchSignals {
 public:
  explicit WatchSignals(Wishes& wishes);
  WatchSignals(const WatchSignals&) = delete;
  WatchSignals& operator=(const WatchSignals&) = delete;
  ~WatchSignals();
};

struct EngineOptions {
  ObserveOptions observe;
  // Intervals end at whole multiples of this on the source's clock, so that restarts keep the rhythm. If that
  // clock is set back, an interval may last up to twice as long; if it is set forward past the end, the
  // interval ends at once.
  Duration interval{seconds(3600)};
  Duration look{seconds(5)};
  // Reports in the capturing thread: a source whose clock runs fast would otherwise be hours ahead of its
  // reports.
  bool in_step{false};
  // Called regularly by the loop, with the source's time; may be empty.
  std::function<void(Timestamp)> heartbeat;
  // Called once by the loop when it ends, before the last report is made; may be empty.
  std::function<void()> ending;
};

// Runs until the source ends or fails, or a stop is requested. The reporter must have been started. Returns
// the result of the last report. Errors: the source's, after the last report; or that of the last report.
Expected<AuditResult> run_watch(WatchedSource& source, const EngineOptions& options, Reporter& reporter,
                                Wishes& wishes);

}  // namespace portproof
