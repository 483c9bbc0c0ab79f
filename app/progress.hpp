// How far the reading has come, on standard error, and only where that is a terminal.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace portproof {

// May be told of progress from several threads at once.
class Progress {
 public:
  // `total` bytes are to be read; 0 where that is not known.
  explicit Progress(std::uint64_t total);

  void add(std::uint64_t bytes);

  // Takes the line away again.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  void show(std::uint64_t done);

  bool shown_on_terminal_;
  std::uint64_t total_;
  std::atomic<std::uint64_t> done_{0};
  Clock::time_point started_{Clock::now()};
  std::mutex line_;
  Clock::time_point last_shown_{Clock::now()};
  bool visible_{false};
};

}  // namespace portproof
