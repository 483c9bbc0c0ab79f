// Packets at the edges of an input, of which a copy may lie in another. A mirror that delivers packets twice
// does so within 10 ms (flow/duplicates.hpp), and a capture may have been split between the two.
//
// Kept are the packets of the first 10 ms of an input, when they came first, and those of its last 10 ms,
// when they came last; each packet once, however often it was captured. Bounded: kMostEdgePackets at each
// edge, those nearest to it. The others are counted with those that are forgotten too early
// (Limit::duplicates). An input without usable times has none.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "capture/base/timestamp.hpp"

namespace portproof {

inline constexpr std::size_t kMostEdgePackets = std::size_t{1} << 16U;

enum class Edge : std::uint8_t { first, last };

struct EdgePacket {
  std::uint64_t mark{0};  // 48 bits (Duplicates::Tag)
  Timestamp time;
  std::uint32_t input{0};  // index into Evidence::inputs
  Edge edge{Edge::first};

  friend auto operator<=>(const EdgePacket&, const EdgePacket&) = default;
};

// Sorted: those of one mark are neighbours, in the order of their times.
using EdgePackets = std::vector<EdgePacket>;

// Those of one edge of an input, given in any order: sorted, each mark once, and at most kMostEdgePackets.
// Adds the number of those that were left out to `left_out`.
EdgePackets packets_at(Edge edge, EdgePackets packets, std::uint64_t& left_out);

void merge_into(EdgePackets& packets, EdgePackets&& others);

struct Evidence;

// Counts every packet at the beginning of an input that is a copy of one at the end of an input before it
// among that input's duplicates, and forgets the packets.
void count_copies(Evidence& evidence);

}  // namespace portproof
