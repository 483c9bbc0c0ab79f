#include "app/sandbox/lockdown.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <linux/capability.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "app/sandbox/internal/landlock.hpp"
#include "app/sandbox/internal/system_calls.hpp"

namespace portproof {
namespace {

tl::unexpected<Error> refused(std::string_view what) {
  return fail(ErrorKind::no_permission, fmt::format("{}: {}", what, std::strerror(errno)));
}

// Without CAP_SETPCAP the bounding set stays; with no_new_privs it cannot give anything back.
void clear_bounding_set() {
  for (int capability = 0; ::prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; ++capability) {
    ::prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
  }
}

Expected<void> clear_capabilities() {
  ::prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  const std::array<__user_cap_data_struct, _LINUX_CAPABILITY_U32S_3> none{};
  if (::syscall(SYS_capset, &header, none.data()) != 0) return refused("capabilities cannot be given up");
  return {};
}

}  // namespace

Expected<Account> account_of(const std::string& user) {
  const passwd* entry = ::getpwnam(user.empty() ? "portproof" : user.c_str());
  if (entry == nullptr && user.empty()) entry = ::getpwnam("nobody");
  if (entry == nullptr) {
    return fail(ErrorKind::usage, fmt::format("there is no user '{}' to run as; name another user with -Z",
                                              user.empty() ? "nobody" : user));
  }
  return Account{entry->pw_name, entry->pw_uid, entry->pw_gid};
}

Expected<Lockdown> drop_rights(const LockdownOptions& options) {
  Lockdown lockdown;
  if (::geteuid() == 0) {
    const auto account = account_of(options.user);
    if (!account) return tl::unexpected(account.error());
    if (account->user == 0) return fail(ErrorKind::usage, "-Z takes a user other than root");
    clear_bounding_set();
    const gid_t group = account->group;
    if (::setgroups(0, nullptr) != 0 || ::setresgid(group, group, group) != 0 ||
        ::setresuid(account->user, account->user, account->user) != 0) {
      return refused(fmt::format("root cannot become {}", account->name));
    }
    lockdown.user = account->name;
  } else {
    const passwd* entry = ::getpwuid(::geteuid());
    lockdown.user = entry != nullptr ? entry->pw_name : fmt::format("user {}", ::geteuid());
  }
  if (auto cleared = clear_capabilities(); !cleared) return tl::unexpected(cleared.error());
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return refused("new privileges cannot be ruled out");
  return lockdown;
}

Expected<void> restrict_process(const LockdownOptions& options, Lockdown& lockdown) {
  lockdown.landlock_abi = restrict_files(options.readable, options.writable);
  auto restricted = restrict_system_calls(options.only_receiving);
  if (!restricted) return tl::unexpected(restricted.error());
  lockdown.seccomp = *restricted;
  return {};
}

std::string Lockdown::statement() const {
  return fmt::format("the watch ran as {}, without capabilities; {}", user,
                     restrictions_in_words(landlock_abi, seccomp));
}

}  // namespace portproof
