// Finds which of many name patterns match a name, without trying each one: patterns whose last two labels are
// fixed are found by these labels.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace portproof {

class NameIndex {
 public:
  // `owner` is the caller's number for the pattern.
  void add(std::string_view pattern, std::uint32_t owner);

  struct Match {
    std::string_view pattern;  // valid as long as the index
    std::uint32_t owner{0};
  };

  // Every pattern that matches, in the order they were added.
  [[nodiscard]] std::vector<Match> matches(std::string_view name) const;

 private:
  struct Entry {
    std::string pattern;
    std::uint32_t owner{0};
  };
  std::vector<Entry> entries_;
  std::unordered_map<std::string, std::vector<std::uint32_t>> by_tail_;  // indices by last two labels
  std::vector<std::uint32_t> others_;  // patterns with a `*` among their last two labels
};

// Can anybody get a name under the pattern by renting from a cloud provider, so that the name proves little?
// The pattern must be as wide as the provider's own, because a single name under it belongs to one customer.
bool is_shared_domain(std::string_view pattern, std::string_view name);

}  // namespace portproof
