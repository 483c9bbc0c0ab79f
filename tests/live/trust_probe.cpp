// What a program can still do once it is locked down as a watch is: tried from within, one thing after
// another. Built without sanitizers, which do not work under a system call filter.
//
//   trust_probe READABLE WRITABLE    as root: what a watch can still do; exit 0 if all is as it should be
//   trust_probe READABLE WRITABLE audit    as any user: what an audit of READABLE/file can still do
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/if_ether.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>
#include <thread>

#include "app/sandbox/file_work.hpp"
#include "app/sandbox/lockdown.hpp"

namespace {

int faults = 0;

void expect(const char* what, bool holds) {
  const int fault = errno;
  std::printf("%s %s%s%s\n", holds ? "ok:   " : "FAULT:", what, holds ? "" : ": ",
              holds ? "" : std::strerror(fault));
  faults += holds ? 0 : 1;
}

// The call failed, and did so because it is not permitted, not because of its arguments.
bool denied(long status) {
  return status < 0 && (errno == EPERM || errno == EACCES);
}

void try_sockets(int connected) {
  expect("no raw socket", denied(::socket(AF_INET, SOCK_RAW, IPPROTO_TCP)));
  expect("no packet socket", denied(::socket(AF_PACKET, SOCK_RAW, htons(ETH_P_ALL))));
  expect("no TCP socket", denied(::socket(AF_INET, SOCK_STREAM, 0)));
  expect("no Unix socket", denied(::socket(AF_UNIX, SOCK_STREAM, 0)));
  sockaddr_in peer{};
  peer.sin_family = AF_INET;
  peer.sin_port = htons(9);
  peer.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const auto* address = reinterpret_cast<const sockaddr*>(&peer);
  expect("no connection from a socket that was open", denied(::connect(connected, address, sizeof peer)));
  expect("no address bound", denied(::bind(connected, address, sizeof peer)));
  expect("nothing sent to an address", denied(::sendto(connected, "x", 1, 0, address, sizeof peer)));
}

void try_files(const std::string& readable, const std::string& writable) {
  expect("no /etc/passwd", denied(::open("/etc/passwd", O_RDONLY)));
  expect("no /proc/self/mem", denied(::open("/proc/self/mem", O_RDWR)));
  expect("no list of /", denied(::open("/", O_RDONLY | O_DIRECTORY)));
  const int reading = ::open((readable + "/file").c_str(), O_RDONLY);
  expect("the inventory's folder can be read", reading >= 0);
  expect("but not be written to", denied(::open((readable + "/new").c_str(), O_WRONLY | O_CREAT, 0600)));
  const std::string made = writable + "/made";
  const int descriptor = ::open(made.c_str(), O_WRONLY | O_CREAT, 0600);
  expect("the reports' folder can be written to", descriptor >= 0);
  expect("and what is in it renamed", ::rename(made.c_str(), (writable + "/renamed").c_str()) == 0);
  expect("and removed", ::unlink((writable + "/renamed").c_str()) == 0);
}

void try_powers() {
  expect("not root again", denied(::setuid(0)));
  expect("no group", denied(::setgid(0)));
  const char* const words[] = {"/bin/true", nullptr};
  expect("no other program", denied(::execv("/bin/true", const_cast<char* const*>(words))));
  const pid_t child = ::fork();
  if (child == 0) ::_exit(0);
  expect("no other process", denied(child));
  expect("no process traced", denied(::ptrace(PTRACE_ATTACH, ::getppid(), nullptr, nullptr)));
  expect("no signal to others", denied(::kill(::getppid(), SIGUSR1)));
  expect("no new root folder", denied(::chroot("/")));
  bool in_thread = false;
  std::thread([&in_thread] { in_thread = denied(::socket(AF_INET, SOCK_STREAM, 0)); }).join();
  expect("a thread started later can do no more", in_thread);
}

// One end may only receive, the other is unrestricted.
void try_sending(const std::array<int, 2>& ends) {
  const auto [receiving, other] = ends;
  expect("something is received", ::write(other, "x", 1) == 1);
  char taken = 0;
  expect("and read", ::recv(receiving, &taken, 1, 0) == 1 && taken == 'x');
  expect("but nothing written", denied(::write(receiving, "x", 1)));
  expect("nor sent", denied(::send(receiving, "x", 1, 0)));
  iovec part{&taken, 1};
  expect("nor in parts", denied(::writev(receiving, &part, 1)));
  // The kernel looks only at the lower half of the number.
  const long disguised = receiving | (1L << 32);
  expect("nor by the same number in disguise", denied(::syscall(SYS_write, disguised, "x", 1)));
  expect("no other number for it", denied(::dup(receiving)) && denied(::fcntl(receiving, F_DUPFD, 100)) &&
                                       denied(::syscall(SYS_fcntl, disguised, F_DUPFD_CLOEXEC, 100)));
}

int probe_audit(const std::string& readable, const std::string& writable) {
  const int before = ::socket(AF_INET, SOCK_DGRAM, 0);
  const auto confined = portproof::confine({{readable + "/file"}, {writable + "/report"}});
  expect("the process is confined", confined.has_value());
  if (!confined) return 1;
  std::printf("%s\n", confined->c_str());
  expect("by Landlock and seccomp",
         confined->find("Landlock (ABI") == 0 && confined->find("seccomp refused it") != std::string::npos);
  try_sockets(before);
  expect("no /etc/passwd", denied(::open("/etc/passwd", O_RDONLY)));
  expect("the capture can be read", ::open((readable + "/file").c_str(), O_RDONLY) >= 0);
  expect("but not be written to", denied(::open((readable + "/file").c_str(), O_WRONLY)));
  expect("nor can anything next to it be read", denied(::open((readable + "/other").c_str(), O_RDONLY)));
  expect("the report can be created", ::open((writable + "/report").c_str(), O_WRONLY | O_CREAT, 0600) >= 0);
  try_powers();
  return faults == 0 ? 0 : 1;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace portproof;
  if (argc == 4) return probe_audit(argv[1], argv[2]);
  if (argc != 3 || ::geteuid() != 0) return 77;
  std::array<int, 2> ends{};
  expect("two sockets", ::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
  const LockdownOptions options{"", {argv[1]}, {argv[2]}, {ends[0]}};
  const int before = ::socket(AF_INET, SOCK_DGRAM, 0);
  auto lockdown = drop_rights(options);
  expect("rights are dropped", lockdown.has_value());
  if (!lockdown) return 1;
  const auto restricted = restrict_process(options, *lockdown);
  expect("the process is restricted", restricted.has_value());
  std::printf("%s\n", lockdown->statement().c_str());
  expect("Landlock and seccomp are in force", lockdown->landlock_abi > 0 && lockdown->seccomp);
  try_sockets(before);
  try_sending(ends);
  try_files(argv[1], argv[2]);
  try_powers();
  return faults == 0 ? 0 : 1;
}
