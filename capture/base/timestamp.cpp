#include "capture/base/timestamp.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

namespace portproof {
namespace {

constexpr std::int64_t kNanosecondsPerSecond = 1'000'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

std::optional<int> number(std::string_view text) {
  int value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc{} || end != text.data() + text.size() || text.front() == '-') {
    return std::nullopt;
  }
  return value;
}

// Nanoseconds in ".5" or ".000000001"; nothing if it is not a fraction of up to nine digits.
std::optional<std::int64_t> fraction(std::string_view text) {
  if (text.empty()) return 0;
  text.remove_prefix(1);
  if (text.empty() || text.size() > 9) return std::nullopt;
  std::int64_t value = 0;
  for (const char digit : text) {
    if (digit < '0' || digit > '9') return std::nullopt;
    value = value * 10 + (digit - '0');
  }
  for (std::size_t digits = text.size(); digits < 9; ++digits) value *= 10;
  return value;
}

}  // namespace

std::string to_string(Timestamp time) {
  std::int64_t whole = time.nanoseconds / kNanosecondsPerSecond;
  std::int64_t rest = time.nanoseconds % kNanosecondsPerSecond;
  if (rest < 0) {
    rest += kNanosecondsPerSecond;
    --whole;
  }
  std::int64_t day = whole / kSecondsPerDay;
  std::int64_t second = whole % kSecondsPerDay;
  if (second < 0) {
    second += kSecondsPerDay;
    --day;
  }
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{day}}};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:09}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), second / 3600,
                     second / 60 % 60, second % 60, rest);
}

std::optional<Timestamp> parse_date(std::string_view text) {
  if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = number(text.substr(0, 4));
  const auto month = number(text.substr(5, 2));
  const auto day = number(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  // Years that 64 bits of nanoseconds hold with room to spare.
  if (!date.ok() || *year < 1700 || *year > 2200) return std::nullopt;
  const std::int64_t days = std::chrono::sys_days{date}.time_since_epoch().count();
  return Timestamp::from_parts(days * kSecondsPerDay, 0);
}

std::optional<Timestamp> parse_timestamp(std::string_view text) {
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':' ||
      (text.back() != 'Z' && text.back() != 'z')) {
    return std::nullopt;
  }
  const auto day = parse_date(text.substr(0, 10));
  const auto hour = number(text.substr(11, 2));
  const auto minute = number(text.substr(14, 2));
  const auto second = number(text.substr(17, 2));
  const std::string_view rest = text.substr(19, text.size() - 20);
  if (!rest.empty() && rest.front() != '.') return std::nullopt;
  const auto nanoseconds = fraction(rest);
  if (!day || !hour || !minute || !second || !nanoseconds || *hour > 23 || *minute > 59 || *second > 59) {
    return std::nullopt;
  }
  return *day + Duration{(*hour * 3600LL + *minute * 60LL + *second) * kNanosecondsPerSecond + *nanoseconds};
}

}  // namespace portproof
