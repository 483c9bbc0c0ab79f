// The state of a watch, for metrics and the status screen. It contains no addresses.
#pragma once

#include <array>
#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "capture/live/watched_source.hpp"
#include "classify/verdict.hpp"

namespace portproof {

struct WatchFigures {
  Timestamp started;
  Timestamp at;           // of the last cut
  Timestamp last_packet;  // 0 if none has come yet
  std::uint64_t packets{0};
  std::uint64_t bytes{0};
  std::uint64_t missed_bytes{0};
  std::uint64_t undecoded{0};
  std::uint64_t flows{0};
  std::uint64_t conversations{0};
  std::uint64_t flagged{0};                                      // at the last report
  std::array<std::uint64_t, kVerdictNames.size()> by_verdict{};  // likewise
  std::string result;                                            // likewise; empty before the first
  std::uint64_t reports{0};
  std::uint64_t reports_failed{0};
  std::uint64_t events{0};
  std::uint64_t events_held_back{0};
  std::vector<InterfaceFigures> interfaces;
};

// Shared by the thread that reports and the threads that show.
class SharedFigures {
 public:
  void set(const WatchFigures& figures) {
    const std::lock_guard hold(mutex_);
    figures_ = figures;
  }
  [[nodiscard]] WatchFigures get() const {
    const std::lock_guard hold(mutex_);
    return figures_;
  }

 private:
  mutable std::mutex mutex_;
  WatchFigures figures_;
};

}  // namespace portproof
