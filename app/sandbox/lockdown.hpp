// Gives up every right that the program no longer needs, permanently: root, capabilities, files outside a few
// folders (Landlock), system calls (seccomp). Call it before the first packet is parsed; threads that are
// started later have no more rights.
#pragma once

#include <string>
#include <vector>

#include "capture/base/error.hpp"

namespace portproof {

struct LockdownOptions {
  // The user to become if the program runs as root; if empty, `portproof` if there is such an account, else
  // `nobody`. A program that is not root keeps its user.
  std::string user;
  std::vector<std::string> readable;  // directories whose files may be read from now on
  std::vector<std::string> writable;  // directories in which files may be made, written, renamed and removed
  std::vector<int> only_receiving;    // descriptors on which nothing may be sent from now on
};

// What is in force, for the report.
struct Lockdown {
  std::string user;
  int landlock_abi{0};  // 0 where the kernel has no Landlock, or refuses it
  bool seccomp{false};

  // "the watch ran as nobody, without capabilities; Landlock (ABI 4) ...": one sentence that also names what
  // is missing.
  [[nodiscard]] std::string statement() const;
};

// The account that `user` stands for. Error of kind usage if there is none with that name.
struct Account {
  std::string name;
  unsigned user{0};
  unsigned group{0};
};
Expected<Account> account_of(const std::string& user);

// The first two steps: root becomes the user, and capabilities go. Errors: usage for an unknown user,
// no_permission if the system refuses.
Expected<Lockdown> drop_rights(const LockdownOptions& options);

// The rest. A kernel without Landlock or seccomp is not an error; `lockdown` says what is in force.
Expected<void> restrict_process(const LockdownOptions& options, Lockdown& lockdown);

}  // namespace portproof
