// The loop of a watch: frames in, cuts out. Reporting runs beside it, so that capturing never waits for it: a
// look that finds reporting busy is left out, and an interval's cut waits until it is free.
#pragma once

#include <atomic>
#include <csignal>
#include <functional>

#include "app/watch/cut.hpp"
#include "app/watch/reporter.hpp"

namespace portproof {

// What somebody wants of a watch. Set by signal handlers, by tests, by the loop itself.
struct Wishes {
  std::atomic<bool> stop{false};
  std::atomic<bool> report{false};
  std::atomic<bool> reload{false};
};

// As long as it lives, SIGTERM and SIGINT wish a stop, SIGUSR1 a report, SIGHUP a reload.
class WatchSignals {
 public:
  explicit WatchSignals(Wishes& wishes);
  WatchSignals(const WatchSignals&) = delete;
  WatchSignals& operator=(const WatchSignals&) = delete;
  ~WatchSignals();
};

struct EngineOptions {
  ObserveOptions observe;
  // Ends at whole multiples of it on the source's clock, so that restarts keep the rhythm. If that clock is
  // set back, an interval may last up to twice as long; if it is set forward beyond the end, it ends at once.
  Duration interval{seconds(3600)};
  Duration look{seconds(5)};
  // Reports where it captures, one after the other: what a source whose clock runs fast needs, which would
  // be hours ahead otherwise.
  bool in_step{false};
  // Called now and then by the loop, with the source's time; may be empty.
  std::function<void(Timestamp)> heartbeat;
  // Called once by the loop when it ends, before the last report is made; may be empty.
  std::function<void()> ending;
};

// Runs until the source ends or fails, or a stop is wished. The reporter has been started. The result is that
// of the last report; an error is the source's (after the last report), or of the last report.
Expected<AuditResult> run_watch(WatchedSource& source, const EngineOptions& options, Reporter& reporter,
                                Wishes& wishes);

}  // namespace portproof
