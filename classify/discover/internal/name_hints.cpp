#include "classify/discover/internal/name_hints.hpp"

#include <algorithm>
#include <array>

#include "capture/base/ascii.hpp"

namespace portproof {
namespace {

// Ids of roles that are also words for many other things.
constexpr std::array<std::string_view, 6> kSayNothing{"gateway",   "users", "internet",
                                                      "broadcast", "admin", "nas"};

std::string joined(std::string_view text) {
  std::string word;
  for (const char letter : text) {
    if (letter == '-' || letter == '_') continue;
    word += to_lower_case(letter);
  }
  return word;
}

std::string_view without_number(std::string_view word) {
  while (!word.empty() && is_digit(word.back())) word.remove_suffix(1);
  return word;
}

}  // namespace

NameHints::NameHints(const RoleTable& roles) {
  const auto add = [this](std::string_view text, std::size_t role) {
    if (std::find(kSayNothing.begin(), kSayNothing.end(), text) != kSayNothing.end()) return;
    words_.emplace(joined(text), static_cast<RoleId>(role));
  };
  for (std::size_t role = 0; role < roles.roles().size(); ++role) {
    const Role& known = roles.roles()[role];
    if (known.kind == RoleKind::group || known.kind == RoleKind::cloud) continue;
    add(known.id, role);
    for (const std::string& alias : known.aliases) add(alias, role);
  }
}

RoleSet NameHints::of(const std::vector<std::string>& names) const {
  RoleSet hinted;
  const auto look = [&](std::string_view word) {
    const auto found = words_.find(joined(without_number(word)));
    if (found != words_.end()) hinted.insert(found->second);
  };
  for (const std::string& name : names) {
    std::string_view label = std::string_view(name).substr(0, name.find('.'));
    look(label);
    while (!label.empty()) {
      const std::size_t end = label.find_first_of("-_");
      look(label.substr(0, end));
      label.remove_prefix(end == std::string_view::npos ? label.size() : end + 1);
    }
  }
  return hinted;
}

}  // namespace portproof
