// Brings blocks of packets to the shards of the flow table: in the thread that decodes them, or by threads of
// their own, each of which serves some of the shards and is shown every block in file order.
#pragma once

#include <memory>

#include "capture/flow/flow_shards.hpp"
#include "capture/observe/internal/packet_block.hpp"

namespace portproof {

class FlowFeed {
 public:
  FlowFeed(const FlowFeed&) = delete;
  FlowFeed& operator=(const FlowFeed&) = delete;
  virtual ~FlowFeed() = default;

  // The block that is being filled. Another one after each `pass_on`. Asked for with every packet, so it is
  // no virtual function.
  [[nodiscard]] PacketBlock& block() { return *block_; }

  // Passes the block on; waits where those before it have not been seen yet. Throws what a thread that serves
  // shards has thrown (std::bad_alloc).
  virtual void pass_on() = 0;

  // Must all packets be passed on before their frames are given back?
  [[nodiscard]] virtual bool borrows_frames() const = 0;

  // Closes all flows, once all blocks have been seen. Nothing comes after it.
  virtual void finish(Timestamp now) = 0;

 protected:
  explicit FlowFeed(PacketBlock& first) : block_(&first) {}
  void fill(PacketBlock& block) { block_ = &block; }

 private:
  PacketBlock* block_;
};

// How many workers serve the shards where there are so many threads in all, that of the caller included, at
// least 1. Two are one too few: passing packets on costs more than a single helper saves
// (docs/develop/performance.md).
unsigned workers_of(unsigned threads);

// The shards must outlive it.
std::unique_ptr<FlowFeed> feed_shards(FlowShards& shards, unsigned threads);

}  // namespace portproof
