// Mirrors that carry one direction only: between which networks, and which direction is missing. A span port
// that mirrors what a switch port receives, and not what it sends, looks like this; so does traffic that
// comes one way and goes another.
//
// Networks are /24, and /64 of IPv6. A direction between two of them is missing where nothing at all was seen
// in it, though at least kLeastConnections TCP connections the other way show that somebody answered: they
// carry data, or go on for long. What goes unanswered by itself shows nothing: a SYN, a scan, one answer to
// a request that was never sent.
//
// Where all that one network sends, or all that is sent to it, is missing towards several networks, that is
// one mirror and not several.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "classify/address_block.hpp"

namespace portproof {

// The direction that is missing. Without `from`, whoever sends to `to`; without `to`, whomever `from` sends
// to; without both, one direction of every connection.
struct OneWayMirror {
  std::optional<AddressBlock> from;
  std::optional<AddressBlock> to;
  std::uint64_t connections{0};  // that show it
  friend auto operator<=>(const OneWayMirror&, const OneWayMirror&) = default;
};

inline constexpr std::uint64_t kLeastConnections = 3;

// A connection that sends this much without an answer in the capture is under way: whoever only tries stops
// long before (RFC 1122, 4.2.3.5: SYN and data are sent again a few times).
inline constexpr std::uint64_t kPacketsUnderWay = 16;

// Sorted by `from`, then `to`. Settled conversations are asked for: their flows are joined and have their
// direction. Of folded attempts it counts that those that are remembered were seen.
std::vector<OneWayMirror> one_way_mirrors(const Conversations& conversations,
                                          const FoldedAttempts& attempts = {});

// Is what `from` sends to `to` missing?
bool is_missing(const std::vector<OneWayMirror>& mirrors, const IpAddress& from, const IpAddress& to);

// No answer was seen where none is mirrored: that does not make an attempt. What was `attempted` in a missing
// direction becomes `one_way`; folded attempts where that is so of all that are remembered.
void note_unmirrored(const std::vector<OneWayMirror>& mirrors, Conversations& conversations);
void note_unmirrored(const std::vector<OneWayMirror>& mirrors, Attempts& attempts);

// The missing direction in words: "what 10.20.2.0/24 sends to 10.20.5.0/24", "what 10.20.2.0/24 sends", "what
// is sent to 10.20.5.0/24", "one direction of every connection".
std::string to_string(const OneWayMirror& mirror);

}  // namespace portproof
