#include "capture/base/embedded_ipv4.hpp"

#include <algorithm>
#include <cstdint>

namespace portproof {
namespace {

constexpr std::size_t kPrefix = 12;  // bytes before an IPv4 address at the end
using Prefix = std::array<std::uint8_t, kPrefix>;
constexpr Prefix kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr Prefix kCompatible{};
constexpr Prefix kTranslated{0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0, 0};
constexpr Prefix kNat64{0, 0x64, 0xff, 0x9b};
constexpr Prefix kLocalNat64{0, 0x64, 0xff, 0x9b, 0, 1};
constexpr Prefix kTeredo{0x20, 0x01, 0, 0};
constexpr Prefix k6to4{0x20, 0x02};

bool begins_with(const IpAddress& address, const Prefix& prefix, std::size_t length = kPrefix) {
  return std::equal(prefix.begin(), prefix.begin() + static_cast<std::ptrdiff_t>(length),
                    address.bytes.begin());
}

IpAddress at(const IpAddress& address, std::size_t byte) {
  return IpAddress::v4(address.bytes.data() + byte);
}

// RFC 5214, 6.1: the "u" bit tells whether the IPv4 address is unique in the world.
bool is_isatap(const IpAddress& address) {
  constexpr std::uint8_t kUniversal = 0x02;
  const auto& b = address.bytes;
  return (b[8] & ~kUniversal) == 0 && b[9] == 0 && b[10] == 0x5e && b[11] == 0xfe;
}

// RFC 6052, 2.2: the address follows a prefix of 48, 56, 64 or 96 bits, leaves byte 8 out, and zeros follow
// it. Which length a site uses does not show.
void add_local_nat64(ClaimedIpv4& claimed, const IpAddress& address) {
  constexpr std::size_t kLeftOut = 8;
  for (const std::size_t prefix : {std::size_t{6}, std::size_t{7}, std::size_t{8}}) {
    std::array<std::uint8_t, 4> inner{};
    std::size_t from = prefix;
    for (std::uint8_t& byte : inner) {
      if (from == kLeftOut) ++from;
      byte = address.bytes[from++];
    }
    const bool zeros = std::all_of(address.bytes.begin() + static_cast<std::ptrdiff_t>(from),
                                   address.bytes.end(), [](std::uint8_t byte) { return byte == 0; });
    if (zeros && address.bytes[kLeftOut] == 0) claimed.add(IpAddress::v4(inner.data()));
  }
  claimed.add(at(address, kPrefix));
}

// RFC 4380, 4: the client's address has all its bits turned over.
void add_teredo(ClaimedIpv4& claimed, const IpAddress& address) {
  constexpr std::size_t kServer = 4;
  claimed.add(at(address, kServer));
  IpAddress client = address;
  for (std::uint8_t& byte : client.bytes) byte = static_cast<std::uint8_t>(~byte);
  claimed.add(at(client, kPrefix));
}

}  // namespace

IpAddress unmapped(const IpAddress& address) {
  const bool mapped = address.family == IpFamily::v6 && begins_with(address, kMapped);
  return mapped ? at(address, kPrefix) : address;
}

std::optional<IpAddress> ipv4_notation(const IpAddress& address) {
  if (address.family != IpFamily::v6) return std::nullopt;
  // :: and ::1 have the form of an IPv4-compatible address, and are none.
  const bool compatible = begins_with(address, kCompatible) && address.bytes[kPrefix] != 0;
  if (!compatible && !begins_with(address, kMapped)) return std::nullopt;
  return at(address, kPrefix);
}

ClaimedIpv4 claimed_ipv4(const IpAddress& address) {
  ClaimedIpv4 claimed;
  if (address.family != IpFamily::v6) return claimed;
  constexpr std::size_t k6to4Length = 2;
  constexpr std::size_t kTeredoLength = 4;
  constexpr std::size_t kLocalNat64Length = 6;
  if (begins_with(address, kLocalNat64, kLocalNat64Length)) {
    add_local_nat64(claimed, address);
  } else if (begins_with(address, kNat64) || begins_with(address, kTranslated)) {
    claimed.add(at(address, kPrefix));
  } else {
    if (begins_with(address, kTeredo, kTeredoLength)) add_teredo(claimed, address);
    if (begins_with(address, k6to4, k6to4Length)) claimed.add(at(address, k6to4Length));
    if (is_isatap(address)) claimed.add(at(address, kPrefix));
  }
  return claimed;
}

}  // namespace portproof
