// What a pcapng interface description says about the packets that refer to it: link type, snap length, and
// how to read their timestamps.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "capture/base/frame.hpp"
#include "capture/base/timestamp.hpp"
#include "capture/source/internal/pcapng_block.hpp"

namespace portproof {

// A section may describe a million of these, so they are small.
struct PcapngInterface {
  std::int64_t time_offset{0};   // if_tsoffset: seconds to add
  std::uint32_t snap_length{0};  // 0: no limit
  LinkType link_type{0};
  // if_tsresol: the unit of time as a negative power of ten, or of two if the highest bit is set.
  std::uint8_t time_unit{6};

  // The moment that a packet's timestamp stands for, rounded down to nanoseconds. Outside the years that a
  // Timestamp can hold (1677 to 2262), the nearest one that it can.
  [[nodiscard]] Timestamp time(std::uint64_t units) const;
};
static_assert(sizeof(PcapngInterface) == 16);

// `block` is a whole interface description block (section 4.2), at least as long as its fixed fields.
PcapngInterface read_pcapng_interface(std::span<const std::uint8_t> block, PcapngOrder order);

// The filter that the interface was captured with (if_filter, section 4.2), or words for one that is not
// text; empty if the block names none. Its bytes are as in the file, up to a bound: escape them.
std::string read_pcapng_filter(std::span<const std::uint8_t> block, PcapngOrder order);

}  // namespace portproof
