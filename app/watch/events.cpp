#include "app/watch/events.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace portproof {

Expected<Events> Events::open(const EventOptions& options) {
  Events events(options);
  if (options.path == "-") {
    events.descriptor_ = STDOUT_FILENO;
  } else if (!options.path.empty()) {
    constexpr mode_t kMode = 0640;
    events.descriptor_ = ::open(options.path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, kMode);
    if (events.descriptor_ < 0) {
      return fail(ErrorKind::cannot_create,
                  fmt::format("cannot be opened for events: {}", std::strerror(errno)), options.path);
    }
  }
  if (options.syslog) {
    if (::access("/dev/log", W_OK) != 0) {
      return fail(ErrorKind::unavailable, "no syslog listens here; leave out --syslog, or start one",
                  "/dev/log");
    }
    ::tzset();  // its file cannot be read later
    ::openlog("portproof", LOG_NDELAY | LOG_PID, LOG_DAEMON);
  }
  return events;
}

Events::Events(Events&& other) noexcept
    : options_(std::move(other.options_)),
      descriptor_(std::exchange(other.descriptor_, -1)),
      tokens_(other.tokens_) {}

Events::~Events() {
  if (descriptor_ > STDERR_FILENO) ::close(descriptor_);
}

void Events::refill(Timestamp now) {
  constexpr double kNanosecond = 1e-9;
  if (refilled_.nanoseconds != 0 && now > refilled_) {
    const double passed = static_cast<double>((now - refilled_).nanoseconds) * kNanosecond;
    tokens_ = std::min(options_.burst, tokens_ + passed * options_.per_second);
  }
  if (refilled_.nanoseconds == 0 || now > refilled_) refilled_ = now;
}

void Events::tell(std::string_view event, Timestamp time, std::string_view members) {
  refill(time);
  settle(time, false);
  if (tokens_ < 1) {
    hold_back();
    return;
  }
  tokens_ -= 1;
  write(event, time, members);
}

void Events::settle(Timestamp now, bool at_end) {
  refill(now);
  if (held_back_ == 0 || (tokens_ < 2 && !at_end)) return;
  tokens_ -= 1;
  write("held-back", now, fmt::format(",\"count\":{}", std::exchange(held_back_, 0)));
}

void Events::write(std::string_view event, Timestamp time, std::string_view members) {
  ++told_;
  const std::string line =
      fmt::format("{{\"event\":\"{}\",\"time\":\"{}\"{}}}\n", event, to_string(time), members);
  if (options_.syslog) ::syslog(LOG_WARNING, "%.*s", static_cast<int>(line.size() - 1), line.c_str());
  if (descriptor_ < 0) return;
  ssize_t written = 0;
  do {
    written = ::write(descriptor_, line.data(), line.size());
  } while (written < 0 && errno == EINTR);
  if (written != static_cast<ssize_t>(line.size())) ++failed_;
}

}  // namespace portproof
