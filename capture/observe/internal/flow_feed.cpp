#include "capture/observe/internal/flow_feed.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <exception>
#include <thread>
#include <vector>

// The ring of blocks, with four slots and two workers:
//
//   slot        0          1          2          3
//            [block 4]  [block 5]  [block 2]  [block 3]
//                        ^ being filled
//   passed_on_ = 5       worker 0 has seen 4       worker 1 has seen 2
//
// Block 5 takes the slot of block 1, so it could be filled only once both workers had seen that.
// `pass_on` waits for exactly that: every `seen` must have reached passed + 1 - kBlocks.
//
// Every worker reads every block, and acts on the packets of its own shards. Blocks are never handed from
// one worker to another, so the counters are all there is to synchronise: the filler's release store of
// passed_on_ publishes a block, a worker's release store of `seen` gives it back.
//
// Counts are 32 bits and may wrap around: they are only compared by their difference, and kBlocks is a
// power of two, so that slots keep following each other across the wrap.
//
// A worker that has thrown goes on counting blocks as seen. Otherwise the filler would never stop waiting
// for it, and could not learn of the fault.

namespace portproof {
namespace {

void show(PacketBlock& block, FlowShards& shards, FlowShards::Worker worker) {
  if (block.catch_up) [[unlikely]]
    shards.catch_up(block.catch_up->first_frame, block.catch_up->from, block.catch_up->to, worker);
  shards.observe(block.packets(), block.lookups(), worker);
}

class InPlace final : public FlowFeed {
 public:
  explicit InPlace(FlowShards& shards) : FlowFeed(block_), shards_(shards) {}

  void pass_on() override {
    show(block_, shards_, {});
    block_.clear();
  }
  [[nodiscard]] bool borrows_frames() const override { return true; }
  void finish(Timestamp now) override {
    pass_on();
    shards_.finish(now, {});
  }

 private:
  FlowShards& shards_;
  PacketBlock block_{FlowTable::kBatch, false};
};

// Blocks go round in a ring. Each worker counts the blocks that it has seen; the one that fills them counts
// those that it has passed on. Nobody waits but for a full ring, or an empty one.
class ByThreads final : public FlowFeed {
 public:
  ByThreads(FlowShards& shards, unsigned workers);
  ~ByThreads() override;

  void pass_on() override;
  [[nodiscard]] bool borrows_frames() const override { return false; }
  void finish(Timestamp now) override;

 private:
  static constexpr std::uint32_t kBlocks = 4;  // a power of two: the counts may run over
  static constexpr std::size_t kPackets = 256;

  struct Slot {
    PacketBlock block{kPackets, true};
    bool is_end{false};  // no packets, but the end
  };
  struct alignas(64) Seat {
    std::atomic<std::uint32_t> seen{0};  // blocks
    std::atomic<bool> failed{false};
    std::exception_ptr fault;  // once it has failed: why it sees no more
  };

  void serve(unsigned number);
  void show_slot(const Seat& seat, Slot& slot, FlowShards::Worker worker);
  static void wait_for(Seat& seat, std::uint32_t blocks);
  void end(bool abandoned);
  void check_faults();

  FlowShards& shards_;
  std::array<Slot, kBlocks> ring_;
  std::vector<Seat> seats_;
  alignas(64) std::atomic<std::uint32_t> passed_on_{0};
  bool abandoned_{false};  // flows are not to be closed; told with the end
  Timestamp end_{};        // of the capture, likewise
  std::vector<std::jthread> threads_;
};

ByThreads::ByThreads(FlowShards& shards, unsigned workers)
    : FlowFeed(ring_[0].block), shards_(shards), seats_(workers) {
  for (unsigned number = 0; number < workers; ++number) {
    threads_.emplace_back([this, number] { serve(number); });
  }
}

ByThreads::~ByThreads() {
  if (!threads_.empty()) end(true);
}

void ByThreads::wait_for(Seat& seat, std::uint32_t blocks) {
  std::uint32_t seen = seat.seen.load(std::memory_order_acquire);
  while (static_cast<std::int32_t>(blocks - seen) > 0) {
    seat.seen.wait(seen, std::memory_order_acquire);
    seen = seat.seen.load(std::memory_order_acquire);
  }
}

void ByThreads::check_faults() {
  for (const Seat& seat : seats_) {
    if (seat.failed.load(std::memory_order_acquire)) std::rethrow_exception(seat.fault);
  }
}

void ByThreads::pass_on() {
  const std::uint32_t passed = passed_on_.load(std::memory_order_relaxed) + 1;
  passed_on_.store(passed, std::memory_order_release);
  passed_on_.notify_all();
  // The block that is next in the ring must have been seen by all.
  for (Seat& seat : seats_) wait_for(seat, passed + 1 - kBlocks);
  check_faults();
  fill(ring_[passed % kBlocks].block);
  block().clear();
}

void ByThreads::show_slot(const Seat& seat, Slot& slot, FlowShards::Worker worker) {
  if (seat.failed.load(std::memory_order_relaxed)) return;
  if (!slot.is_end) {
    show(slot.block, shards_, worker);
  } else if (!abandoned_) {
    shards_.finish(end_, worker);
  }
}

// A worker that can go on no more counts blocks as seen, so that nobody waits for it.
void ByThreads::serve(unsigned number) {
  Seat& seat = seats_[number];
  const FlowShards::Worker worker{number, static_cast<unsigned>(seats_.size())};
  for (std::uint32_t seen = 0;; ++seen) {
    passed_on_.wait(seen, std::memory_order_acquire);
    Slot& slot = ring_[seen % kBlocks];
    const bool is_end = slot.is_end;
    try {
      show_slot(seat, slot, worker);
    } catch (...) {
      seat.fault = std::current_exception();
      seat.failed.store(true, std::memory_order_release);
    }
    seat.seen.store(seen + 1, std::memory_order_release);
    seat.seen.notify_all();
    if (is_end) return;
  }
}

void ByThreads::end(bool abandoned) {
  abandoned_ = abandoned;
  ring_[passed_on_.load(std::memory_order_relaxed) % kBlocks].is_end = true;
  passed_on_.fetch_add(1, std::memory_order_release);
  passed_on_.notify_all();
  threads_.clear();  // joins them
}

void ByThreads::finish(Timestamp now) {
  if (!block().empty()) pass_on();
  end_ = now;
  end(false);
  check_faults();
}

}  // namespace

unsigned workers_of(unsigned threads) {
  return threads <= 2 ? 1 : std::min(threads - 1, static_cast<unsigned>(kFlowShards));
}

std::unique_ptr<FlowFeed> feed_shards(FlowShards& shards, unsigned threads) {
  const unsigned workers = workers_of(threads);
  if (workers == 1) return std::make_unique<InPlace>(shards);
  return std::make_unique<ByThreads>(shards, workers);
}

}  // namespace portproof
