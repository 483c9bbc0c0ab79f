#include "capture/live/live_source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

#include "capture/live/internal/system_time.hpp"

// Three ideas: copy frames out of the kernel's ring at once, merge several rings by time, and end only when
// the rings are empty.
//
// A connection's two directions may arrive on two interfaces, so the rings have to be merged by time. A frame
// may be passed on once no other interface can still bring an earlier one. An interface with frames shows
// that by the time of its next frame (`head`); one without, by the time up to which it is known to have been
// silent (`silent_until`).
//
//            head      silent_until
//   eth1     12.003    -               next: earlier than 12.005, and eth3 has nothing before 12.004
//   eth2     12.005    -
//   eth3     -         12.004
//
//   eth1     12.006    -
//   eth2     12.005    -               waits: eth3 may still bring a frame of 12.0045
//   eth3     -         12.004
//
// It never waits long: each empty look at a ring moves `silent_until` on, to the time of the look less the
// time for which the kernel may hold a block of frames back (ring_reader.cpp). With several interfaces the
// kernel is told to hold blocks for 10 ms only, so that a silent interface delays the others by little more.
// next_lane (time_order.hpp) chooses; if no lane may be passed on, the batch ends and `next` waits for a
// reader to signal.
//
// A single interface needs neither threads nor merging. It is read where its frames are decoded, 32 at a
// time, so that the copies are still in the nearest cache. Copying costs less than keeping: a block of the
// ring goes back to the kernel at once, however long the frames in it are in use.
//
// When an interface goes away, its last frames are still in the ring: the kernel delivers a block when it is
// full or its time is up. So `end_for` only notes the reason, and the source goes on until the rings stayed
// empty for 250 ms, but for at most 2 s: other interfaces may never fall silent.
//
// Cost: one copy of each frame, and with n interfaces one comparison of n lanes for each frame. Memory is
// bounded: if the consumer falls behind, the rings fill up and the kernel counts what it drops.

namespace portproof {
namespace {

// How long the kernel holds a block back if there are several interfaces, in which case one may have to wait
// for another.
constexpr int kShortBlock = 10;  // milliseconds

// Frames taken from a ring at a time: few enough that the copies are still in the nearest cache when they are
// decoded, and when the next ones overwrite them.
constexpr std::size_t kAtOnce = 32;
static_assert(kAtOnce <= FrameBatch::kCapacity);

// On a busy line the kernel always has another block ready, and waking up for each one costs more than
// reading it. So a busy ring is left alone for the time in which 10 Gbit/s fill a quarter of it, but never
// longer than `kLongestNap`. Naps shorter than `kShortestNap` are skipped.
constexpr Duration kLongestNap{15'000'000};
constexpr Duration kShortestNap{500'000};

// Frames that arrived before an interface went away are still in its ring; the last ones are delivered when
// their block's time is up. The source waits this long for them, and at most kLongestEnd if other interfaces
// keep delivering frames.
constexpr Duration kLastBlock{250'000'000};
constexpr Duration kLongestEnd = seconds(2);

Duration nap_of(std::uint64_t ring_bytes) {
  constexpr std::uint64_t kFastest = 1'250'000'000;  // bytes a second
  constexpr std::uint64_t kSecond = 1'000'000'000;
  const Duration nap{static_cast<std::int64_t>(ring_bytes / 4 * kSecond / kFastest)};
  return nap < kShortestNap ? Duration{} : std::min(nap, kLongestNap);
}

}  // namespace

Expected<std::unique_ptr<LiveSource>> LiveSource::open(const LiveOptions& options) {
  auto monitor = LinkMonitor::open(options.interfaces, elapsed_time());
  if (!monitor) return tl::unexpected(std::move(monitor.error()));
  std::unique_ptr<LiveSource> source(new LiveSource(options, std::move(*monitor)));
  RingOptions& ring_options = source->options_.ring;
  if (options.interfaces.size() > 1) {
    ring_options.block_ms = std::min(ring_options.block_ms, kShortBlock);
    source->wake_ = ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (source->wake_ < 0) {
      return fail(ErrorKind::unavailable,
                  fmt::format("several interfaces cannot be read at once: {}", std::strerror(errno)));
    }
  }
  for (const std::string& interface : options.interfaces) {
    auto ring = Ring::open(interface, ring_options);
    if (!ring) return tl::unexpected(std::move(ring.error()));
    source->add(std::move(*ring));
  }
  source->note_links();
  return source;
}

LiveSource::LiveSource(const LiveOptions& options, LinkMonitor monitor)
    : options_(options), monitor_(std::move(monitor)), copies_(options.ring.snap_length) {
  facts_.path = fmt::format("{}", fmt::join(options.interfaces, ","));
  facts_.format = "live";
  facts_.kernel_filter = options.ring.kernel_filter;
}

LiveSource::~LiveSource() {
  readers_.clear();
  if (wake_ >= 0) ::close(wake_);
}

void LiveSource::add(Ring ring) {
  auto& types = facts_.link_types;
  if (std::find(types.begin(), types.end(), ring.link_type()) == types.end()) {
    types.push_back(ring.link_type());
  }
  InterfaceFigures figures;
  figures.name = ring.interface();
  figures.ring_bytes = ring.bytes();
  figures_.push_back(std::move(figures));
  if (options_.interfaces.size() == 1) {
    nap_ = nap_of(ring.bytes());
    ring_ = std::move(ring);
    return;
  }
  const auto number = static_cast<std::uint32_t>(readers_.size());
  readers_.push_back(std::make_unique<RingReader>(std::move(ring), number, options_.ring, wake_));
  lanes_.emplace_back();
}

std::vector<int> LiveSource::ring_descriptors() const {
  std::vector<int> all;
  if (ring_) all.push_back(ring_->descriptor());
  for (const auto& reader : readers_) all.push_back(reader->ring().descriptor());
  return all;
}

void LiveSource::start() {
  for (auto& reader : readers_) reader->start();
}

Timestamp LiveSource::now() const {
  return system_time();
}

Duration LiveSource::elapsed() const {
  return elapsed_time();
}

void LiveSource::push(FrameView view, FrameBatch& batch) {
  view.number = ++frames_;
  facts_.bytes += view.captured;
  ++figures_[view.interface_index].received;
  batch.push(view);
}

void LiveSource::read_ring(FrameBatch& batch) {
  copies_.clear();
  struct Filling {
    LiveSource& source;
    FrameBatch& batch;
  } filling{*this, batch};
  const auto keep = [](void* user, const Ring::Captured& frame) {
    auto& [source, into] = *static_cast<Filling*>(user);
    source.push(source.copies_.keep(frame, source.ring_->link_type(), 0), into);
  };
  const std::size_t most = std::min(kAtOnce, copies_.room());
  const auto read = ring_->read(most, keep, &filling);
  if (!read) end_for(read.error());
  drained_ = batch.size < most;
}

void LiveSource::take_in_order(FrameBatch& batch) {
  for (std::size_t at = 0; at < readers_.size(); ++at) {
    readers_[at]->give_back();
    lanes_[at] = readers_[at]->lane();
  }
  drained_ = false;
  const Timestamp now = system_time();
  while (!batch.full()) {
    const auto next = next_lane(lanes_, now);
    if (!next) {
      drained_ = true;
      break;
    }
    push(readers_[*next]->take(), batch);
    lanes_[*next] = readers_[*next]->lane();
  }
  if (batch.size > 0) return;
  for (const auto& reader : readers_) {
    if (auto why = reader->error()) end_for(std::move(*why));
  }
}

void LiveSource::fill(FrameBatch& batch) {
  if (ring_) {
    read_ring(batch);
  } else {
    take_in_order(batch);
  }
}

// If the last call emptied the rings, waits until there may be more before it reads again.
ReadOutcome LiveSource::next(FrameBatch& batch) {
  batch.clear();
  if (error_) return ReadOutcome::failed;
  if (drained_) wait();
  fill(batch);
  busy_ = busy_ || batch.size > 0;
  if (is_over(batch)) error_ = ending_;
  if (error_) return ReadOutcome::failed;
  return batch.size > 0 ? ReadOutcome::frames : ReadOutcome::idle;
}

void LiveSource::wait() {
  if (std::exchange(busy_, false) && nap_ > Duration{}) {
    const timespec nap{0, nap_.nanoseconds};
    ::clock_nanosleep(CLOCK_MONOTONIC, 0, &nap, nullptr);  // a signal ends it
  }
  std::array<pollfd, 2> waiting{
      {{ring_ ? ring_->descriptor() : wake_, POLLIN, 0}, {monitor_.descriptor(), POLLIN, 0}}};
  if (::poll(waiting.data(), waiting.size(), options_.wait_ms) <= 0) return;
  if (ring_ && (waiting[0].revents & (POLLERR | POLLHUP)) != 0) ring_->clear_error();
  if (!ring_ && waiting[0].revents != 0) {
    std::uint64_t count = 0;
    static_cast<void>(!::read(wake_, &count, sizeof count));
  }
  if (waiting[1].revents != 0) {
    monitor_.take_news(elapsed());
    note_links();
  }
}

void LiveSource::note_links() {
  for (std::size_t at = 0; at < figures_.size(); ++at) {
    const LinkMonitor::Link& link = monitor_.links()[at];
    InterfaceFigures& figures = figures_[at];
    figures.interface_dropped = link.dropped;
    figures.link_up = link.up;
    figures.gone = link.gone;
    figures.without_link = link.without_link;
    if (!link.up) figures.without_link.nanoseconds += elapsed().nanoseconds - link.down_since.nanoseconds;
    if (link.gone) end_for(Error{ErrorKind::unavailable, "the interface is gone", link.name});
  }
}

void LiveSource::end_for(Error why) {
  if (ending_) return;
  ending_ = std::move(why);
  ending_since_ = elapsed();
}

bool LiveSource::is_over(const FrameBatch& batch) const {
  if (!ending_) return false;
  const Duration passed{elapsed().nanoseconds - ending_since_.nanoseconds};
  return passed > (batch.size == 0 ? kLastBlock : kLongestEnd);
}

const std::vector<InterfaceFigures>& LiveSource::figures() {
  monitor_.ask();
  monitor_.take_news(elapsed());
  note_links();
  facts_.kernel_dropped = 0;
  facts_.interface_dropped = 0;
  for (std::size_t at = 0; at < figures_.size(); ++at) {
    figures_[at].kernel_dropped = ring_ ? ring_->kernel_dropped() : readers_[at]->kernel_dropped();
    facts_.kernel_dropped += figures_[at].kernel_dropped;
    facts_.interface_dropped += figures_[at].interface_dropped;
  }
  return figures_;
}

}  // namespace portproof
