#include "app/watch/notify.hpp"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <cstring>

namespace portproof {

ServiceNotes::ServiceNotes() {
  const char* const path = std::getenv("NOTIFY_SOCKET");
  sockaddr_un address{};
  if (path == nullptr || std::strlen(path) >= sizeof address.sun_path) return;
  address.sun_family = AF_UNIX;
  std::strcpy(address.sun_path, path);
  // "@" stands for the zero byte of an abstract name.
  if (path[0] == '@') address.sun_path[0] = '\0';
  const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + std::strlen(path));
  socket_ = ::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (socket_ >= 0 && ::connect(socket_, reinterpret_cast<const sockaddr*>(&address), size) != 0) {
    ::close(socket_);
    socket_ = -1;
  }
  const timeval patience{1, 0};
  if (socket_ >= 0) ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
  if (const char* const microseconds = std::getenv("WATCHDOG_USEC"); microseconds != nullptr) {
    constexpr std::int64_t kHalfInNanoseconds = 500;
    period_.nanoseconds = std::strtoll(microseconds, nullptr, 10) * kHalfInNanoseconds;
  }
}

ServiceNotes::~ServiceNotes() {
  if (socket_ >= 0) ::close(socket_);
}

void ServiceNotes::alive(Timestamp now) {
  if (period_.nanoseconds <= 0 || (now >= told_ && now - told_ < period_)) return;
  told_ = now;
  send("WATCHDOG=1", MSG_DONTWAIT);
}

void ServiceNotes::send(std::string_view text, int flags) const {
  if (socket_ >= 0) static_cast<void>(::send(socket_, text.data(), text.size(), MSG_NOSIGNAL | flags));
}

}  // namespace portproof
