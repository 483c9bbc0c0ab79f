#include "app/command/temporary_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <limits.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <initializer_list>

// A signal handler may call unlink, but can neither lock nor walk a container that another thread changes. So
// the names of temporary files stand in places that never move, each with a state that only atomic operations
// change:
//
//   free --claim--> claimed --name written--> in_use --> free
//
// The handler looks at the places in use. A name is noted before its file is created and forgotten after the
// file was renamed, so that at no moment a file exists whose name is not noted. That the handler may remove a
// name that is not there yet, or no longer, does no harm: the six letters make sure that it is nobody else's
// file.

namespace portproof {
namespace {

constexpr std::string_view kMark = ".portproof-";
constexpr std::size_t kLetters = 6;

enum class State : std::uint8_t { free, claimed, in_use };
static_assert(std::atomic<State>::is_always_lock_free);

struct NotedName {
  std::atomic<State> state{State::free};
  std::array<char, PATH_MAX> name{};
};

// More files than the program ever writes at a time.
std::array<NotedName, 16> noted_names;

// Nothing where all places are taken: such a file outlasts a signal, which is no fault of what is written to
// it.
std::optional<std::size_t> note(const std::string& name) {
  if (name.size() >= PATH_MAX) return {};
  for (std::size_t index = 0; index < noted_names.size(); ++index) {
    NotedName& noted = noted_names[index];
    State expected = State::free;
    if (!noted.state.compare_exchange_strong(expected, State::claimed)) continue;
    std::copy_n(name.c_str(), name.size() + 1, noted.name.begin());
    noted.state = State::in_use;
    return index;
  }
  return {};
}

void forget(std::optional<std::size_t> noted) {
  if (noted) noted_names[*noted].state = State::free;
}

extern "C" void remove_temporaries_and_end(int signal) {
  for (const NotedName& noted : noted_names) {
    if (noted.state == State::in_use) ::unlink(noted.name.data());
  }
  // Comes into force when the handler returns: until then the signal is held back.
  std::signal(signal, SIG_DFL);
  std::raise(signal);
}

std::string random_letters() {
  constexpr std::string_view kAlphabet = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
  std::array<std::uint8_t, kLetters> bytes{};
  static_cast<void>(!::getrandom(bytes.data(), bytes.size(), 0));
  std::string letters;
  for (const std::uint8_t byte : bytes) letters += kAlphabet[byte % kAlphabet.size()];
  return letters;
}

}  // namespace

TemporaryFile::TemporaryFile(const std::string& path) : path_(path) {
  create();
}

// A name that is taken, however unlikely, is another run's.
void TemporaryFile::create() {
  constexpr int kAttempts = 100;
  const std::string prefix = temporary_prefix(path_);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    name_ = prefix + random_letters();
    noted_ = note(name_);
    descriptor_ = ::open(name_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor_ >= 0) return;
    fault_ = errno;
    forget(noted_);
    if (fault_ != EEXIST) return;
  }
}

TemporaryFile::~TemporaryFile() {
  if (descriptor_ < 0) return;
  ::close(descriptor_);
  if (!kept_) ::unlink(name_.c_str());
  forget(noted_);
}

int TemporaryFile::keep() {
  const mode_t mask = ::umask(0);
  ::umask(mask);
  if (::fchmod(descriptor_, 0666 & ~mask) != 0 || ::fsync(descriptor_) != 0 ||
      ::rename(name_.c_str(), path_.c_str()) != 0) {
    return errno;
  }
  kept_ = true;
  return 0;
}

void remove_temporaries_on_signals() {
  struct sigaction action {};
  action.sa_handler = &remove_temporaries_and_end;
  sigfillset(&action.sa_mask);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    struct sigaction before {};
    sigaction(signal, nullptr, &before);
    if (before.sa_handler != SIG_IGN) sigaction(signal, &action, nullptr);
  }
}

std::string temporary_prefix(const std::string& path) {
  const std::size_t begin = path.rfind('/') + 1;  // 0 where there is no folder
  constexpr std::size_t kRoom = NAME_MAX - 1 - kMark.size() - kLetters;
  return fmt::format("{}.{}{}", path.substr(0, begin), path.substr(begin, kRoom), kMark);
}

std::optional<std::string> name_of_temporary(std::string_view file) {
  const std::size_t ending = kMark.size() + kLetters;
  if (file.size() < ending + 2 || file.front() != '.') return {};
  if (file.substr(file.size() - ending, kMark.size()) != kMark) return {};
  return std::string(file.substr(1, file.size() - ending - 1));
}

}  // namespace portproof
