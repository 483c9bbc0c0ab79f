// Frames of one or several interfaces as they come. One is read where it is asked for; of several each has a
// ring and a thread of its own, and their frames are put in order by their times, so that a connection whose
// two directions come on two interfaces (a tap has two outputs) is what it would be on one.
//
// What `next` yields was copied out of the ring, whose blocks are the kernel's again by then.
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
  int wait_ms{200};  // how long `next` waits for a frame before it says `idle`
};

class LiveSource final : public WatchedSource {
 public:
  // Errors: as Ring::open and LinkMonitor::open.
  static Expected<std::unique_ptr<LiveSource>> open(const LiveOptions& options);
  ~LiveSource() override;

  // Call it once rights were given up, before the first `next`: threads that read rings begin here.
  void start();

  // Sockets of the rings: whoever holds them can send, too, if nothing forbids it.
  [[nodiscard]] std::vector<int> ring_descriptors() const;

  // `idle` also where a signal came. `failed` when an interface is gone, and what lay in the rings was read.
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
  int news_{-1};                                      // an eventfd, where there are readers
  std::optional<Ring> ring_;                          // where there is one interface
  std::vector<std::unique_ptr<RingReader>> readers_;  // where there are several
  std::vector<Lane> lanes_;                           // of the readers
  FrameCopies copies_;                                // of the frames of the ring
  Duration nap_{};                                    // how long a busy ring is left alone
  bool busy_{false};                                  // came a frame since the last wait?
  bool drained_{false};                               // had the ring no more, last time?
  std::vector<InterfaceFigures> figures_;
  SourceFacts facts_;
  std::optional<Error> ending_;  // why the capture ends, once the rings are empty
  Duration ending_since_{};
  std::optional<Error> error_;
  std::uint64_t frames_{0};
};

}  // namespace portproof
