#include "capture/base/embedded_ipv4.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace portproof {
namespace {

constexpr std::size_t kPrefix = 12;  // bytes before an IPv4 address at the end
constexpr std::array<std::uint8_t, kPrefix> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::array<std::uint8_t, kPrefix> kCompatible{};
constexpr std::array<std::uint8_t, kPrefix> kNat64{0, 0x64, 0xff, 0x9b};

bool begins_with(const IpAddress& address, const std::array<std::uint8_t, kPrefix>& prefix) {
  return std::equal(prefix.begin(), prefix.end(), address.bytes.begin());
}

// RFC 5214, 6.1: the "u" bit tells whether the IPv4 address is unique in the world.
bool is_isatap(const IpAddress& address) {
  constexpr std::uint8_t kUniversal = 0x02;
  const auto& b = address.bytes;
  return (b[8] & ~kUniversal) == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe;
}

bool is_6to4(const IpAddress& address) {
  return address.bytes[0] == 0x20 && address.bytes[1] == 0x02;
}

}  // namespace

IpAddress unmapped(const IpAddress& address) {
  const bool mapped = address.family == IpFamily::v6 && begins_with(address, kMapped);
  return mapped ? IpAddress::v4(address.bytes.data() + kPrefix) : address;
}

std::optional<IpAddress> embedded_ipv4(const IpAddress& address) {
  if (address.family != IpFamily::v6) return std::nullopt;
  const auto at = [&address](std::size_t byte) { return IpAddress::v4(address.bytes.data() + byte); };
  if (begins_with(address, kMapped) || begins_with(address, kNat64) || is_isatap(address)) return at(kPrefix);
  if (is_6to4(address)) return at(2);
  // :: and ::1 have the form of an IPv4-compatible address, and are none.
  const bool compatible = begins_with(address, kCompatible) && address.bytes[kPrefix] != 0;
  return compatible ? std::optional(at(kPrefix)) : std::nullopt;
}

}  // namespace portproof
