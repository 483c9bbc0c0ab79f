#include "capture/live/internal/ring_reader.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "capture/live/internal/system_time.hpp"

// Two counters over eight parcels: the thread counts those that it has filled, the consumer those that it
// has freed.
//
//   filled_ = 7      parcels 0 .. 6 were filled
//   taking_ = 4      the consumer takes frames from parcel 4
//   freed_  = 3      parcels 0 .. 2 may be filled again; all frames of 3 were taken, but may be in use
//
// The thread fills while filled_ - freed_ < 8, else it sleeps on freed_; the kernel's ring then fills up,
// and what is dropped is counted by the kernel. So a slow consumer costs frames that are counted, never
// memory.
//
// The consumer merges interfaces by time, and must know when a silent one can have nothing earlier any
// more. That is silent_until_: if the ring was empty at a moment, every frame that comes later was
// captured after that moment, less the time for which the kernel may hold a block back. The consumer
// reads silent_until_ before it looks for frames. The other order would be wrong: a frame could come in
// between, and a later time would vouch for its absence.

namespace portproof {
namespace {

// Frames that arrived before the interface went away are still in the ring; they are delivered when their
// block's time is up.
constexpr Duration kLastBlock{100'000'000};

}  // namespace

RingReader::RingReader(Ring ring, std::uint32_t interface, const RingOptions& options, int wake)
    : ring_(std::move(ring)),
      interface_(interface),
      // Twice as long as the kernel should hold a block back: its timer may be late.
      hold_{std::int64_t{options.block_ms} * 2'000'000},
      wait_ms_(options.block_ms),
      wake_(wake) {
  for (auto& parcel : parcels_) parcel = std::make_unique<Parcel>(options.snap_length);
}

RingReader::~RingReader() {
  stop_ = true;
  freed_.fetch_add(kParcels);  // nobody takes frames any more; the thread must not wait for that
  freed_.notify_all();
}

void RingReader::start() {
  thread_ = std::jthread([this] { work(); });
}

void RingReader::signal() const {
  const std::uint64_t one = 1;
  // The counter would have to overflow for this to fail.
  static_cast<void>(!::write(wake_, &one, sizeof one));
}

std::size_t RingReader::fill(Parcel& parcel) {
  parcel.frames.clear();
  parcel.copies.clear();
  struct Filling {
    RingReader& reader;
    Parcel& parcel;
  } filling{*this, parcel};
  const auto keep = [](void* user, const Ring::Captured& frame) {
    auto& [reader, into] = *static_cast<Filling*>(user);
    into.frames.push(into.copies.keep(frame, reader.ring_.link_type(), reader.interface_));
  };
  const std::lock_guard hold(ring_in_use_);
  const auto read = ring_.read(std::min(FrameBatch::kCapacity, parcel.copies.room()), keep, &filling);
  if (!read && !failing_since_) {
    fault_ = read.error();
    failing_since_ = elapsed_time();
  }
  if (failing_since_ && parcel.frames.size == 0 &&
      elapsed_time().nanoseconds - failing_since_->nanoseconds > kLastBlock.nanoseconds) {
    failed_.store(true, std::memory_order_release);
  }
  return parcel.frames.size;
}

void RingReader::wait() const {
  pollfd waiting{ring_.descriptor(), POLLIN, 0};
  if (::poll(&waiting, 1, wait_ms_) > 0 && (waiting.revents & (POLLERR | POLLHUP)) != 0) ring_.clear_error();
}

void RingReader::work() {
  while (!stop_ && !failed_) {
    const std::uint32_t filled = filled_.load(std::memory_order_relaxed);
    const std::uint32_t freed = freed_.load(std::memory_order_acquire);
    if (filled - freed >= kParcels && !stop_) {
      freed_.wait(freed, std::memory_order_acquire);
      continue;
    }
    const Timestamp before = system_time();
    if (fill(*parcels_[filled % kParcels]) > 0) {
      filled_.store(filled + 1, std::memory_order_release);
    } else {
      silent_until_.store(before.nanoseconds - hold_.nanoseconds, std::memory_order_release);
      if (!failed_) wait();
    }
    signal();
  }
}

// Reads `silent_until_` before the parcels: a frame that arrives in between is either seen or later than that
// time.
Lane RingReader::lane() {
  Lane lane;
  lane.silent_until = Timestamp{silent_until_.load(std::memory_order_acquire)};
  while (taking_ != filled_.load(std::memory_order_acquire)) {
    const FrameBatch& frames = parcels_[taking_ % kParcels]->frames;
    if (taken_ < frames.size) {
      lane.head = frames.frames[taken_].time;
      return lane;
    }
    ++taking_;
    taken_ = 0;
  }
  // A failed reader delivers no more frames.
  if (failed_.load(std::memory_order_acquire)) lane.silent_until = Timestamp::latest();
  return lane;
}

FrameView RingReader::take() {
  return parcels_[taking_ % kParcels]->frames.frames[taken_++];
}

void RingReader::give_back() {
  if (freed_.load(std::memory_order_relaxed) == taking_) return;
  freed_.store(taking_, std::memory_order_release);
  freed_.notify_all();
}

std::optional<Error> RingReader::error() const {
  if (!failed_.load(std::memory_order_acquire)) return {};
  return fault_;
}

std::uint64_t RingReader::kernel_dropped() {
  const std::lock_guard hold(ring_in_use_);
  return ring_.kernel_dropped();
}

}  // namespace portproof
