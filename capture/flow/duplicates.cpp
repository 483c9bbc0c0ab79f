#include "capture/flow/duplicates.hpp"

#include <cstring>

namespace portproof {
namespace {

// Multiplies to 128 bits and folds: every bit of both words reaches every bit of the answer.
std::uint64_t mix(std::uint64_t left, std::uint64_t right) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{left ^ 0x9e3779b97f4a7c15U} * (right ^ 0xd1b54a32d192ed03U);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

template <typename Word>
std::uint64_t load(const std::uint8_t* bytes) {
  Word value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// The first 16 bytes of the payload, or all where it is shorter. Loads of fixed size that overlap: a copy of
// a length that is not known beforehand is a call.
std::uint64_t of_payload(std::span<const std::uint8_t> payload) {
  const std::uint8_t* const data = payload.data();
  const std::size_t size = payload.size();
  if (size >= 16) return mix(load<std::uint64_t>(data), load<std::uint64_t>(data + 8));
  if (size >= 8) return mix(load<std::uint64_t>(data), load<std::uint64_t>(data + size - 8));
  if (size >= 4) return mix(load<std::uint32_t>(data), load<std::uint32_t>(data + size - 4));
  if (size == 0) return 0;
  return mix(data[0], (std::uint64_t{data[size / 2]} << 8U) | data[size - 1]);
}

}  // namespace

Duplicates::Mark Duplicates::mark_of_any(const Packet& packet, std::uint64_t flow) {
  const std::uint64_t sequence =
      std::uint64_t{packet.tcp_sequence} | (std::uint64_t{packet.payload_length} << 32U);
  const std::uint64_t rest = std::uint64_t{packet.tcp_acknowledgement} |
                             (std::uint64_t{packet.tcp_flags} << 32U) |
                             (std::uint64_t{packet.ip_identification} << 40U);
  const Mark mark = mix(mix(sequence, rest) ^ flow, of_payload(packet.payload));
  return mark == kNoMark ? 1 : mark;
}

}  // namespace portproof
