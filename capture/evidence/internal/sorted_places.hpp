// The order of many values that are too large to be moved about while they are sorted: by eight bytes that
// grow with the value first, digit by digit, and in full only where these are equal.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace portproof {

struct PrefixedPlace {
  std::uint64_t prefix;
  std::uint32_t place;
};

// Stable, by prefix.
inline void sort_by_prefix(std::vector<PrefixedPlace>& places) {
  constexpr std::size_t kDigits = 8;
  constexpr std::size_t kValues = 256;
  constexpr std::size_t kFew = 2048;
  if (places.size() < kFew) {
    std::stable_sort(places.begin(), places.end(), [](const PrefixedPlace& left, const PrefixedPlace& right) {
      return left.prefix < right.prefix;
    });
    return;
  }
  std::array<std::array<std::uint32_t, kValues>, kDigits> counts{};
  const auto digit_of = [](std::uint64_t prefix, std::size_t digit) {
    return (prefix >> (8 * digit)) & 0xffU;
  };
  for (const PrefixedPlace& place : places) {
    for (std::size_t digit = 0; digit < kDigits; ++digit) ++counts[digit][digit_of(place.prefix, digit)];
  }
  std::vector<PrefixedPlace> other(places.size());
  for (std::size_t digit = 0; digit < kDigits; ++digit) {
    if (counts[digit][digit_of(places.front().prefix, digit)] == places.size()) continue;
    std::array<std::uint32_t, kValues> next{};
    for (std::size_t value = 1; value < kValues; ++value)
      next[value] = next[value - 1] + counts[digit][value - 1];
    for (const PrefixedPlace& place : places) other[next[digit_of(place.prefix, digit)]++] = place;
    places.swap(other);
  }
}

// Places 0 to `count` in ascending order of their values: `prefix_of(place)` is a number that is never larger
// for the smaller one of two values, `before(left, right)` tells those apart of which it is the same.
template <typename PrefixOf, typename Before>
std::vector<std::uint32_t> sorted_places(std::size_t count, PrefixOf prefix_of, Before before) {
  std::vector<PrefixedPlace> places(count);
  for (std::size_t place = 0; place < count; ++place) {
    const auto number = static_cast<std::uint32_t>(place);
    places[place] = {prefix_of(number), number};
  }
  sort_by_prefix(places);
  for (auto begin = places.begin(); begin != places.end();) {
    auto end = begin + 1;
    while (end != places.end() && end->prefix == begin->prefix) ++end;
    if (end - begin > 1) {
      std::sort(begin, end, [&](const PrefixedPlace& left, const PrefixedPlace& right) {
        return before(left.place, right.place);
      });
    }
    begin = end;
  }
  std::vector<std::uint32_t> order(count);
  for (std::size_t at = 0; at < count; ++at) order[at] = places[at].place;
  return order;
}

}  // namespace portproof
