#include "app/progress.hpp"

#include <fmt/format.h>

#include <cstdio>

#include "app/output.hpp"

namespace portproof {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(250);
constexpr double kMebibyte = 1024.0 * 1024.0;

}  // namespace

Progress::Progress(std::uint64_t total) : shown_on_terminal_(is_terminal(stderr)), total_(total) {}

void Progress::add(std::uint64_t bytes) {
  const std::uint64_t done = done_ += bytes;
  if (shown_on_terminal_) show(done);
}

void Progress::show(std::uint64_t done) {
  // Whoever finds the line busy leaves it: the next one shows the newer figure.
  const std::unique_lock<std::mutex> hold(line_, std::try_to_lock);
  const auto now = Clock::now();
  if (!hold.owns_lock() || now - last_shown_ < kInterval) return;
  last_shown_ = now;
  visible_ = true;
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  const double read = static_cast<double>(done);
  if (total_ > 0 && done <= total_) {
    const double remaining = elapsed * (static_cast<double>(total_) - read) / read;
    fmt::print(stderr, "\r\x1b[Kread {:.0f} of {:.0f} MiB, {:.0f} s left", read / kMebibyte,
               static_cast<double>(total_) / kMebibyte, remaining);
  } else {
    fmt::print(stderr, "\r\x1b[Kread {:.0f} MiB in {:.0f} s", read / kMebibyte, elapsed);
  }
  std::fflush(stderr);
}

void Progress::finish() {
  const std::lock_guard<std::mutex> hold(line_);
  if (!visible_) return;
  fmt::print(stderr, "\r\x1b[K");
  std::fflush(stderr);
  visible_ = false;
}

}  // namespace portproof
