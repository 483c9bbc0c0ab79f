#include "app/command/waiting_notice.hpp"

#include <fmt/format.h>
#include <sys/stat.h>

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <mutex>

#include "app/command/output.hpp"
#include "app/command/say.hpp"
#include "report/escape.hpp"

namespace portproof {
namespace {

bool is_pipe(const std::string& path) {
  struct stat status {};
  return path != "-" && ::stat(path.c_str(), &status) == 0 && S_ISFIFO(status.st_mode);
}

void say_after_a_second(const std::stop_token& stop, const std::string& path) {
  std::mutex mutex;
  std::condition_variable_any stopped;
  std::unique_lock hold(mutex);
  stopped.wait_for(hold, stop, std::chrono::seconds(1), [] { return false; });
  if (stop.stop_requested()) return;
  say(fmt::format("portproof: waiting for something to write to the pipe {}\n", escape_terminal(path)));
}

}  // namespace

WaitingNotice::WaitingNotice(const std::string& path) {
  if (is_terminal(stderr) && is_pipe(path)) clock_ = std::jthread(say_after_a_second, path);
}

}  // namespace portproof
