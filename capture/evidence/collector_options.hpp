// What those who gather the evidence of an input are told when they are made.
#pragma once

#include <algorithm>
#include <cstddef>

#include "capture/evidence/attempts.hpp"
#include "capture/evidence/name_limits.hpp"

namespace portproof {

// Of a whole input; `share` has those of one of its shards.
struct CollectorOptions {
  // Nothing comes before this input or after it, and nobody keeps its evidence: a flow whose direction is
  // firm need not stay loose at its edges.
  bool is_whole{false};
  // Conversations that were never established and are kept one by one.
  std::size_t most_attempts{kMostAttempts};
  // Flows that may wait to be joined with others of their key: 192 bytes each. Those beyond them are folded
  // with the direction that is known by then.
  std::size_t most_loose{4'000'000};
  NameLimits names;

  // What one of so many collectors may take, so that all together take no more than this.
  [[nodiscard]] CollectorOptions share(std::size_t collectors) const {
    CollectorOptions one = *this;
    one.most_attempts = std::max<std::size_t>(most_attempts / collectors, 1);
    one.most_loose = std::max<std::size_t>(most_loose / collectors, 1);
    one.names = names.share(collectors);
    return one;
  }
};

}  // namespace portproof
