// Tells a person at a terminal what is waited for, if it takes longer than a second.
#pragma once

#include <string>
#include <thread>

namespace portproof {

class WaitingNotice {
 public:
  // Begins to wait for a writer of the pipe at `path`. Does nothing if that is no pipe, or if standard error
  // is no terminal.
  explicit WaitingNotice(const std::string& path);

 private:
  std::jthread clock_;
};

}  // namespace portproof
