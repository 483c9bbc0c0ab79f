#include "app/command/stop.hpp"

#include <csignal>
#include <cstdlib>

namespace portproof {
namespace {

volatile std::sig_atomic_t caught_signal = 0;

extern "C" void note_signal(int signal) {
  caught_signal = signal;
}

}  // namespace

StopSignals::StopSignals() {
  caught_signal = 0;
  struct sigaction action {};
  action.sa_handler = &note_signal;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
}

StopSignals::~StopSignals() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

int StopSignals::caught() {
  return caught_signal;
}

void StopSignals::obey() {
  const int signal = caught_signal;
  std::signal(signal, SIG_DFL);
  std::raise(signal);
  std::_Exit(128 + signal);
}

ReadOutcome StoppableSource::next(FrameBatch& batch) {
  if (!stop_.requested()) return source_.next(batch);
  batch.clear();
  return ReadOutcome::stopped;
}

}  // namespace portproof
