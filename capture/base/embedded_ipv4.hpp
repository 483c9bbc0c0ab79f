// IPv4 addresses inside IPv6 addresses. Two forms are notations: nobody but the IPv4 host can be meant. All
// other forms are addresses of their own, which a host may give itself: they say which IPv4 host somebody
// wants to be taken for.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "capture/base/ip_address.hpp"

namespace portproof {

// The address itself if it is IPv4, or the IPv4 address that an IPv4-mapped one (::ffff:a.b.c.d; RFC 4291,
// 2.5.5.2) is another notation for; any other address unchanged.
IpAddress unmapped(const IpAddress& address);

// The IPv4 address that an IPv6 address is a notation for: IPv4-mapped or IPv4-compatible (::a.b.c.d; RFC
// 4291, 2.5.5.1). No network routes these prefixes, so nobody can hold such an address who does not hold the
// IPv4 address. Nothing for any other address.
std::optional<IpAddress> ipv4_notation(const IpAddress& address);

// The IPv4 addresses that an IPv6 address claims by its form.
class ClaimedIpv4 {
 public:
  [[nodiscard]] const IpAddress* begin() const { return addresses_.data(); }
  [[nodiscard]] const IpAddress* end() const { return addresses_.data() + count_; }
  [[nodiscard]] bool empty() const { return count_ == 0; }
  void add(const IpAddress& address) { addresses_[count_++] = address; }  // at most four

 private:
  std::array<IpAddress, 4> addresses_{};
  std::size_t count_{0};
};

// NAT64 (64:ff9b::/96; RFC 6052), local NAT64 (64:ff9b:1::/48, with a prefix of any length; RFC 8215),
// IPv4-translated (::ffff:0:a.b.c.d; RFC 2765), 6to4 (2002::/16; RFC 3056), ISATAP (an interface id of 0:5efe
// or 200:5efe; RFC 5214), and Teredo (2001::/32; RFC 4380), which has the server's address and the client's.
// None for an IPv4 address and for notations.
ClaimedIpv4 claimed_ipv4(const IpAddress& address);

}  // namespace portproof
