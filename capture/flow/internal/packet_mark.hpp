// The mark by which a copy of a packet is known (flow/duplicates.hpp). Inline: it is made for every packet.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "capture/base/mix.hpp"
#include "capture/decode/packet.hpp"

namespace portproof {

inline std::uint64_t mix_keyed(std::uint64_t left, std::uint64_t right) {
  constexpr std::uint64_t kLeftKey = 0x9e3779b97f4a7c15U;
  constexpr std::uint64_t kRightKey = 0xd1b54a32d192ed03U;
  return mix(left ^ kLeftKey, right ^ kRightKey);
}

template <typename Word>
inline std::uint64_t load_word(const std::uint8_t* bytes) {
  Word value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// The first 16 bytes of the payload, or all where it is shorter. Loads of fixed size that overlap: a copy of
// a length that is not known beforehand is a call.
inline std::uint64_t mark_of_payload(std::span<const std::uint8_t> payload) {
  const std::uint8_t* const data = payload.data();
  const std::size_t size = payload.size();
  if (size >= 16) return mix_keyed(load_word<std::uint64_t>(data), load_word<std::uint64_t>(data + 8));
  if (size >= 8) return mix_keyed(load_word<std::uint64_t>(data), load_word<std::uint64_t>(data + size - 8));
  if (size >= 4) return mix_keyed(load_word<std::uint32_t>(data), load_word<std::uint32_t>(data + size - 4));
  if (size == 0) return 0;
  return mix_keyed(data[0], (std::uint64_t{data[size / 2]} << 8U) | data[size - 1]);
}

// Everything that makes it this packet. `flow` is the number of its flow and direction.
inline std::uint64_t packet_mark(const Packet& packet, std::uint64_t flow) {
  const std::uint64_t sequence =
      std::uint64_t{packet.tcp_sequence} | (std::uint64_t{packet.payload_length} << 32U);
  const std::uint64_t rest = std::uint64_t{packet.tcp_acknowledgement} |
                             (std::uint64_t{packet.tcp_flags} << 32U) |
                             (std::uint64_t{packet.ip_identification} << 40U);
  return mix_keyed(mix_keyed(sequence, rest) ^ flow, mark_of_payload(packet.payload));
}

}  // namespace portproof
