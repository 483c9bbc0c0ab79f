#include "app/sandbox/internal/landlock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/landlock.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>

namespace portproof {
namespace {

// Rights of later versions of the interface, which Debian 12's headers lack (linux/landlock.h, v6.2 to
// v6.10).
constexpr std::uint64_t kTruncate = 1ULL << 14U;     // version 3
constexpr std::uint64_t kIoctlDevice = 1ULL << 15U;  // version 5
constexpr std::uint64_t kBindTcp = 1ULL << 0U;       // version 4
constexpr std::uint64_t kConnectTcp = 1ULL << 1U;    // version 4
// Version 6: abstract Unix sockets and signals to others.
constexpr std::uint64_t kScopes = 3;

// As in the sixth version of the interface; older ones take a shorter prefix.
struct RulesetAttributes {
  std::uint64_t files;
  std::uint64_t network;
  std::uint64_t scopes;
};

std::uint64_t all_file_rights(int abi) {
  std::uint64_t rights = (LANDLOCK_ACCESS_FS_MAKE_SYM << 1U) - 1;  // version 1 has all up to this one
  if (abi >= 2) rights |= LANDLOCK_ACCESS_FS_REFER;
  if (abi >= 3) rights |= kTruncate;
  if (abi >= 5) rights |= kIoctlDevice;
  return rights;
}

// The rights that apply to files; the others apply to folders.
constexpr std::uint64_t kOfFiles =
    LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_READ_FILE | kTruncate;

void allow(int ruleset, const std::string& path, std::uint64_t rights) {
  const int parent = ::open(path.c_str(), O_PATH | O_CLOEXEC);
  if (parent < 0) return;
  struct stat status {};
  const bool is_directory = ::fstat(parent, &status) == 0 && S_ISDIR(status.st_mode);
  landlock_path_beneath_attr rule{};
  rule.allowed_access = is_directory ? rights : rights & kOfFiles;
  rule.parent_fd = parent;
  ::syscall(SYS_landlock_add_rule, ruleset, LANDLOCK_RULE_PATH_BENEATH, &rule, 0U);
  ::close(parent);
}

}  // namespace

int restrict_files(const std::vector<std::string>& readable, const std::vector<std::string>& writable) {
  const auto abi = static_cast<int>(
      ::syscall(SYS_landlock_create_ruleset, nullptr, std::size_t{0}, LANDLOCK_CREATE_RULESET_VERSION));
  if (abi < 1) return 0;
  RulesetAttributes attributes{all_file_rights(abi), 0, 0};
  std::size_t size = sizeof attributes.files;
  if (abi >= 4) {
    attributes.network = kBindTcp | kConnectTcp;
    size += sizeof attributes.network;
  }
  if (abi >= 6) {
    attributes.scopes = kScopes;
    size += sizeof attributes.scopes;
  }
  const auto ruleset = static_cast<int>(::syscall(SYS_landlock_create_ruleset, &attributes, size, 0U));
  if (ruleset < 0) return 0;
  constexpr std::uint64_t kRead = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
  constexpr std::uint64_t kWrite =
      kRead | LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG;
  for (const std::string& path : readable) allow(ruleset, path, kRead);
  for (const std::string& path : writable) allow(ruleset, path, kWrite | (abi >= 3 ? kTruncate : 0));
  const bool restricted = ::syscall(SYS_landlock_restrict_self, ruleset, 0U) == 0;
  ::close(ruleset);
  return restricted ? abi : 0;
}

std::string restrictions_in_words(int landlock_abi, bool seccomp) {
  std::string text = landlock_abi > 0
                         ? fmt::format("Landlock (ABI {}) closed all other files to it", landlock_abi)
                         : "files were not closed to it: this kernel has no Landlock";
  text += seccomp ? "; seccomp refused it new sockets, programs and users"
                  : "; system calls were not restricted: this kernel has no seccomp";
  return text;
}

}  // namespace portproof
