// The names that addresses had, where each is known from, and when it held.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "capture/base/ip_address.hpp"
#include "capture/base/timestamp.hpp"

namespace portproof {

// Who says that the address has the name.
enum class NameSource : std::uint8_t {
  dns,          // an answer of a DNS server, seen on the wire
  name_record,  // the capture file itself (pcapng): its writer resolved the name, somehow and some time
  unasked,      // an answer as in `dns`, whose question was not seen: it may be forged
};
inline constexpr std::array<std::string_view, 3> kNameSourceNames{"dns", "name-record", "unasked"};

struct NameKey {
  IpAddress address;
  std::string name;  // as normalise_name makes it
  NameSource source{NameSource::dns};
  IpAddress server{};  // of DNS: who answered; unspecified for a name record
  friend auto operator<=>(const NameKey&, const NameKey&) = default;
};

// The same, borrowed: to look a name up.
struct NameRef {
  const IpAddress& address;
  std::string_view name;
  NameSource source{NameSource::dns};
  IpAddress server{};
};

// The order of NameKey, for both.
struct NameOrder {
  using is_transparent = void;
  template <typename Left, typename Right>
  bool operator()(const Left& left, const Right& right) const {
    if (left.address != right.address) return left.address < right.address;
    const int names = std::string_view{left.name}.compare(right.name);
    if (names != 0) return names < 0;
    return left.source != right.source ? left.source < right.source : left.server < right.server;
  }
};

// Both ends belong to it.
struct NameInterval {
  Timestamp first{Timestamp::latest()};
  Timestamp until{Timestamp::earliest()};  // of a DNS answer: last sighting + lifetime + grace
  friend bool operator==(const NameInterval&, const NameInterval&) = default;
};

// Ascending; no two of them have a moment in common. What lies between two is not claimed.
using NameIntervals = std::vector<NameInterval>;
using Names = std::map<NameKey, NameIntervals, NameOrder>;

// Adds a moment or more: intervals that have a moment in common become one. What comes of several does not
// depend on the order in which they are added, so that evidence merges in any order.
void add_interval(NameIntervals& intervals, const NameInterval& added);

// Does any of them have a moment in common with the time from `first` to `last`?
bool holds_between(const NameIntervals& intervals, Timestamp first, Timestamp last);

}  // namespace portproof
