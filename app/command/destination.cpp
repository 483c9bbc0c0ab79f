#include "app/command/destination.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <optional>

namespace portproof {
namespace {

namespace fs = std::filesystem;

bool lies_in(const fs::path& folder, const fs::path& path) {
  const fs::path way = path.lexically_relative(folder);
  return !way.empty() && *way.begin() != "..";
}

// The number of the descriptor of this process that is called `name` in `folder` (proc(5)), if it is one.
std::optional<int> own_descriptor(const fs::path& folder, const std::string& name) {
  std::error_code fault;
  if (folder != fs::canonical("/proc/self/fd", fault) || fault) return {};
  int number = -1;
  const char* const end = name.data() + name.size();
  const auto parsed = std::from_chars(name.data(), end, number);
  if (parsed.ec != std::errc{} || parsed.ptr != end || number < 0) return {};
  return number;
}

bool is_special(const fs::path& path) {
  std::error_code ignored;
  const fs::file_status status = fs::status(path, ignored);
  return fs::exists(status) && !fs::is_regular_file(status) && !fs::is_directory(status);
}

}  // namespace

Expected<Destination> destination_of(const std::string& output) {
  using Kind = Destination::Kind;
  if (output.empty() || output == "-") return Destination{Kind::descriptor, {}, STDOUT_FILENO};
  constexpr int kMostLinks = 40;  // as many as the kernel follows
  fs::path path(output);
  for (int link = 0; link <= kMostLinks; ++link) {
    std::error_code fault;
    const fs::path folder = fs::canonical(folder_of(path.string()), fault);
    if (fault) return Destination{Kind::file, path.string(), -1};  // writing there reports it
    const fs::path name = path.filename();
    path = folder / name;
    if (const auto number = own_descriptor(folder, name.string())) {
      return Destination{Kind::descriptor, {}, *number};
    }
    // What looks like a link in /proc is none: its text is not a path.
    if (lies_in("/proc", folder)) return Destination{Kind::special, path.string(), -1};
    if (!fs::is_symlink(fs::symlink_status(path, fault))) {
      return Destination{is_special(path) ? Kind::special : Kind::file, path.string(), -1};
    }
    const fs::path target = fs::read_symlink(path, fault);
    if (fault)
      return fail(ErrorKind::cannot_create, fmt::format("cannot be followed: {}", fault.message()), output);
    path = folder / target;  // the target alone if it is absolute
  }
  return fail(ErrorKind::cannot_create, "is a link to itself", output);
}

std::string folder_of(const std::string& path) {
  const std::string folder = fs::path(path).parent_path().string();
  return folder.empty() ? "." : folder;
}

}  // namespace portproof
