#include "catalog/name_pattern.hpp"

#include <cstddef>

#include "capture/base/ascii.hpp"

namespace portproof {
namespace {

constexpr std::size_t kLongestName = 253;
constexpr std::size_t kLongestLabel = 63;

std::string_view without_final_dot(std::string_view text) {
  return text.ends_with('.') ? text.substr(0, text.size() - 1) : text;
}

std::string_view first_label(std::string_view text) {
  return text.substr(0, text.find('.'));
}

// The text after the first label; empty if there is only one.
std::string_view after_first_label(std::string_view text) {
  const std::size_t dot = text.find('.');
  return dot == std::string_view::npos ? std::string_view{} : text.substr(dot + 1);
}

bool is_label(std::string_view label) {
  if (label.empty() || label.size() > kLongestLabel) return false;
  if (label == "*") return true;
  for (const char letter : label) {
    if (!is_alphanumeric(letter) && letter != '-' && letter != '_') return false;
  }
  return true;
}

}  // namespace

bool matches_name_pattern(std::string_view pattern, std::string_view name) {
  pattern = without_final_dot(pattern);
  name = without_final_dot(name);
  if (pattern.empty() || name.empty() || name.size() > kLongestName) return false;
  // The last `*` that was passed: where to continue in the pattern, and in the name if the `*` takes one more
  // label. Backtracking costs little: names are short, and it never takes more steps than the pattern's
  // labels times the name's.
  bool passed_star = false;
  std::string_view pattern_after_star;
  std::string_view name_after_star;
  while (!name.empty()) {
    const std::string_view wanted = first_label(pattern);
    if (!pattern.empty() && wanted == "*") {
      passed_star = true;
      pattern = pattern_after_star = after_first_label(pattern);
      name = name_after_star = after_first_label(name);
    } else if (!pattern.empty() && equal_ignoring_case(wanted, first_label(name))) {
      pattern = after_first_label(pattern);
      name = after_first_label(name);
    } else if (passed_star && !name_after_star.empty()) {
      pattern = pattern_after_star;
      name = name_after_star = after_first_label(name_after_star);
    } else {
      return false;
    }
  }
  return pattern.empty();
}

bool is_name_pattern(std::string_view text) {
  text = without_final_dot(text);
  if (text.empty() || text.size() > kLongestName || text.ends_with('.')) return false;
  while (!text.empty()) {
    if (!is_label(first_label(text))) return false;
    text = after_first_label(text);
  }
  return true;
}

}  // namespace portproof
