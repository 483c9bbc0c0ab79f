// The ends that were seen to accept TCP connections: their SYN-ACK acknowledged a SYN. A connection that was
// under way when the capture began most likely went to such an end.
#pragma once

#include <optional>
#include <vector>

#include "capture/base/flow_key.hpp"
#include "capture/evidence/conversations.hpp"
#include "capture/evidence/loose_flow.hpp"

namespace portproof {

class Listeners {
 public:
  Listeners() = default;
  // Those of conversations that evidence has before it is settled: of TCP, only flows whose opening was seen
  // are folded by then.
  explicit Listeners(const Conversations& conversations);

  // The responder of a loose flow whose opening was seen and answered.
  void add(const LooseFlow& flow);

  // To be called after everything was added.
  void sort();

  // The side of a TCP flow that listens, if exactly one does.
  [[nodiscard]] std::optional<Side> side_of(const FlowKey& key) const;

 private:
  [[nodiscard]] bool contains(const Endpoint& end) const;

  std::vector<Endpoint> ends_;
};

}  // namespace portproof
