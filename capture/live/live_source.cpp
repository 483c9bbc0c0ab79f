#include "capture/live/live_source.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <time.h>

#include <algorithm>
#include <cstring>

namespace portproof {
namespace {

Timestamp system_time() {
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  return Timestamp::from_parts(now.tv_sec, now.tv_nsec);
}

}  // namespace

Expected<std::unique_ptr<LiveSource>> LiveSource::open(const LiveOptions& options) {
  auto monitor = LinkMonitor::open(options.interfaces, system_time());
  if (!monitor) return tl::unexpected(std::move(monitor.error()));
  std::unique_ptr<LiveSource> source(new LiveSource(options, std::move(*monitor)));
  for (const std::string& interface : options.interfaces) {
    auto ring = Ring::open(interface, options.ring);
    if (!ring) return tl::unexpected(std::move(ring.error()));
    auto& types = source->facts_.link_types;
    if (std::find(types.begin(), types.end(), ring->link_type()) == types.end()) {
      types.push_back(ring->link_type());
    }
    source->figures_.push_back({});
    source->figures_.back().name = interface;
    source->figures_.back().ring_bytes = ring->bytes();
    source->rings_.push_back(std::move(*ring));
  }
  source->note_links();
  return source;
}

LiveSource::LiveSource(const LiveOptions& options, LinkMonitor monitor)
    : options_(options),
      monitor_(std::move(monitor)),
      arena_(FrameBatch::kCapacity * options.ring.snap_length) {
  facts_.path = fmt::format("{}", fmt::join(options.interfaces, ","));
  facts_.format = "live";
}

Timestamp LiveSource::now() const {
  return system_time();
}

void LiveSource::take(const Ring::Captured& frame) {
  FrameView view;
  std::uint8_t* const place = arena_.data() + batch_->size * options_.ring.snap_length;
  view.captured = std::min(frame.captured, options_.ring.snap_length);
  std::memcpy(place, frame.data, view.captured);
  view.data = place;
  view.wire_length = frame.wire_length;
  view.time = frame.time;
  view.number = ++frames_;
  view.link_type = rings_[reading_].link_type();
  view.interface_index = static_cast<std::uint32_t>(reading_);
  batch_->push(view);
  facts_.bytes += view.captured;
  ++figures_[reading_].received;
}

// Each ring may fill what the ones before it left, and the first place goes round: none starves.
void LiveSource::read_rings() {
  const auto hand = [](void* source, const Ring::Captured& frame) {
    static_cast<LiveSource*>(source)->take(frame);
  };
  for (std::size_t count = 0; count < rings_.size() && !batch_->full() && !error_; ++count) {
    reading_ = (turn_ + count) % rings_.size();
    const auto read = rings_[reading_].read(FrameBatch::kCapacity - batch_->size, hand, this);
    if (!read) error_ = read.error();
  }
  turn_ = (turn_ + 1) % rings_.size();
}

ReadOutcome LiveSource::next(FrameBatch& batch) {
  batch.clear();
  if (error_) return ReadOutcome::failed;
  batch_ = &batch;
  read_rings();
  if (batch.size == 0 && !error_) {
    wait();
    read_rings();
  }
  batch_ = nullptr;
  if (error_) return ReadOutcome::failed;
  return batch.size > 0 ? ReadOutcome::frames : ReadOutcome::idle;
}

void LiveSource::wait() {
  std::vector<pollfd> waiting;
  waiting.reserve(rings_.size() + 1);
  for (const Ring& ring : rings_) waiting.push_back({ring.descriptor(), POLLIN, 0});
  waiting.push_back({monitor_.descriptor(), POLLIN, 0});
  if (::poll(waiting.data(), waiting.size(), options_.wait_ms) <= 0) return;
  for (std::size_t at = 0; at < rings_.size(); ++at) {
    if ((waiting[at].revents & (POLLERR | POLLHUP)) != 0) rings_[at].clear_error();
  }
  if (waiting.back().revents != 0) {
    monitor_.take_news(now());
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
    if (!link.up) figures.without_link.nanoseconds += (now() - link.down_since).nanoseconds;
    if (link.gone && !error_) {
      error_ = Error{ErrorKind::unavailable, "the interface is gone", link.name};
    }
  }
}

const std::vector<InterfaceFigures>& LiveSource::figures() {
  monitor_.ask();
  monitor_.take_news(now());
  note_links();
  facts_.kernel_dropped = 0;
  facts_.interface_dropped = 0;
  for (std::size_t at = 0; at < rings_.size(); ++at) {
    figures_[at].kernel_dropped = rings_[at].kernel_dropped();
    facts_.kernel_dropped += figures_[at].kernel_dropped;
    facts_.interface_dropped += figures_[at].interface_dropped;
  }
  return figures_;
}

}  // namespace portproof
