#include "app/sandbox/file_work.hpp"

#include <fmt/format.h>
#include <sys/prctl.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "app/command/destination.hpp"
#include "app/sandbox/internal/landlock.hpp"
#include "app/sandbox/internal/system_calls.hpp"
#include "capture/base/sha256.hpp"

// A sanitizer examines the whole process when the program ends, which these rules forbid.
#if defined(__SANITIZE_ADDRESS__)
#define PORTPROOF_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define PORTPROOF_SANITIZED 1
#endif
#endif
#ifndef PORTPROOF_SANITIZED
#define PORTPROOF_SANITIZED 0
#endif

namespace portproof {
namespace {

namespace fs = std::filesystem;

// A link in a folder may lead out of it, so its target needs a right of its own.
void add_linked_files(const std::string& folder, std::vector<std::string>& readable) {
  std::error_code fault;
  for (fs::recursive_directory_iterator entry(folder, fault), end; !fault && entry != end;
       entry.increment(fault)) {
    std::error_code ignored;
    if (entry->is_symlink(ignored) && entry->is_regular_file(ignored)) {
      readable.push_back(entry->path().string());
    }
  }
}

// A file is written under a temporary name and renamed, which takes rights on its folder. A device or a pipe
// is written to as it is, and an open descriptor needs no right.
void add_destination(const Destination& destination, std::vector<std::string>& writable) {
  if (destination.kind == Destination::Kind::special) writable.push_back(destination.path);
  if (destination.kind == Destination::Kind::file) writable.push_back(folder_of(destination.path));
}

}  // namespace

Expected<std::string> confine(const FileWork& work) {
  if constexpr (PORTPROOF_SANITIZED != 0) {
    return "files and system calls were not restricted: the program was built with sanitizers";
  }
  std::vector<std::string> readable;
  for (const std::string& input : work.reads) {
    if (input == "-") continue;
    readable.push_back(input);
    std::error_code ignored;
    if (fs::is_directory(input, ignored)) add_linked_files(input, readable);
  }
  std::vector<std::string> writable;
  for (const std::string& output : work.writes) {
    const auto destination = destination_of(output);
    if (!destination) return tl::unexpected(destination.error());
    add_destination(*destination, writable);
  }
  static_cast<void>(Sha256().hex());  // OpenSSL reads its settings now or never
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    return fail(ErrorKind::no_permission,
                fmt::format("new privileges cannot be ruled out: {}", std::strerror(errno)));
  }
  const int landlock = restrict_files(readable, writable);
  const auto seccomp = restrict_system_calls({});
  if (!seccomp) return tl::unexpected(seccomp.error());
  return restrictions_in_words(landlock, *seccomp);
}

}  // namespace portproof
