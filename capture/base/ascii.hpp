// Letters and digits of ASCII, whatever the locale: protocols, host names and this program's own files know
// no others. Bytes beyond ASCII are neither, and never change.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace portproof {

constexpr bool is_digit(char letter) {
  return letter >= '0' && letter <= '9';
}

constexpr bool is_lower_case(char letter) {
  return letter >= 'a' && letter <= 'z';
}

constexpr char to_lower_case(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

// A letter of either case, or a digit.
constexpr bool is_alphanumeric(char letter) {
  return is_digit(letter) || is_lower_case(to_lower_case(letter));
}

// Printed, and no space.
constexpr bool is_visible(char letter) {
  return letter > ' ' && letter < 0x7f;
}

inline std::string to_lower_case(std::string_view text) {
  std::string lower(text);
  for (char& letter : lower) letter = to_lower_case(letter);
  return lower;
}

constexpr bool equal_ignoring_case(std::string_view left, std::string_view right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end(),
                    [](char a, char b) { return to_lower_case(a) == to_lower_case(b); });
}

constexpr bool begins_ignoring_case(std::string_view text, std::string_view start) {
  return equal_ignoring_case(text.substr(0, start.size()), start);
}

// Without the spaces, tabs and carriage returns at both ends.
constexpr std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlank = " \t\r";
  const std::size_t first = text.find_first_not_of(kBlank);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlank) - first + 1);
}

}  // namespace portproof
