// The TCP streams of two parts of one connection, put together. What one part lacks, the other may have: a
// segment that was sent again behind the cut, or came late. So a connection that was captured in two files
// misses what it would have missed in one.
//
// Exact for the first StreamHoles::kMost holes of a side in each part, as long as they lie near the end of
// what was acknowledged; what lies elsewhere counts as missed, as each part counted it.
#pragma once

#include <array>
#include <cstdint>

#include "capture/base/flow_facts.hpp"

namespace portproof {

struct JoinedStream {
  StreamSpan span;
  std::uint64_t missed_bytes{0};
};

// By index(Side). `later` is the part that began later; sequence numbers of the two lie less than 2^30 apart,
// or they are taken for two streams.
std::array<JoinedStream, 2> join_streams(const FlowFacts& earlier, const FlowFacts& later);

}  // namespace portproof
