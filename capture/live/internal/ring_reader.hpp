// A thread that reads one ring, where there are several: copies frames out of it into parcels, which go round
// between it and whoever puts the interfaces together. Where nobody takes them the ring fills, and the kernel
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
  // `news` is an eventfd that is written to whenever there is more to take; it must outlive the reader.
  RingReader(Ring ring, std::uint32_t interface, const RingOptions& options, int news);
  RingReader(const RingReader&) = delete;
  RingReader& operator=(const RingReader&) = delete;
  ~RingReader();

  // Once, after rights were given up: they are a thread's own.
  void start();

  // For whoever takes the frames, all by one thread.
  [[nodiscard]] Lane lane();
  // The head of the lane, which has one. Its bytes are valid until `give_back`.
  [[nodiscard]] FrameView take();
  // Parcels of which all frames were taken may be filled again.
  void give_back();
  [[nodiscard]] std::optional<Error> error() const;

  [[nodiscard]] std::uint64_t kernel_dropped();
  [[nodiscard]] const Ring& ring() const { return ring_; }

 private:
  static constexpr std::uint32_t kParcels = 8;  // a power of two: the counts may run over

  struct Parcel {
    explicit Parcel(std::uint32_t snap_length) : copies(snap_length) {}
    FrameCopies copies;
    FrameBatch frames;
  };

  void work();
  [[nodiscard]] std::size_t fill(Parcel& parcel);
  void wait() const;
  void tell() const;

  Ring ring_;
  std::uint32_t interface_;
  Duration hold_;  // how old a frame may be when it comes
  int wait_ms_;
  int news_;
  std::array<std::unique_ptr<Parcel>, kParcels> parcels_;
  std::atomic<std::uint32_t> filled_{0};  // parcels, by the thread
  std::atomic<std::uint32_t> freed_{0};   // parcels, by who takes
  std::atomic<std::int64_t> silent_until_{0};
  std::atomic<bool> stop_{false};
  std::atomic<bool> failed_{false};
  Error fault_;  // why it fails
  std::optional<Duration> failing_since_;
  std::mutex ring_in_use_;   // reading, or asking what was dropped
  std::uint32_t taking_{0};  // the parcel that is taken from
  std::size_t taken_{0};     // of its frames
  std::jthread thread_;
};

}  // namespace portproof
