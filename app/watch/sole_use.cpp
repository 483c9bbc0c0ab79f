#include "app/watch/sole_use.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace portproof {
namespace {

// The descriptor of the locked file. `shown` is what messages call the file or folder that it protects.
Expected<int> lock(const std::string& path, const std::string& shown) {
  // A watch of another user may have left it, so it is created only if it is missing, and opened for reading.
  constexpr mode_t kMode = 0644;
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW;
  int descriptor = ::open(path.c_str(), kFlags);
  if (descriptor < 0 && errno == ENOENT) descriptor = ::open(path.c_str(), kFlags | O_CREAT, kMode);
  if (descriptor < 0) {
    return fail(ErrorKind::cannot_create, fmt::format("cannot be locked: {}", std::strerror(errno)), path);
  }
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  const int fault = errno;
  ::close(descriptor);
  if (fault == EWOULDBLOCK) {
    return fail(ErrorKind::cannot_create,
                "another watch uses it; stop that one, or name another with -o and "
                "--evidence",
                shown);
  }
  return fail(ErrorKind::cannot_create, fmt::format("cannot be locked: {}", std::strerror(fault)), path);
}

}  // namespace

Expected<SoleUse> SoleUse::take(const std::string& folder, const std::string& evidence) {
  namespace fs = std::filesystem;
  SoleUse sole;
  auto locked = lock(folder + "/.portproof.lock", folder);
  if (!locked) return tl::unexpected(std::move(locked.error()));
  sole.folder_ = *locked;
  const fs::path file(evidence);
  const fs::path beside = file.parent_path() / ("." + file.filename().string() + ".lock");
  locked = lock(beside.string(), evidence);
  if (!locked) return tl::unexpected(std::move(locked.error()));
  sole.evidence_ = *locked;
  return sole;
}

SoleUse::~SoleUse() {
  for (const int descriptor : {folder_, evidence_}) {
    if (descriptor >= 0) ::close(descriptor);
  }
}

}  // namespace portproof
