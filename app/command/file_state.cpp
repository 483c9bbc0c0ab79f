#include "app/command/file_state.hpp"

#include <sys/stat.h>

namespace portproof {

std::optional<FileState> file_state_of(const std::string& path) {
  struct stat status {};
  if (path == "-" || ::stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return FileState{status.st_dev, status.st_ino, status.st_size, status.st_ctim.tv_sec,
                   status.st_ctim.tv_nsec};
}

}  // namespace portproof
