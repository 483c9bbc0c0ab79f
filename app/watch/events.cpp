#include "app/watch/events.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <utility>

namespace portproof {
namespace {

constexpr const char* kSyslog = "/dev/log";

// The socket of syslog or journald; -1 if none listens. Not by syslog(3), which waits while the other side
// does not read.
int open_syslog() {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, kSyslog);
  const int descriptor = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0) return -1;
  if (::connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
    return descriptor;
  }
  ::close(descriptor);
  return -1;
}

// The format that syslog(3) uses: "<28>Nov 21 17:00:00 portproof[12]: ", in local time.
std::string syslog_message(std::string_view text) {
  const time_t now = ::time(nullptr);
  tm local{};
  ::localtime_r(&now, &local);
  std::array<char, 32> time{};
  const std::size_t size = ::strftime(time.data(), time.size(), "%b %e %H:%M:%S", &local);
  return fmt::format("<{}>{} portproof[{}]: {}", LOG_DAEMON | LOG_WARNING,
                     std::string_view(time.data(), size), ::getpid(), text);
}

// An earlier run may have been cut off by a full disk.
bool ends_within_line(const std::string& path) {
  std::ifstream file(path, std::ios::binary | std::ios::ate);
  if (!file || file.tellg() <= 0) return false;
  file.seekg(-1, std::ios::end);
  return file.get() != '\n';
}

}  // namespace

Expected<Events> Events::open(const EventOptions& options) {
  Events events(options);
  if (options.path == "-") {
    events.outlet_ = Outlet::of(STDOUT_FILENO);
  } else if (!options.path.empty()) {
    constexpr mode_t kMode = 0640;
    constexpr int kFlags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NONBLOCK;
    const int descriptor = ::open(options.path.c_str(), kFlags, kMode);
    if (descriptor < 0) {
      return fail(ErrorKind::cannot_create,
                  errno == ENXIO ? std::string{"nothing reads this pipe; start its reader first"}
                                 : fmt::format("cannot be opened for events: {}", std::strerror(errno)),
                  options.path);
    }
    events.outlet_ = Outlet::owning(descriptor);
    std::error_code ignored;
    events.torn_ = std::filesystem::is_regular_file(options.path, ignored) && ends_within_line(options.path);
  }
  if (options.syslog) {
    events.syslog_ = open_syslog();
    if (events.syslog_ < 0) {
      return fail(ErrorKind::unavailable, "no syslog service listens here; leave out --syslog, or start one",
                  kSyslog);
    }
    ::tzset();  // its file cannot be read later
  }
  return events;
}

Events::Events(const EventOptions& options) : options_(options) {
  constexpr double kLeastBurst = 2;
  options_.burst = std::max(options_.burst, kLeastBurst);
  tokens_ = options_.burst;
}

Events::Events(Events&& other) noexcept
    : options_(std::move(other.options_)),
      outlet_(std::move(other.outlet_)),
      syslog_(std::exchange(other.syslog_, -1)),
      torn_(other.torn_),
      tokens_(other.tokens_) {}

Events::~Events() {
  if (syslog_ >= 0) ::close(syslog_);
}

void Events::refill(Timestamp now) {
  constexpr double kNanosecond = 1e-9;
  if (refilled_.nanoseconds != 0 && now > refilled_) {
    const double passed = static_cast<double>((now - refilled_).nanoseconds) * kNanosecond;
    tokens_ = std::min(options_.burst, tokens_ + passed * options_.per_second);
  }
  refilled_ = now;  // also if the system's clock was set back
}

void Events::send(std::string_view event, Timestamp time, std::string_view members) {
  refill(time);
  settle(time, false);
  if (tokens_ < 1) {
    hold_back();
    return;
  }
  tokens_ -= 1;
  if (!write(event, time, members)) hold_back();
}

void Events::settle(Timestamp now, bool at_end) {
  refill(now);
  if (held_back_ == 0 || (tokens_ < 2 && !at_end)) return;
  tokens_ -= 1;
  if (write("held-back", now, fmt::format(",\"count\":{}", held_back_))) held_back_ = 0;
}

// True if the file or syslog has taken it, or neither is in use.
bool Events::write(std::string_view event, Timestamp time, std::string_view members) {
  const std::string line =
      fmt::format("{{\"event\":\"{}\",\"time\":\"{}\"{}}}\n", event, to_string(time), members);
  bool heard = syslog_ < 0 && !outlet_;
  if (syslog_ >= 0) {
    const std::string message = syslog_message(std::string_view(line).substr(0, line.size() - 1));
    heard = ::send(syslog_, message.data(), message.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0;
  }
  if (outlet_ && outlet_->offer(torn_ ? "\n" + line : line)) {
    torn_ = false;
    heard = true;
  }
  if (heard) ++sent_;
  return heard;
}

}  // namespace portproof
