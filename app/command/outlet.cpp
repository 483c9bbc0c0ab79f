#include "app/command/outlet.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace portproof {
namespace {

bool has_room(int descriptor) {
  pollfd waiting{descriptor, POLLOUT, 0};
  return ::poll(&waiting, 1, 0) > 0 && (waiting.revents & POLLOUT) != 0;
}

}  // namespace

Outlet Outlet::of(int descriptor) {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0) return {descriptor, false, Kind::plain};
  if (S_ISSOCK(status.st_mode)) return {descriptor, false, Kind::socket};
  if (!S_ISFIFO(status.st_mode) && !S_ISCHR(status.st_mode)) return {descriptor, false, Kind::plain};
  const std::string path = fmt::format("/proc/self/fd/{}", descriptor);
  const int own = ::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (own >= 0) return owning(own);
  // It cannot be opened again. If a pipe has room, it takes PIPE_BUF bytes at once.
  return {descriptor, false, Kind::pollable};
}

Outlet Outlet::owning(int descriptor) {
  return {descriptor, true, Kind::plain};
}

Outlet::Outlet(Outlet&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)),
      is_own_(other.is_own_),
      kind_(other.kind_),
      rest_(std::move(other.rest_)) {}

Outlet& Outlet::operator=(Outlet&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  std::swap(is_own_, other.is_own_);
  std::swap(kind_, other.kind_);
  std::swap(rest_, other.rest_);
  return *this;
}

Outlet::~Outlet() {
  if (is_own_ && descriptor_ >= 0) ::close(descriptor_);
}

// The number of bytes that were taken.
std::size_t Outlet::write(std::string_view text) const {
  std::size_t taken = 0;
  while (taken < text.size()) {
    std::string_view part = text.substr(taken);
    if (kind_ == Kind::pollable) {
      if (!has_room(descriptor_)) break;
      part = part.substr(0, PIPE_BUF);
    }
    const ssize_t written = kind_ == Kind::socket
                                ? ::send(descriptor_, part.data(), part.size(), MSG_DONTWAIT | MSG_NOSIGNAL)
                                : ::write(descriptor_, part.data(), part.size());
    if (written > 0) {
      taken += static_cast<std::size_t>(written);
    } else if (written == 0 || errno != EINTR) {
      break;
    }
  }
  return taken;
}

bool Outlet::offer(std::string_view text) {
  if (!rest_.empty()) rest_.erase(0, write(rest_));
  if (!rest_.empty()) return false;
  const std::size_t taken = write(text);
  if (taken > 0) rest_ = text.substr(taken);
  return taken > 0 || text.empty();
}

}  // namespace portproof
