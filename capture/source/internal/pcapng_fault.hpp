// What can be wrong with a pcapng block. Code on the packet path only notes which fault it found; the
// sentence is written once, when reading has ended.
#pragma once

#include <cstdint>
#include <string>

#include "capture/source/internal/pcapng_block.hpp"

namespace portproof {

enum class PcapngFault : std::uint8_t {
  none,
  byte_order,
  version,
  length,
  too_small,
  too_large,
  trailer,
  packet_too_long,
  packet_beyond_block,
  unknown_interface,
  too_many_interfaces,
};

// Longest packet accepted, as for pcap.
inline constexpr std::uint32_t kLongestPcapngPacket = 1U << 20U;
// Largest block that is read as a whole: a packet with fifteen megabytes of comments is a sign of damage.
inline constexpr std::uint32_t kLargestPcapngBlock = 16U << 20U;
// Most interfaces in a section. Each takes up to 40 bytes until the section ends.
inline constexpr std::size_t kMostPcapngInterfaces = std::size_t{1} << 20U;

// Bytes of a block's fixed fields, including head and trailer.
constexpr std::size_t smallest_pcapng_block(PcapngType type) {
  switch (type) {
    case PcapngType::section:
      return 28;
    case PcapngType::interface:
      return 20;
    case PcapngType::packet:
    case PcapngType::enhanced_packet:
      return 32;
    case PcapngType::simple_packet:
      return 16;
    case PcapngType::statistics:
      return 24;
    default:
      return kSmallestPcapngBlock;
  }
}

// Where the fault was found.
struct PcapngLocation {
  PcapngHead head;
  std::uint64_t position{0};           // of the block in the input
  std::uint64_t frame{0};              // the number that its packet would have had
  const std::uint8_t* block{nullptr};  // as much of it as is visible, for byte_order and version
};

// One line for the error, without the input's name. `fault` must not be `none`.
std::string describe(PcapngFault fault, const PcapngLocation& location);

}  // namespace portproof
