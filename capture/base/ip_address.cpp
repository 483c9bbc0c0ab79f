#include "capture/base/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace portproof {
namespace {

// Do the first `bits` bits of the address equal those of the pattern?
bool has_prefix(const IpAddress& address, IpFamily family, std::array<std::uint8_t, 2> pattern, int bits) {
  if (address.family != family) return false;
  const unsigned value = (address.bytes[0] << 8U) | address.bytes[1];
  const unsigned expected = (pattern[0] << 8U) | pattern[1];
  const unsigned mask = 0xffffU & ~((1U << static_cast<unsigned>(16 - bits)) - 1U);
  return (value & mask) == (expected & mask);
}

}  // namespace

std::string to_string(const IpAddress& address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  const int family = address.family == IpFamily::v4 ? AF_INET : AF_INET6;
  inet_ntop(family, address.bytes.data(), text.data(), text.size());
  return text.data();
}

std::optional<IpAddress> parse_ip_address(std::string_view text) {
  std::array<char, INET6_ADDRSTRLEN> terminated{};
  if (text.empty() || text.size() >= terminated.size() || text.find('\0') != std::string_view::npos) {
    return std::nullopt;
  }
  std::copy(text.begin(), text.end(), terminated.begin());
  std::array<std::uint8_t, 16> wire{};
  if (inet_pton(AF_INET, terminated.data(), wire.data()) == 1) return IpAddress::v4(wire.data());
  if (inet_pton(AF_INET6, terminated.data(), wire.data()) == 1) return IpAddress::v6(wire.data());
  return std::nullopt;
}

bool is_multicast(const IpAddress& address) {
  return has_prefix(address, IpFamily::v4, {0xe0, 0}, 4) || has_prefix(address, IpFamily::v6, {0xff, 0}, 8);
}

bool is_broadcast(const IpAddress& address) {
  return address.family == IpFamily::v4 && std::all_of(address.bytes.begin(), address.bytes.begin() + 4,
                                                       [](auto byte) { return byte == 0xff; });
}

bool is_loopback(const IpAddress& address) {
  if (address.family == IpFamily::v4) return address.bytes[0] == 127;
  return address.bytes[15] == 1 &&
         std::all_of(address.bytes.begin(), address.bytes.begin() + 15, [](auto byte) { return byte == 0; });
}

bool is_link_local(const IpAddress& address) {
  return has_prefix(address, IpFamily::v4, {169, 254}, 16) ||
         has_prefix(address, IpFamily::v6, {0xfe, 0x80}, 10);
}

bool is_unspecified(const IpAddress& address) {
  return std::all_of(address.bytes.begin(), address.bytes.end(), [](auto byte) { return byte == 0; });
}

bool is_private(const IpAddress& address) {
  return has_prefix(address, IpFamily::v4, {10, 0}, 8) || has_prefix(address, IpFamily::v4, {172, 16}, 12) ||
         has_prefix(address, IpFamily::v4, {192, 168}, 16) ||
         has_prefix(address, IpFamily::v4, {100, 64}, 10) || has_prefix(address, IpFamily::v6, {0xfc, 0}, 7);
}

}  // namespace portproof
