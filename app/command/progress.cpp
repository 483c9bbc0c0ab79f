#include "app/command/progress.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <string>

#include "app/command/output.hpp"
#include "app/command/say.hpp"

namespace portproof {
namespace {

constexpr auto kInterval = std::chrono::milliseconds(250);
constexpr double kMebibyte = 1024.0 * 1024.0;

}  // namespace

Progress::Progress(std::uint64_t bytes, std::uint64_t inputs)
    : shown_on_terminal_(is_terminal(stderr)), total_(bytes), inputs_(inputs) {}

void Progress::add(std::uint64_t bytes) {
  const std::uint64_t done = done_ += bytes;
  if (shown_on_terminal_) show(done);
}

void Progress::finish_input() {
  ++inputs_done_;
  add(0);
}

void Progress::leave_out(std::uint64_t bytes) {
  total_ -= std::min<std::uint64_t>(bytes, total_);
  finish_input();
}

void Progress::show(std::uint64_t done) {
  // A thread that finds the line busy leaves it: the next one shows a newer figure.
  const std::unique_lock<std::mutex> hold(line_, std::try_to_lock);
  const auto now = Clock::now();
  if (!hold.owns_lock() || now - last_shown_ < kInterval) return;
  last_shown_ = now;
  visible_ = true;
  const double elapsed = std::chrono::duration<double>(now - started_).count();
  const double read = static_cast<double>(done);
  const auto total = static_cast<double>(total_.load());
  std::string line = fmt::format("read {:.0f}", read / kMebibyte);
  if (total >= read && total > 0) line += fmt::format(" of {:.0f}", total / kMebibyte);
  line += " MiB";
  if (inputs_ > 1) line += fmt::format(", {} of {} inputs", inputs_done_.load(), inputs_);
  if (total >= read && done > 0) {
    line += fmt::format(", {:.0f} s left", elapsed * (total - read) / read);
  } else {
    line += fmt::format(" in {:.0f} s", elapsed);
  }
  say(fmt::format("\r\x1b[K{}", line));
}

void Progress::finish() {
  const std::lock_guard<std::mutex> hold(line_);
  if (!visible_) return;
  say("\r\x1b[K");
  visible_ = false;
}

}  // namespace portproof
