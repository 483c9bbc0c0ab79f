// The names that a pcapng file brings along: address and name records of its name resolution blocks
// (section 4.5). Whoever wrote the file resolved them, at some time and somehow: they are hints, not answers
// that were seen on the wire. Names are kept as the bytes that they are; reports escape them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "capture/source/internal/pcapng_block.hpp"
#include "capture/source/packet_source.hpp"

namespace portproof {

// Limits: a file may hold millions of names, and a hostile one may hold long ones.
inline constexpr std::size_t kMostNameRecords = 65'536;
inline constexpr std::size_t kLongestName = 255;  // RFC 1035, section 2.3.4

// Adds what `block`, a whole name resolution block, has on IP addresses to `facts.names`. What the limits
// leave out is counted in `facts.names_omitted`. Records that make no sense end the block's list.
void read_pcapng_names(std::span<const std::uint8_t> block, PcapngOrder order, SourceFacts& facts);

}  // namespace portproof
