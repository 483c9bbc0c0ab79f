// What a pcapng interface description says of the packets that refer to it: link type, snap length, and how
// to read their times.
#pragma once

#include <cstdint>
#include <span>

#include "capture/base/frame.hpp"
#include "capture/base/timestamp.hpp"
#include "capture/source/internal/pcapng_block.hpp"

namespace portproof {

// A section may describe a million of these, so they are kept small.
struct PcapngInterface {
  std::int64_t time_offset{0};   // if_tsoffset: seconds to be added
  std::uint32_t snap_length{0};  // 0: no limit
  LinkType link_type{0};
  // if_tsresol: the negative power of ten that is a unit of time, or of two where the highest bit is set.
  std::uint8_t time_unit{6};

  // The moment that a packet's timestamp means, rounded down to nanoseconds; the nearest that can be told
  // where it lies outside the years that a Timestamp holds (1677 to 2262).
  [[nodiscard]] Timestamp time(std::uint64_t units) const;
};
static_assert(sizeof(PcapngInterface) == 16);

// `block` is a whole interface description block (section 4.2) that holds its fixed fields.
PcapngInterface read_pcapng_interface(std::span<const std::uint8_t> block, PcapngOrder order);

}  // namespace portproof
