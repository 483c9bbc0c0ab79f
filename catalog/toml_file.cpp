#include "catalog/toml_file.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <memory>
#include <system_error>

namespace portproof {
namespace {

struct CloseFile {
  void operator()(std::FILE* file) const { std::fclose(file); }
};

tl::unexpected<Error> cannot_read(int reason, std::string_view subject, const std::string& path) {
  const std::string what =
      fmt::format("cannot read {}: {}", subject, std::generic_category().message(reason));
  if (reason == EACCES || reason == EPERM) return fail(ErrorKind::no_permission, what, path);
  if (reason == EIO) return fail(ErrorKind::io, what, path);
  return fail(ErrorKind::input_missing, what, path);
}

}  // namespace

Expected<std::string> read_toml_file(const std::string& path, std::string_view subject) {
  const std::unique_ptr<std::FILE, CloseFile> file(std::fopen(path.c_str(), "rbe"));
  if (!file) return cannot_read(errno, subject, path);
  std::string text;
  std::array<char, 65536> block{};
  while (const std::size_t size = std::fread(block.data(), 1, block.size(), file.get())) {
    text.append(block.data(), size);
    if (text.size() > kLongestTomlFile) {
      return fail(
          ErrorKind::bad_data,
          fmt::format("is longer than {} MiB, the most that is read of {}", kLongestTomlFile >> 20U, subject),
          path);
    }
  }
  if (std::ferror(file.get()) != 0) return cannot_read(errno, subject, path);
  return text;
}

}  // namespace portproof
