// What a flow table is told when it is made.
#pragma once

#include <cstddef>
#include <cstdint>

#include "capture/base/flow_facts.hpp"

namespace portproof {

struct FlowTableOptions {
  FlowTimeouts timeouts;
  std::size_t max_flows{4'000'000};  // at least 1 and some 16.7 million are kept, whatever is asked for
  std::uint64_t seed{0};             // of the keyed hash
  // The table has one of so many equal parts of all that is bounded: of the flows, and of what is kept
  // besides.
  std::size_t shares{1};
};

}  // namespace portproof
