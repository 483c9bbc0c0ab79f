#include "app/command/say.hpp"

#include <unistd.h>

#include <cerrno>
#include <mutex>
#include <optional>

#include "app/command/outlet.hpp"

namespace portproof {
namespace {

struct Saying {
  std::mutex mutex;
  std::optional<Outlet> outlet;  // if nothing may wait
};

Saying& saying() {
  static Saying one;
  return one;
}

void write_all(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(STDERR_FILENO, text.data(), text.size());
    if (written > 0) {
      text.remove_prefix(static_cast<std::size_t>(written));
    } else if (written == 0 || errno != EINTR) {
      return;
    }
  }
}

}  // namespace

void say(std::string_view text) noexcept {
  try {
    Saying& to = saying();
    const std::lock_guard hold(to.mutex);
    if (to.outlet) {
      static_cast<void>(to.outlet->offer(text));
    } else {
      write_all(text);
    }
  } catch (...) {  // no memory, no message
    return;
  }
}

void say_without_waiting() {
  Saying& to = saying();
  const std::lock_guard hold(to.mutex);
  if (!to.outlet) to.outlet = Outlet::of(STDERR_FILENO);
}

}  // namespace portproof
