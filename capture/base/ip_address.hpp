// An IPv4 or IPv6 address as a value. The two families never compare equal: 0.0.0.0 is not ::, and an
// IPv4-mapped IPv6 address stays IPv6, because that is what was on the wire.
#pragma once

#include <array>
#include <bit>
#include <compare>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

namespace portproof {

enum class IpFamily : std::uint8_t { v4 = 4, v6 = 6 };

struct IpAddress {
  IpFamily family{IpFamily::v4};
  // Network byte order. An IPv4 address fills the first four bytes; the rest are zero.
  std::array<std::uint8_t, 16> bytes{};

  // Reads 4 (or 16) bytes at `wire`; the caller has checked that they are there.
  static IpAddress v4(const std::uint8_t* wire) {
    IpAddress address;
    address.assign_v4(wire);
    return address;
  }
  static IpAddress v6(const std::uint8_t* wire) {
    IpAddress address;
    address.assign_v6(wire);
    return address;
  }

  // The same in place, in one store of all sixteen bytes. On the packet path, storing in pieces and then
  // loading the whole would stall the processor for longer than the rest of decoding takes.
  void assign_v4(const std::uint8_t* wire) {
    using Words [[gnu::vector_size(16)]] = std::uint64_t;
    family = IpFamily::v4;
    std::uint32_t value = 0;
    std::memcpy(&value, wire, sizeof value);
    const Words words{value, 0};
    std::memcpy(bytes.data(), &words, sizeof words);
  }
  void assign_v6(const std::uint8_t* wire) {
    family = IpFamily::v6;
    std::memcpy(bytes.data(), wire, 16);
  }

  // 32 or 128.
  [[nodiscard]] int bits() const { return family == IpFamily::v4 ? 32 : 128; }
  [[nodiscard]] std::size_t size() const { return family == IpFamily::v4 ? 4 : 16; }

  // Eight bytes, from byte 0 or 8, as they lie in memory: for copying or hashing.
  [[nodiscard]] std::uint64_t word(std::size_t from) const {
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data() + from, sizeof value);
    return value;
  }

  // Eight bytes, from byte 0 or 8, as a number in network byte order.
  [[nodiscard]] std::uint64_t half(std::size_t from) const {
    static_assert(std::endian::native == std::endian::little);
    return __builtin_bswap64(word(from));
  }

  // IPv4 sorts before IPv6, then by value: the order of every list in every output. Compares by halves,
  // because sorting and lookups compare little but addresses.
  friend bool operator==(const IpAddress& left, const IpAddress& right) {
    return left.family == right.family && left.word(0) == right.word(0) && left.word(8) == right.word(8);
  }
  friend std::strong_ordering operator<=>(const IpAddress& left, const IpAddress& right) {
    if (left.family != right.family) return left.family <=> right.family;
    const std::uint64_t high = left.half(0);
    const std::uint64_t other_high = right.half(0);
    return high != other_high ? high <=> other_high : left.half(8) <=> right.half(8);
  }
};

// "10.0.0.1", or RFC 5952 text for IPv6.
std::string to_string(const IpAddress& address);

// Reads one address, without prefix length or zone. Nothing for anything else.
std::optional<IpAddress> parse_ip_address(std::string_view text);

// RFC 6890 and related RFCs. `is_broadcast` knows only 255.255.255.255: a directed broadcast shows in the
// frame's MAC address, not here.
bool is_multicast(const IpAddress& address);    // 224.0.0.0/4, ff00::/8
bool is_broadcast(const IpAddress& address);    // 255.255.255.255
bool is_loopback(const IpAddress& address);     // 127.0.0.0/8, ::1
bool is_link_local(const IpAddress& address);   // 169.254.0.0/16, fe80::/10
bool is_unspecified(const IpAddress& address);  // 0.0.0.0, ::
bool is_private(const IpAddress& address);      // RFC 1918, 100.64.0.0/10 (RFC 6598), fc00::/7

}  // namespace portproof
