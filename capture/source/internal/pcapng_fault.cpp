#include "capture/source/internal/pcapng_fault.hpp"

#include <fmt/format.h>

namespace portproof {
namespace {

// The rest of the sentence that begins with "damaged at byte N".
std::string damage(PcapngFault fault, const PcapngLocation& location) {
  const auto type = static_cast<std::uint32_t>(location.head.type);
  const std::uint32_t length = location.head.length;
  switch (fault) {
    case PcapngFault::none:
    case PcapngFault::version:
      break;
    case PcapngFault::byte_order:
      return fmt::format("the byte-order magic of the section header reads {:08x}",
                         load_be32(location.block + 8));
    case PcapngFault::length:
      return fmt::format("a block claims {} bytes; it must be a multiple of 4 and at least {}", length,
                         kSmallestPcapngBlock);
    case PcapngFault::too_small:
      return fmt::format("a block of type {} has {} bytes, too few for its {} bytes of fixed fields", type,
                         length, smallest_pcapng_block(location.head.type));
    case PcapngFault::too_large:
      return fmt::format("a block of type {} claims {} bytes, more than the limit of {}", type, length,
                         kLargestPcapngBlock);
    case PcapngFault::trailer:
      return fmt::format("a block begins with a length of {} bytes and ends with a different one", length);
    case PcapngFault::packet_too_long:
      return fmt::format("the packet of frame {} claims more than the limit of {} bytes", location.frame,
                         kLongestPcapngPacket);
    case PcapngFault::packet_beyond_block:
      return fmt::format("the packet of frame {} claims more bytes than its block has", location.frame);
    case PcapngFault::unknown_interface:
      return fmt::format(
          "frame {} belongs to an interface that was not described, so its link type is unknown",
          location.frame);
    case PcapngFault::too_many_interfaces:
      return fmt::format("the section describes more interfaces than the limit of {}", kMostPcapngInterfaces);
  }
  return {};
}

}  // namespace

std::string describe(PcapngFault fault, const PcapngLocation& location) {
  if (fault == PcapngFault::version) {
    return fmt::format("the section at byte {} is pcapng version {}.{}; only version 1.0 can be read",
                       location.position, location.head.order.u16(location.block + 12),
                       location.head.order.u16(location.block + 14));
  }
  return fmt::format("damaged at byte {}: {}", location.position, damage(fault, location));
}

}  // namespace portproof
