// A thread that reads one of several rings: it copies frames into parcels, which circulate between the thread
// and the consumer that merges the interfaces. If the consumer falls behind, the ring fills up and the kernel
// counts what it drops.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include "capture/live/internal/frame_copies.hpp"
#include "capture/live/internal/ring.hpp"
#include "capture/live/internal/time_order.hpp"

namespace portproof {

class RingReader {
 public:
  // `wake` is an eventfd, written to whenever there may be more to take; it must outlive the reader.
  RingReader(Ring ring, std::uint32_t interface, const RingOptions& options, int wake);
  RingReader(const RingReader&) = delete;
  RingReader& operator=(const RingReader&) = delete;
  ~RingReader();

  // Call it once, after privileges were dropped, because each thread has its own.
  void start();

  // For the consumer; call all of these from one thread.
  [[nodiscard]] Lane lane();
  // The head of the lane, which must have one. Its bytes are valid until `give_back`.
  [[nodiscard]] FrameView take();
  // Releases the parcels whose frames have all been taken, to be filled again.
  void give_back();
  [[nodiscard]] std::optional<Error> error() const;

  [[nodiscard]] std::uint64_t kernel_dropped();
  [[nodiscard]] const Ring& ring() const { return ring_; }

 private:
  static constexpr std::uint32_t kParcels = 8;  // a power of two, so that the counts may wrap around

  struct Parcel {
    explicit Parcel(std::uint32_t snap_length) : copies(snap_length) {}
    FrameCopies copies;
    FrameBatch frames;
  };

  void work();
  [[nodiscard]] std::size_t fill(Parcel& parcel);
  void wait() const;
  void signal() const;

  Ring ring_;
  std::uint32_t interface_;
  Duration hold_;  // how old a frame may be when it arrives
  int wait_ms_;
  int wake_;
  std::array<std::unique_ptr<Parcel>, kParcels> parcels_;
  std::atomic<std::uint32_t> filled_{0};  // parcels, counted by the thread
  std::atomic<std::uint32_t> freed_{0};   // parcels, counted by the consumer
  std::atomic<std::int64_t> silent_until_{0};
  std::atomic<bool> stop_{false};
  std::atomic<bool> failed_{false};
  Error fault_;  // why it failed
  std::optional<Duration> failing_since_;
  std::mutex ring_in_use_;   // held while reading, or while asking for the drop count
  std::uint32_t taking_{0};  // the parcel being read
  std::size_t taken_{0};     // frames taken from it
  std::jthread thread_;
};

}  // namespace portproof
