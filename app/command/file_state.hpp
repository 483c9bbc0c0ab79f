// The state of a regular file at a moment, to find out whether it changed while it was read.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>

namespace portproof {

struct FileState {
  dev_t device{0};
  ino_t file{0};
  std::int64_t size{0};
  // When its content, owner, permissions or names last changed. Unlike the time of the last write, it cannot
  // be set.
  std::int64_t seconds{0};
  std::int64_t nanoseconds{0};
  friend bool operator==(const FileState&, const FileState&) = default;
};

// Nothing for "-", a pipe, a device, or a path that leads nowhere.
std::optional<FileState> file_state_of(const std::string& path);

}  // namespace portproof
