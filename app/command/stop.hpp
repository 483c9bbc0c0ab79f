// Stopping a run early, because a signal asks for it or because the run has failed.
#pragma once

#include <atomic>
#include <optional>

#include "capture/source/packet_source.hpp"

namespace portproof {

// While it lives, SIGINT and SIGTERM are only noted, once each; a second one does what it did before. A
// signal that is ignored stays ignored.
class StopSignals {
 public:
  StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  ~StopSignals();

  // The signal that came; 0 if none has.
  static int caught();
  // Ends the program by the signal that came, as it would have ended before.
  [[noreturn]] static void obey();
};

// Tells the threads of a run whether to go on. May be used by several threads at once.
class Stop {
 public:
  void request() { requested_ = true; }
  // By request(), or by a signal that StopSignals has noted.
  [[nodiscard]] bool requested() const { return requested_ || StopSignals::caught() != 0; }

 private:
  std::atomic<bool> requested_{false};
};

// A source that ends with ReadOutcome::stopped once a stop is requested. Both arguments must outlive it.
class StoppableSource final : public PacketSource {
 public:
  StoppableSource(PacketSource& source, const Stop& stop) : source_(source), stop_(stop) {}

  ReadOutcome next(FrameBatch& batch) override;
  [[nodiscard]] const SourceFacts& facts() const override { return source_.facts(); }
  [[nodiscard]] const std::optional<Error>& error() const override { return source_.error(); }

 private:
  PacketSource& source_;
  const Stop& stop_;
};

}  // namespace portproof
