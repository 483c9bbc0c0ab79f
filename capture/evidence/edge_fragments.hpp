// Fragments of IP packets that the edge of an input may have torn apart. Later fragments have no ports, so
// they belong to no flow unless their first one is known; and that may lie in the input before.
//
// Kept are the first fragments of the last kFragmentLifetime of an input, and later fragments of the first
// kFragmentLifetime whose first one was not seen. Bounded: those beyond kMostEdgeFragments an input are left
// out, and later fragments whose first one is left out stay without a flow.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <set>

#include "capture/base/flow_key.hpp"
#include "capture/base/timestamp.hpp"

namespace portproof {

inline constexpr std::size_t kMostEdgeFragments = 4096;

// The flow that a first fragment belongs to, and who sent it.
struct FragmentOwner {
  FlowKey flow;
  Side sender{Side::low};
  friend auto operator<=>(const FragmentOwner&, const FragmentOwner&) = default;
};

struct EdgeFragment {
  // What all fragments of one packet have in common (RFC 791, RFC 8200).
  IpAddress source;
  IpAddress destination;
  std::uint8_t protocol{0};
  std::uint32_t identification{0};

  Timestamp time;
  std::uint32_t input{0};  // index into Evidence::inputs
  std::uint64_t frame{0};
  std::uint32_t bytes{0};  // on the wire

  std::optional<FragmentOwner> owner;  // of a first fragment

  friend auto operator<=>(const EdgeFragment&, const EdgeFragment&) = default;
};

// Fragments of one packet are neighbours, in the order of their times.
using EdgeFragments = std::set<EdgeFragment>;

struct Evidence;

// Makes a part of its flow, among the loose flows, of every later fragment whose first one lies in an earlier
// input, and corrects the accounting of its own input. Sorts the loose flows where there were any.
void reunite_fragments(Evidence& evidence);

}  // namespace portproof
