// Shows how much has been read, on standard error, if that is a terminal.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace portproof {

// May be called from several threads at once.
class Progress {
 public:
  // There are `inputs` inputs to read, of `bytes` bytes on disk; 0 bytes if that is not known.
  Progress(std::uint64_t bytes, std::uint64_t inputs);

  void add(std::uint64_t bytes);
  void finish_input();
  // An input of that size does not need to be read.
  void leave_out(std::uint64_t bytes);

  // Removes the line.
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
