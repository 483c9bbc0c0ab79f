// The names in a pcapng file: address and name records of its name resolution blocks (section 4.5). The
// writer of the file resolved them, at some time and somehow: they are hints, not answers seen on the wire.
// Names keep their original bytes; reports escape them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "capture/source/internal/pcapng_block.hpp"
#include "capture/source/packet_source.hpp"

namespace portproof {

// Limits: a file may hold millions of names, and a hostile file may hold long ones.
inline constexpr std::size_t kMostNameRecords = 65'536;
inline constexpr std::size_t kLongestName = 255;  // RFC 1035, section 2.3.4

// Adds the names of IP addresses in `block`, a whole name resolution block, to `facts.names`. Names beyond
// the limits are counted in `facts.names_omitted`. A record that makes no sense ends the block's list.
void read_pcapng_names(std::span<const std::uint8_t> block, PcapngOrder order, SourceFacts& facts);

}  // namespace portproof
