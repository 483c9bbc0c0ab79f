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
  // `bytes` of `inputs` inputs are to be read, as they lie on disk; 0 bytes where that is not known.
  Progress(std::uint64_t bytes, std::uint64_t inputs);

  void add(std::uint64_t bytes);
  void finish_input();
  // An input of that size need not be read.
  void leave_out(std::uint64_t bytes);

  // Takes the line away again.
  void finish();

 private:
  using Clock = std::chrono::steady_clock;
  void show(std::uint64_t done);

  bool shown_on_terminal_;
  std::atomic<std::uint64_t> total_;
  std::uint64_t inputs_;
  std::atomic<std::uint64_t> done_{0};
  std::atomic<std::uint64_t> inputs_done_{0};
  Clock::time_point started_{Clock::now()};
  std::mutex line_;
  Clock::time_point last_shown_{Clock::now()};
  bool visible_{false};
};

}  // namespace portproof
