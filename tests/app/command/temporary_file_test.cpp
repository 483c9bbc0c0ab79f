#include "app/command/temporary_file.hpp"

#include <doctest/doctest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "app/command/stop.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace portproof;
using namespace portproof::test;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> names_in(const TemporaryFolder& folder) {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder.path))
    names.push_back(entry.path().filename().string());
  return names;
}

// The signal that ended a process that did this.
int ending_signal_of(const std::function<void()>& work) {
  const pid_t child = ::fork();
  if (child == 0) {
    work();
    ::_exit(0);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

}  // namespace

TEST_CASE("a temporary file has a name of its own, next to the file that it becomes") {
  CHECK(temporary_prefix("/var/lib/watch.evidence") == "/var/lib/.watch.evidence.portproof-");
  CHECK(temporary_prefix("report.txt") == ".report.txt.portproof-");
  CHECK(name_of_temporary(".watch.evidence.portproof-a1B2c3") == "watch.evidence");
  for (const char* other :
       {"watch.evidence.before", "watch.evidence.sha256", "watch.evidence.portproof-a1B2c3",
        ".watch.evidence.portproof-a1B2c", ".portproof-a1B2c3", "..portproof-a1B2c", ""}) {
    CAPTURE(other);
    CHECK(!name_of_temporary(other));
  }
}

TEST_CASE("a temporary file becomes the real one, or vanishes") {
  const TemporaryFolder folder;
  {
    const TemporaryFile file(folder.file("report"));
    REQUIRE(file.descriptor() >= 0);
    const auto names = names_in(folder);
    REQUIRE(names.size() == 1);
    CHECK(name_of_temporary(names.front()) == "report");
  }
  CHECK(names_in(folder).empty());
  {
    TemporaryFile file(folder.file("report"));
    CHECK(file.keep() == 0);
  }
  CHECK(names_in(folder) == std::vector<std::string>{"report"});
}

TEST_CASE("a file may have the longest name that there is") {
  const TemporaryFolder folder;
  const std::string longest(255, 'x');
  TemporaryFile file(folder.file(longest));
  REQUIRE(file.descriptor() >= 0);
  CHECK(file.keep() == 0);
  CHECK(names_in(folder) == std::vector<std::string>{longest});
}

TEST_CASE("a file that cannot be created says why") {
  const TemporaryFolder folder;
  const TemporaryFile file(folder.file("none") + "/report");
  CHECK(file.descriptor() < 0);
  CHECK(file.fault() == ENOENT);
}

TEST_CASE("a signal that ends the program removes its temporary files") {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    CAPTURE(signal);
    const TemporaryFolder folder;
    const int ended_by = ending_signal_of([&] {
      remove_temporaries_on_signals();
      const TemporaryFile one(folder.file("report"));
      const TemporaryFile other(folder.file("evidence"));
      if (names_in(folder).size() != 2) return;
      std::raise(signal);
    });
    CHECK(ended_by == signal);
    CHECK(names_in(folder).empty());
  }
}

TEST_CASE("a second signal removes them too, where the first one is noted") {
  const TemporaryFolder folder;
  const int ended_by = ending_signal_of([&] {
    remove_temporaries_on_signals();
    const StopSignals noted;
    const TemporaryFile file(folder.file("report"));
    std::raise(SIGINT);
    if (StopSignals::caught() != SIGINT || names_in(folder).size() != 1) return;
    std::raise(SIGINT);
  });
  CHECK(ended_by == SIGINT);
  CHECK(names_in(folder).empty());
}

TEST_CASE("a signal that is ignored stays ignored") {
  const int ended_by = ending_signal_of([] {
    std::signal(SIGINT, SIG_IGN);
    remove_temporaries_on_signals();
    std::raise(SIGINT);
    const StopSignals noted;
    std::raise(SIGINT);
    if (StopSignals::caught() != 0) std::abort();
  });
  CHECK(ended_by == 0);
}
