// What live flows were carried in, each stack of layers kept once however many flows it carries. Bounded by
// its ids: a stack that finds no room is refused, and the flow has none.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "capture/base/tunnel.hpp"

namespace portproof {

class TunnelPool {
 public:
  using Id = std::uint16_t;
  static constexpr Id kNone = 0;  // of a flow that was carried in nothing
  static constexpr std::size_t kMost = 0xffff;

  explicit TunnelPool(std::size_t most = kMost) : most_(most) {}

  // Takes a share in the stack, which is not empty; every share is given back with `release`. Nothing where
  // the pool is full.
  std::optional<Id> intern(const TunnelStack& stack);
  void release(Id id);

  // The empty stack for kNone. Valid until the stack's last share is released.
  [[nodiscard]] const TunnelStack& stack(Id id) const;

 private:
  struct Shares {
    Id id{kNone};
    std::uint32_t count{0};
  };
  // Ordered, not hashed, as names are: ids come from the network.
  using Stacks = std::map<TunnelStack, Shares>;

  std::size_t most_;
  Stacks stacks_;
  std::vector<Stacks::iterator> by_id_;  // from id 1 on
  std::vector<Id> free_;
};

}  // namespace portproof
