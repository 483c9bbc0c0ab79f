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

struct PrefixedIndex {
  std::uint64_t prefix;
  std::uint32_t index;
};

// Stable, by prefix.
inline void sort_by_prefix(std::vector<PrefixedIndex>& indexes) {
  constexpr std::size_t kDigits = 8;
  constexpr std::size_t kValues = 256;
  constexpr std::size_t kFew = 2048;
  if (indexes.size() < kFew) {
    std::stable_sort(
        indexes.begin(), indexes.end(),
        [](const PrefixedIndex& left, const PrefixedIndex& right) { return left.prefix < right.prefix; });
    return;
  }
  std::array<std::array<std::uint32_t, kValues>, kDigits> counts{};
  const auto digit_of = [](std::uint64_t prefix, std::size_t digit) {
    return (prefix >> (8 * digit)) & 0xffU;
  };
  for (const PrefixedIndex& index : indexes) {
    for (std::size_t digit = 0; digit < kDigits; ++digit) ++counts[digit][digit_of(index.prefix, digit)];
  }
  std::vector<PrefixedIndex> other(indexes.size());
  for (std::size_t digit = 0; digit < kDigits; ++digit) {
    if (counts[digit][digit_of(indexes.front().prefix, digit)] == indexes.size()) continue;
    std::array<std::uint32_t, kValues> next{};
    for (std::size_t value = 1; value < kValues; ++value)
      next[value] = next[value - 1] + counts[digit][value - 1];
    for (const PrefixedIndex& index : indexes) other[next[digit_of(index.prefix, digit)]++] = index;
    indexes.swap(other);
  }
}

// Indexes 0 to `count` in ascending order of their values: `prefix_of(index)` is a number that is never
// larger for the smaller one of two values, `before(left, right)` tells those apart of which it is the same.
template <typename PrefixOf, typename Before>
std::vector<std::uint32_t> sorted_indexes(std::size_t count, PrefixOf prefix_of, Before before) {
  std::vector<PrefixedIndex> indexes(count);
  for (std::size_t index = 0; index < count; ++index) {
    const auto number = static_cast<std::uint32_t>(index);
    indexes[index] = {prefix_of(number), number};
  }
  sort_by_prefix(indexes);
  for (auto begin = indexes.begin(); begin != indexes.end();) {
    auto end = begin + 1;
    while (end != indexes.end() && end->prefix == begin->prefix) ++end;
    if (end - begin > 1) {
      std::sort(begin, end, [&](const PrefixedIndex& left, const PrefixedIndex& right) {
        return before(left.index, right.index);
      });
    }
    begin = end;
  }
  std::vector<std::uint32_t> order(count);
  for (std::size_t at = 0; at < count; ++at) order[at] = indexes[at].index;
  return order;
}

}  // namespace portproof
