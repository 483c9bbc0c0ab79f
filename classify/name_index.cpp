#include "classify/name_index.hpp"

#include <algorithm>
#include <array>

#include "capture/base/ascii.hpp"
#include "catalog/name_pattern.hpp"

namespace portproof {
namespace {

// Domains in which a provider gives every customer a name, each with an example of such a name.
struct SharedDomain {
  std::string_view pattern;
  std::string_view somebodys;
};
constexpr std::array<SharedDomain, 6> kSharedDomains{{
    {"*.blob.core.windows.net", "any-customer.blob.core.windows.net"},
    {"*.azureedge.net", "any-customer.azureedge.net"},
    {"*.servicebus.windows.net", "any-customer.servicebus.windows.net"},
    {"*.cloudapp.net", "any-customer.cloudapp.net"},
    {"s3.amazonaws.com", "s3.amazonaws.com"},
    {"*.sharefile.com", "any-customer.sharefile.com"},
}};

// The last two labels, or all if there are fewer, in lower case.
std::string tail_of(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  std::size_t dot = name.rfind('.');
  if (dot != std::string_view::npos && dot > 0) dot = name.rfind('.', dot - 1);
  return to_lower_case(dot == std::string_view::npos ? name : name.substr(dot + 1));
}

}  // namespace

void NameIndex::add(std::string_view pattern, std::uint32_t owner) {
  const auto index = static_cast<std::uint32_t>(entries_.size());
  entries_.push_back({std::string(pattern), owner});
  std::string tail = tail_of(pattern);
  if (tail.find('*') != std::string::npos) {
    others_.push_back(index);
  } else {
    by_tail_[std::move(tail)].push_back(index);
  }
}

std::vector<NameIndex::Match> NameIndex::matches(std::string_view name) const {
  std::vector<std::uint32_t> candidates = others_;
  if (const auto found = by_tail_.find(tail_of(name)); found != by_tail_.end()) {
    candidates.insert(candidates.end(), found->second.begin(), found->second.end());
  }
  std::sort(candidates.begin(), candidates.end());
  std::vector<Match> matches;
  for (const std::uint32_t index : candidates) {
    const Entry& entry = entries_[index];
    if (matches_name_pattern(entry.pattern, name)) matches.push_back({entry.pattern, entry.owner});
  }
  return matches;
}

bool is_shared_domain(std::string_view pattern, std::string_view name) {
  return std::any_of(kSharedDomains.begin(), kSharedDomains.end(), [&](const SharedDomain& domain) {
    return matches_name_pattern(domain.pattern, name) && matches_name_pattern(pattern, domain.somebodys);
  });
}

}  // namespace portproof
