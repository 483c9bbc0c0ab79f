#include "classify/internal/inventory_values.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>

#include "capture/base/ascii.hpp"

namespace portproof {

const TomlValue* find_member(const TomlValue& table, std::string_view key) {
  const auto found = std::find_if(table.members.begin(), table.members.end(),
                                  [key](const TomlMember& member) { return member.key == key; });
  return found == table.members.end() ? nullptr : &found->value;
}

bool is_blank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::optional<double> parse_share(const TomlValue& value) {
  if (value.kind != TomlValue::Kind::number) return std::nullopt;
  double share = 0;
  const char* const end = value.text.data() + value.text.size();
  const auto [stop, fault] = std::from_chars(value.text.data(), end, share);
  if (fault != std::errc{} || stop != end || !(share >= 0 && share <= 1)) return std::nullopt;
  return share;
}

std::optional<Timestamp> end_of_day(std::string_view text) {
  if (const auto day = parse_date(text)) return *day + seconds(86'400);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  std::array<int, 3> numbers{};
  const std::array<std::string_view, 3> parts{text.substr(0, 4), text.substr(5, 2), text.substr(8, 2)};
  for (std::size_t index = 0; index < parts.size(); ++index) {
    const char* const end = parts[index].data() + parts[index].size();
    const auto [stop, fault] = std::from_chars(parts[index].data(), end, numbers[index]);
    if (fault != std::errc{} || stop != end || numbers[index] < 0) return std::nullopt;
  }
  const std::chrono::year_month_day date{std::chrono::year{numbers[0]},
                                         std::chrono::month{static_cast<unsigned>(numbers[1])},
                                         std::chrono::day{static_cast<unsigned>(numbers[2])}};
  if (!date.ok() || numbers[0] < 2200) return std::nullopt;
  return Timestamp::latest();
}

bool looks_like_address(std::string_view text) {
  return text.find_first_of("0123456789:") != std::string_view::npos &&
         text.find_first_not_of("0123456789abcdefABCDEF.:/-") == std::string_view::npos &&
         text.find_first_of(".:/") != std::string_view::npos;
}

bool is_role_id(std::string_view id) {
  return !id.empty() && id.front() != '-' && id.back() != '-' &&
         std::all_of(id.begin(), id.end(),
                     [](char c) { return is_lower_case(c) || is_digit(c) || c == '-'; });
}

}  // namespace portproof
