// Live frames from one or several interfaces. A single interface is read in `next`. With several, each has a
// ring and a thread of its own, and their frames are put in order by time, so that a connection whose two
// directions arrive on two interfaces (a tap has two outputs) looks as it would on one.
//
// `next` yields copies: their blocks in the ring are back with the kernel by then.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/live/internal/frame_copies.hpp"
#include "capture/live/internal/link_monitor.hpp"
#include "capture/live/internal/ring.hpp"
#include "capture/live/internal/ring_reader.hpp"
#include "capture/live/watched_source.hpp"

namespace portproof {

struct LiveOptions {
  std::vector<std::string> interfaces;  // at least one
  RingOptions ring;
  int wait_ms{200};  // how long `next` waits for a frame before it returns `idle`
};

class LiveSource final : public WatchedSource {
 public:
  // Errors: as in Ring::open and LinkMonitor::open.
  static Expected<std::unique_ptr<LiveSource>> open(const LiveOptions& options);
  ~LiveSource() override;

  // Call it once, after privileges were dropped and before the first `next`: this starts the threads that
  // read rings.
  void start();

  // Sockets of the rings. They could also send, unless that is forbidden.
  [[nodiscard]] std::vector<int> ring_descriptors() const;

  // Also `idle` after a signal. `failed` when an interface is gone and its ring has been read to the end.
  ReadOutcome next(FrameBatch& batch) override;
  [[nodiscard]] const SourceFacts& facts() const override { return facts_; }
  [[nodiscard]] const std::optional<Error>& error() const override { return error_; }
  [[nodiscard]] Timestamp now() const override;
  [[nodiscard]] Duration elapsed() const override;
  const std::vector<InterfaceFigures>& figures() override;

 private:
  LiveSource(const LiveOptions& options, LinkMonitor monitor);
  void add(Ring ring);
  void push(FrameView view, FrameBatch& batch);
  void fill(FrameBatch& batch);
  void read_ring(FrameBatch& batch);
  void take_in_order(FrameBatch& batch);
  void wait();
  void note_links();
  void end_for(Error why);
  [[nodiscard]] bool is_over(const FrameBatch& batch) const;

  LiveOptions options_;
  LinkMonitor monitor_;
  int wake_{-1};                                      // an eventfd, if there are readers
  std::optional<Ring> ring_;                          // if there is one interface
  std::vector<std::unique_ptr<RingReader>> readers_;  // if there are several
  std::vector<Lane> lanes_;                           // one per reader
  FrameCopies copies_;                                // copies of the ring's frames
  Duration nap_{};                                    // how long a busy ring is left alone
  bool busy_{false};                                  // did a frame arrive since the last wait?
  bool drained_{false};                               // was the ring empty last time?
  std::vector<InterfaceFigures> figures_;
  SourceFacts facts_;
  std::optional<Error> ending_;  // why the capture ends once the rings are empty
  Duration ending_since_{};
  std::optional<Error> error_;
  std::uint64_t frames_{0};
};

}  // namespace portproof
