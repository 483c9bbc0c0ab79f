#include "capture/flow/duplicates.hpp"

#include <algorithm>
#include <cstring>

namespace portproof {
namespace {

// Multiplies to 128 bits and folds: every bit of both words reaches every bit of the answer.
std::uint64_t mix(std::uint64_t left, std::uint64_t right) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{left ^ 0x9e3779b97f4a7c15U} * (right ^ 0xd1b54a32d192ed03U);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

std::uint64_t word(const std::uint8_t* bytes, std::size_t count) {
  std::uint64_t value = 0;
  if (count > 0) std::memcpy(&value, bytes, count);
  return value;
}

std::uint64_t of_address(const IpAddress& address) {
  return mix(word(address.bytes.data(), 8), word(address.bytes.data() + 8, 8));
}

}  // namespace

std::uint64_t Duplicates::mark_of(const Packet& packet) {
  constexpr std::size_t kPayload = 16;
  const std::size_t size = std::min(packet.payload.size(), kPayload);
  const std::size_t half = std::min<std::size_t>(size, 8);
  const std::uint64_t ports = std::uint64_t{packet.source_port} |
                              (std::uint64_t{packet.destination_port} << 16U) |
                              (std::uint64_t{packet.ip_identification} << 32U);
  const std::uint64_t sequence =
      std::uint64_t{packet.tcp_sequence} | (std::uint64_t{packet.payload_length} << 32U);
  const std::uint64_t rest = std::uint64_t{packet.tcp_acknowledgement} |
                             (std::uint64_t{packet.tcp_flags} << 32U) |
                             (std::uint64_t{packet.protocol} << 40U);
  const std::uint64_t ends = mix(of_address(packet.source), of_address(packet.destination) + ports);
  const std::uint64_t payload =
      mix(word(packet.payload.data(), half), word(packet.payload.data() + half, size - half));
  return mix(mix(ends, sequence), mix(rest, payload));
}

}  // namespace portproof
