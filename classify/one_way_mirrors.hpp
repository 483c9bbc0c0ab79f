// Mirrors that carry only one direction: between which networks, and which direction is missing. A span port
// that mirrors what a switch port receives but not what it sends looks like this. So does asymmetric routing.
//
// Networks are /24, or /64 for IPv6. A direction between two networks is missing if nothing at all was seen
// in it although at least kLeastConnections TCP connections in the other direction must have been answered,
// because they carry data or last long. Traffic that often has no answer proves nothing: a SYN, a scan, a
// reply to a request that was never sent.
//
// If everything that one network sends to several others, or receives from several others, is missing, that
// is one mirror, not several.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "classify/address_block.hpp"

namespace portproof {

// The missing direction. Without `from`: everything sent to `to`. Without `to`: everything that `from` sends.
// Without either: one direction of every connection.
struct OneWayMirror {
  std::optional<AddressBlock> from;
  std::optional<AddressBlock> to;
  std::uint64_t connections{0};  // how many connections show it
  friend auto operator<=>(const OneWayMirror&, const OneWayMirror&) = default;
};

inline constexpr std::uint64_t kLeastConnections = 3;

// A connection with this many packets and no answer in the capture is established: an attempt gives up much
// earlier (RFC 1122, 4.2.3.5: SYN and data are retransmitted a few times).
inline constexpr std::uint64_t kPacketsUnderWay = 16;

// Sorted by `from`, then `to`. The conversations must be settled: their flows joined and their directions
// known. Folded attempts show that the directions of their remembered examples were captured.
std::vector<OneWayMirror> one_way_mirrors(const Conversations& conversations,
                                          const FoldedAttempts& attempts = {});

// Is what `from` sends to `to` missing?
bool is_missing(const std::vector<OneWayMirror>& mirrors, const IpAddress& from, const IpAddress& to);

// Is anything that `from` sends missing?
bool is_any_missing(const std::vector<OneWayMirror>& mirrors, const IpAddress& from);

// If answers were not mirrored, their absence does not prove an attempt. Conversations that are `attempted`
// and whose answers would have gone in a missing direction become `one_way`; so do folded attempts if this
// holds for all their remembered examples.
void note_unmirrored(const std::vector<OneWayMirror>& mirrors, Conversations& conversations);
void note_unmirrored(const std::vector<OneWayMirror>& mirrors, Attempts& attempts);

// The missing direction in words: "what 10.20.2.0/24 sends to 10.20.5.0/24", "what 10.20.2.0/24 sends", "what
// is sent to 10.20.5.0/24", "one direction of every connection".
std::string to_string(const OneWayMirror& mirror);

}  // namespace portproof
