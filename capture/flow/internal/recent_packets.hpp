// The last packets of a flow table, for the clock that comes to believe a jump: the flows that had one while
// it doubted were busy then, not before. Private to the flow table.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "capture/flow/internal/flow_store.hpp"

namespace portproof {

class RecentPackets {
 public:
  // The clock can doubt 16 frames, and a frame of a tunnel has several packets.
  static constexpr std::size_t kRemembered = 64;

  void note(FlowId flow, std::uint64_t frame) { packets_[next_++ % kRemembered] = {flow, frame}; }

  // As FlowTable::catch_up has it. An entry that was given to another flow since then had a packet of that
  // flow, which is one of those meant.
  void catch_up(FlowStore& store, std::uint64_t first_frame, Timestamp from, Timestamp to) const {
    for (const Noted& packet : packets_) {
      if (packet.flow == kNoFlow || packet.frame < first_frame) continue;
      FlowEntry& entry = store[packet.flow];
      if ((entry.marks & mark_live) == 0 || entry.last != from) continue;
      entry.last = to;
      if (entry.first_frame >= first_frame) entry.first = to;
    }
  }

 private:
  struct Noted {
    FlowId flow{kNoFlow};
    std::uint64_t frame{0};
  };
  std::array<Noted, kRemembered> packets_{};
  std::size_t next_{0};
};

}  // namespace portproof
