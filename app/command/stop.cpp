#include "app/command/stop.hpp"

#include <array>
#include <csignal>
#include <cstddef>
#include <cstdlib>

namespace portproof {
namespace {

volatile std::sig_atomic_t caught_signal = 0;

constexpr std::array kNoted{SIGINT, SIGTERM};
std::array<struct sigaction, kNoted.size()> actions_before;

// Lets the signal do what it did before it was noted.
void restore(int signal) {
  for (std::size_t index = 0; index < kNoted.size(); ++index) {
    if (kNoted[index] == signal) sigaction(signal, &actions_before[index], nullptr);
  }
}

extern "C" void note_signal(int signal) {
  caught_signal = signal;
  restore(signal);
}

}  // namespace

StopSignals::StopSignals() {
  caught_signal = 0;
  struct sigaction action {};
  action.sa_handler = &note_signal;
  sigemptyset(&action.sa_mask);
  for (std::size_t index = 0; index < kNoted.size(); ++index) {
    sigaction(kNoted[index], nullptr, &actions_before[index]);
    if (actions_before[index].sa_handler != SIG_IGN) sigaction(kNoted[index], &action, nullptr);
  }
}

StopSignals::~StopSignals() {
  for (const int signal : kNoted) restore(signal);
}

int StopSignals::caught() {
  return caught_signal;
}

void StopSignals::obey() {
  const int signal = caught_signal;
  restore(signal);
  std::raise(signal);
  std::_Exit(128 + signal);
}

ReadOutcome StoppableSource::next(FrameBatch& batch) {
  if (!stop_.requested()) return source_.next(batch);
  batch.clear();
  return ReadOutcome::stopped;
}

}  // namespace portproof
