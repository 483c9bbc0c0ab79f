// Frames of one or several interfaces as they come. Each has a ring of its own; they are read in turn, so
// that a connection whose two directions come on two interfaces (a tap has two outputs) is one connection.
// Across interfaces frames may come out of order by as much as the kernel holds a block back (RingOptions).
//
// What `next` yields was copied out of the ring, whose blocks are the kernel's again by then.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/live/link_monitor.hpp"
#include "capture/live/ring.hpp"
#include "capture/live/watched_source.hpp"

namespace portproof {

struct LiveOptions {
  std::vector<std::string> interfaces;  // at least one
  RingOptions ring;
  int wait_ms{200};  // how long `next` waits for a frame before it says `idle`
};

class LiveSource final : public WatchedSource {
 public:
  // Errors: as Ring::open and LinkMonitor::open.
  static Expected<std::unique_ptr<LiveSource>> open(const LiveOptions& options);

  // `idle` also where a signal came. `failed` when an interface is gone.
  ReadOutcome next(FrameBatch& batch) override;
  [[nodiscard]] const SourceFacts& facts() const override { return facts_; }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }
  [[nodiscard]] Timestamp now() const override;
  const std::vector<InterfaceFigures>& figures() override;

 private:
  LiveSource(const LiveOptions& options, LinkMonitor monitor);
  void take(const Ring::Captured& frame);
  void read_rings();
  void wait();
  void note_links();

  LiveOptions options_;
  LinkMonitor monitor_;
  std::vector<Ring> rings_;
  std::vector<std::uint8_t> arena_;  // the frames of the batch, a snap length each
  std::vector<InterfaceFigures> figures_;
  SourceFacts facts_;
  std::optional<Error> error_;
  FrameBatch* batch_{nullptr};  // while it is filled
  std::size_t reading_{0};      // the ring that is read
  std::size_t turn_{0};         // the ring whose turn is next
  std::uint64_t frames_{0};
};

}  // namespace portproof
