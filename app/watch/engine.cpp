#include "app/watch/engine.hpp"

#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

#include "app/command/faults.hpp"

namespace portproof {
namespace {

std::atomic<Wishes*> heard{nullptr};

extern "C" void note_wish(int signal) {
  Wishes* const wishes = heard;
  if (wishes == nullptr) return;
  if (signal == SIGUSR1) {
    wishes->report = true;
  } else if (signal == SIGHUP) {
    wishes->reload = true;
  } else {
    wishes->stop = true;
  }
}

// Reporting, in a thread of its own or in step with capturing. Takes one cut at a time.
class Desk {
 public:
  Desk(Reporter& reporter, Wishes& wishes, bool in_step) : reporter_(reporter), wishes_(wishes) {
    if (in_step) return;
    // Signals wake the loop, so other threads must not take them.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    thread_ = std::jthread([this] { work(); });
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }
  Desk(const Desk&) = delete;
  Desk& operator=(const Desk&) = delete;
  ~Desk() { close(); }

  [[nodiscard]] bool is_free() {
    const std::lock_guard hold(mutex_);
    return !busy_ && !fault_;
  }
  void hand(Cut cut) {
    if (!thread_.joinable()) {
      handle(std::move(cut));
      return;
    }
    std::unique_lock hold(mutex_);
    changed_.wait(hold, [this] { return !busy_; });
    waiting_ = std::move(cut);
    busy_ = true;
    changed_.notify_all();
  }
  [[nodiscard]] std::optional<Error> fault() {
    const std::lock_guard hold(mutex_);
    return fault_;
  }
  // Waits until the last cut has been handled.
  void close() {
    if (!thread_.joinable()) return;
    {
      std::unique_lock hold(mutex_);
      changed_.wait(hold, [this] { return !busy_; });
      closed_ = true;
      changed_.notify_all();
    }
    thread_.join();
  }

 private:
  // No exception leaves the thread.
  Expected<void> report(Cut cut) {
    try {
      if (wishes_.reload.exchange(false)) reporter_.reload(cut.at);
      return reporter_.take(std::move(cut));
    } catch (...) {
      return tl::unexpected(error_of_exception());
    }
  }
  void handle(Cut cut) {
    if (auto taken = report(std::move(cut)); !taken) {
      const std::lock_guard hold(mutex_);
      fault_ = std::move(taken.error());
    }
  }
  void work() {
    for (;;) {
      Cut cut;
      {
        std::unique_lock hold(mutex_);
        changed_.wait(hold, [this] { return waiting_ || closed_; });
        if (!waiting_) return;
        cut = std::move(*waiting_);
        waiting_.reset();
      }
      handle(std::move(cut));
      const std::lock_guard hold(mutex_);
      busy_ = false;
      changed_.notify_all();
    }
  }

  Reporter& reporter_;
  Wishes& wishes_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<Cut> waiting_;
  std::optional<Error> fault_;
  bool busy_{false};
  bool closed_{false};
  std::jthread thread_;
};

// The end of the interval that contains `now`.
Timestamp end_of_interval(Timestamp now, Duration interval) {
  return Timestamp{(now.nanoseconds / interval.nanoseconds + 1) * interval.nanoseconds};
}

class Loop {
 public:
  Loop(WatchedSource& source, const EngineOptions& options, Reporter& reporter, Wishes& wishes)
      : source_(source),
        options_(options),
        reporter_(reporter),
        wishes_(wishes),
        observation_(options.observe),
        desk_(reporter, wishes, options.in_step) {}

  Expected<AuditResult> run();

 private:
  bool read();
  void drain();
  void pass_time(Timestamp now);
  void cut_if_due(Timestamp now);
  Cut cut(Cut::Why why, Timestamp now);

  WatchedSource& source_;
  const EngineOptions& options_;
  Reporter& reporter_;
  Wishes& wishes_;
  RunningObservation observation_;
  Desk desk_;
  FrameBatch batch_;
  ReadOutcome outcome_{ReadOutcome::frames};
  std::optional<Error> fault_;
  Duration time_passed_{};
  Duration next_look_{};
  Timestamp interval_end_{};
  Timestamp shown_since_{Timestamp::earliest()};
};

// Open flows are copied: all of them for a report; for a look, those with a packet since the last one.
Cut Loop::cut(Cut::Why why, Timestamp now) {
  using Clock = std::chrono::steady_clock;
  const auto began = Clock::now();
  Cut cut;
  cut.why = why;
  cut.at = now;
  cut.elapsed = source_.elapsed();
  cut.interfaces = source_.figures();
  cut.harvest = observation_.harvest(source_, why == Cut::Why::look ? shown_since_ : Timestamp::earliest());
  cut.flows = observation_.flows();
  cut.new_since = shown_since_;
  shown_since_ = observation_.now().value_or(Timestamp::earliest());
  // If the table is so large that looking takes long, it is looked at less often: capturing stands still
  // meanwhile.
  constexpr std::int64_t kShare = 50;
  const auto took = std::chrono::duration_cast<std::chrono::nanoseconds>(Clock::now() - began).count();
  const Duration pause{options_.in_step ? options_.look.nanoseconds
                                        : std::max(options_.look.nanoseconds, took * kShare)};
  next_look_ = Duration{cut.elapsed.nanoseconds + pause.nanoseconds};
  return cut;
}

void Loop::cut_if_due(Timestamp now) {
  // A clock that was set back may be further from the end than an interval is long. Then the interval that it
  // shows now ends instead, but not for less than a second, or a report that was just made would be made
  // again.
  constexpr Duration kAdjusted = seconds(1);
  const Duration left = interval_end_ - now;
  if (interval_end_ == Timestamp{} ||
      left.nanoseconds > options_.interval.nanoseconds + kAdjusted.nanoseconds) {
    interval_end_ = end_of_interval(now, options_.interval);
  }
  const bool interval = now >= interval_end_;
  const bool wished = wishes_.report || wishes_.reload;
  if ((!interval && !wished && source_.elapsed() < next_look_) || !desk_.is_free()) return;
  Cut::Why why = Cut::Why::look;
  if (wishes_.report.exchange(false)) why = Cut::Why::on_demand;
  if (interval) {
    why = Cut::Why::interval;
    interval_end_ = end_of_interval(now, options_.interval);
  }
  desk_.hand(cut(why, now));
}

// False if there is nothing more to come.
bool Loop::read() {
  outcome_ = source_.next(batch_);
  if (auto taken = observation_.take(batch_.view()); !taken) {
    fault_ = std::move(taken.error());
    outcome_ = ReadOutcome::failed;
  }
  return outcome_ == ReadOutcome::frames || outcome_ == ReadOutcome::idle;
}

// What arrived before the stop was requested is part of the watch, even if it is still in a ring.
void Loop::drain() {
  constexpr Duration kHeldBack{300'000'000};  // how old a frame may be when it arrives
  constexpr Duration kPatience = seconds(3);
  const Timestamp wished = source_.now();
  const Duration since = source_.elapsed();
  for (;;) {
    const Duration passed{source_.elapsed().nanoseconds - since.nanoseconds};
    if (passed >= kPatience) break;
    if (!read()) return;
    if (outcome_ == ReadOutcome::idle && passed > kHeldBack) break;
    if (batch_.size == 0) continue;
    // A frame that is far ahead has its time from before the clock was set back.
    const Duration later = batch_.view().back().time - wished;
    if (later > Duration{} && later <= kPatience) break;
  }
  outcome_ = ReadOutcome::stopped;
}

// Time passes on a quiet line too: flows end although no packet moves the capture's clock. This stays a
// moment behind the source's clock, and happens only if nothing is waiting to be read.
void Loop::pass_time(Timestamp now) {
  constexpr Duration kEvery{200'000'000};
  constexpr Duration kBehind = seconds(-2);
  const Duration elapsed = source_.elapsed();
  if (batch_.full() || elapsed.nanoseconds - time_passed_.nanoseconds < kEvery.nanoseconds) return;
  time_passed_ = elapsed;
  observation_.pass_time(now + kBehind);
}

Expected<AuditResult> Loop::run() {
  desk_.hand(cut(Cut::Why::begin, source_.now()));
  while (!wishes_.stop && read()) {
    const Timestamp now = source_.now();
    pass_time(now);
    if (options_.heartbeat) options_.heartbeat(now);
    cut_if_due(now);
    if (auto bad = desk_.fault()) {
      fault_ = std::move(bad);
      break;
    }
  }
  if (options_.ending) options_.ending();
  if (wishes_.stop && !fault_ && !source_.error()) drain();
  Cut last;
  last.why = Cut::Why::last;
  last.at = source_.now();
  last.elapsed = source_.elapsed();
  last.interfaces = source_.figures();
  last.harvest = observation_.finish(source_, outcome_);
  // The watch ends when an interface is gone. The input itself is complete up to that moment.
  desk_.hand(std::move(last));
  desk_.close();
  if (!fault_ && source_.error()) fault_ = source_.error();
  if (!fault_) fault_ = desk_.fault();
  if (fault_) return tl::unexpected(std::move(*fault_));
  return reporter_.result();
}

}  // namespace

WatchSignals::WatchSignals(Wishes& wishes) {
  heard = &wishes;
  struct sigaction action {};
  action.sa_handler = &note_wish;
  sigemptyset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP}) sigaction(signal, &action, nullptr);
}

WatchSignals::~WatchSignals() {
  for (const int signal : {SIGINT, SIGTERM, SIGUSR1, SIGHUP}) std::signal(signal, SIG_DFL);
  heard = nullptr;
}

Expected<AuditResult> run_watch(WatchedSource& source, const EngineOptions& options, Reporter& reporter,
                                Wishes& wishes) {
  return Loop(source, options, reporter, wishes).run();
}

}  // namespace portproof
