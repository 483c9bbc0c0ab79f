#include "app/sandbox/internal/system_calls.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

namespace portproof {
namespace {

// What is allowed with any arguments: time, memory, threads, open descriptors, and files, which Landlock
// restricts. Missing is everything that would open a way out: socket, connect, bind, execve, fork, ptrace,
// setuid and the like, mount, unshare, most ioctl requests, and every call that nobody thought of.
constexpr std::array kAllowed{SCMP_SYS(accept4),
                              SCMP_SYS(accept),
                              SCMP_SYS(brk),
                              SCMP_SYS(clock_gettime),
                              SCMP_SYS(clock_nanosleep),
                              SCMP_SYS(close),
                              SCMP_SYS(dup),
                              SCMP_SYS(exit),
                              SCMP_SYS(exit_group),
                              SCMP_SYS(faccessat),
                              SCMP_SYS(faccessat2),
                              SCMP_SYS(fadvise64),
                              SCMP_SYS(fchmod),
                              SCMP_SYS(fcntl),
                              SCMP_SYS(fdatasync),
                              SCMP_SYS(fstat),
                              SCMP_SYS(fsync),
                              SCMP_SYS(ftruncate),
                              SCMP_SYS(futex),
                              SCMP_SYS(getcwd),
                              SCMP_SYS(getdents64),
                              SCMP_SYS(geteuid),
                              SCMP_SYS(getpeername),
                              SCMP_SYS(getpid),
                              SCMP_SYS(getrandom),
                              SCMP_SYS(getrusage),
                              SCMP_SYS(getsockname),
                              SCMP_SYS(getsockopt),
                              SCMP_SYS(gettid),
                              SCMP_SYS(gettimeofday),
                              SCMP_SYS(getuid),
                              SCMP_SYS(lseek),
                              SCMP_SYS(madvise),
                              SCMP_SYS(mkdir),
                              SCMP_SYS(mlock),
                              SCMP_SYS(mremap),
                              SCMP_SYS(munmap),
                              SCMP_SYS(nanosleep),
                              SCMP_SYS(newfstatat),
                              SCMP_SYS(open),
                              SCMP_SYS(openat),
                              SCMP_SYS(poll),
                              SCMP_SYS(ppoll),
                              SCMP_SYS(pread64),
                              SCMP_SYS(pselect6),
                              SCMP_SYS(read),
                              SCMP_SYS(readv),
                              SCMP_SYS(readlink),
                              SCMP_SYS(readlinkat),
                              SCMP_SYS(recvfrom),
                              SCMP_SYS(recvmsg),
                              SCMP_SYS(rename),
                              SCMP_SYS(renameat),
                              SCMP_SYS(restart_syscall),
                              SCMP_SYS(rseq),
                              SCMP_SYS(rt_sigaction),
                              SCMP_SYS(rt_sigprocmask),
                              SCMP_SYS(rt_sigreturn),
                              SCMP_SYS(sched_getaffinity),
                              SCMP_SYS(sched_yield),
                              SCMP_SYS(select),
                              SCMP_SYS(set_robust_list),
                              SCMP_SYS(setsockopt),
                              SCMP_SYS(shutdown),
                              SCMP_SYS(sigaltstack),
                              SCMP_SYS(stat),
                              SCMP_SYS(statx),
                              SCMP_SYS(sysinfo),
                              SCMP_SYS(umask),
                              SCMP_SYS(uname),
                              SCMP_SYS(unlink),
                              SCMP_SYS(unlinkat),
                              SCMP_SYS(write),
                              SCMP_SYS(writev)};

class Filter {
 public:
  explicit Filter(std::uint32_t otherwise) : context_(seccomp_init(otherwise), &seccomp_release) {}

  [[nodiscard]] bool valid() const { return context_ != nullptr; }

  void allow(int call) { note(seccomp_rule_add(context_.get(), SCMP_ACT_ALLOW, call, 0)); }
  void allow(int call, scmp_arg_cmp if_so) {
    note(seccomp_rule_add(context_.get(), SCMP_ACT_ALLOW, call, 1, if_so));
  }
  void refuse(int call, int with) { note(seccomp_rule_add(context_.get(), SCMP_ACT_ERRNO(with), call, 0)); }
  void refuse(int call, scmp_arg_cmp if_so) {
    note(seccomp_rule_add(context_.get(), SCMP_ACT_ERRNO(EPERM), call, 1, if_so));
  }

  // False if the kernel has no seccomp.
  Expected<bool> load() {
    if (fault_ != 0) {
      return fail(ErrorKind::internal,
                  fmt::format("cannot build the system call filter: {}", std::strerror(fault_)));
    }
    seccomp_attr_set(context_.get(), SCMP_FLTATR_CTL_TSYNC, 1);
    const int status = seccomp_load(context_.get());
    if (status == 0) return true;
    if (status == -EINVAL || status == -ENOSYS || status == -ECANCELED) return false;
    return fail(ErrorKind::no_permission,
                fmt::format("cannot install the system call filter: {}", std::strerror(-status)));
  }

 private:
  void note(int status) {
    // -EDOM: a call that this architecture does not have.
    if (status < 0 && status != -EDOM && fault_ == 0) fault_ = -status;
  }
  std::unique_ptr<void, decltype(&seccomp_release)> context_;
  int fault_{0};
};

constexpr std::string_view kNoFilter = "cannot build the system call filter";

// Whoever has the socket of a ring can send on it without any further right. This takes a filter of its own,
// because one rule cannot compare an argument with several numbers; of two filters in force, the stricter
// answer holds. The kernel uses only the lower half of the argument.
Expected<bool> refuse_sending(const std::vector<int>& descriptors) {
  Filter filter(SCMP_ACT_ALLOW);
  if (!filter.valid()) return fail(ErrorKind::internal, std::string(kNoFilter));
  constexpr scmp_datum_t kLowerHalf = 0xffffffff;
  for (const int descriptor : descriptors) {
    for (const int call :
         {SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(pwrite64), SCMP_SYS(pwritev), SCMP_SYS(pwritev2),
          SCMP_SYS(sendto), SCMP_SYS(sendmsg), SCMP_SYS(sendmmsg), SCMP_SYS(sendfile), SCMP_SYS(dup),
          SCMP_SYS(dup2), SCMP_SYS(dup3), SCMP_SYS(fcntl)}) {
      filter.refuse(call, SCMP_A0(SCMP_CMP_MASKED_EQ, kLowerHalf, static_cast<scmp_datum_t>(descriptor)));
    }
  }
  return filter.load();
}

Expected<bool> allow_what_is_needed() {
  Filter filter(SCMP_ACT_ERRNO(EPERM));
  if (!filter.valid()) return fail(ErrorKind::internal, std::string(kNoFilter));
  for (const int call : kAllowed) filter.allow(call);
  // Threads, but no processes. The C library tries clone3 first, whose arguments a filter cannot see, and
  // falls back to clone if the kernel says that there is no such call.
  constexpr scmp_datum_t kThread = CLONE_THREAD;
  filter.allow(SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, kThread, kThread));
  filter.refuse(SCMP_SYS(clone3), ENOSYS);
  // Memory that can be written or executed, never both, not even in turn.
  constexpr scmp_datum_t kExecutable = PROT_EXEC;
  filter.allow(SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, kExecutable, 0));
  filter.allow(SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, kExecutable, 0));
  // Sending on connected sockets, without naming a peer.
  filter.allow(SCMP_SYS(sendto), SCMP_A4(SCMP_CMP_EQ, 0));
  filter.allow(SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(::getpid())));
  constexpr scmp_datum_t kWindowSize = 0x5413;  // TIOCGWINSZ, for the status view
  constexpr scmp_datum_t kIsTerminal = 0x5401;  // TCGETS
  constexpr scmp_datum_t kInterfaceFlags =
      0x8913;  // SIOCGIFFLAGS: libpcap asks whether the interface is there
  constexpr scmp_datum_t kInterfaceIndex = 0x8933;  // SIOCGIFINDEX
  for (const scmp_datum_t request : {kWindowSize, kIsTerminal, kInterfaceFlags, kInterfaceIndex}) {
    filter.allow(SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_EQ, request));
  }
  return filter.load();
}

}  // namespace

Expected<bool> restrict_system_calls(const std::vector<int>& only_receiving) {
  if (!only_receiving.empty()) {
    auto refused = refuse_sending(only_receiving);
    if (!refused || !*refused) return refused;
  }
  return allow_what_is_needed();
}

}  // namespace portproof
