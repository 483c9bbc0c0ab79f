// The transports that rules can name.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

namespace portproof {

enum class Transport : std::uint8_t { tcp, udp, sctp, icmp };

inline constexpr std::size_t kTransportCount = 4;
inline constexpr std::array<std::string_view, kTransportCount> kTransportNames{"tcp", "udp", "sctp", "icmp"};

using TransportSet = std::bitset<kTransportCount>;

constexpr std::string_view name(Transport transport) {
  return kTransportNames[static_cast<std::size_t>(transport)];
}

constexpr std::optional<Transport> parse_transport(std::string_view text) {
  for (std::size_t index = 0; index < kTransportCount; ++index) {
    if (kTransportNames[index] == text) return static_cast<Transport>(index);
  }
  return std::nullopt;
}

}  // namespace portproof
