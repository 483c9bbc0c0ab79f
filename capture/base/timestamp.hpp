// A moment of capture time: nanoseconds since 1970-01-01T00:00:00Z, without leap seconds, as in capture
// files. Only capture/live and app/ read the wall clock; everywhere else, time comes from the packets.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

namespace portproof {

// A span of capture time in nanoseconds. May be negative.
struct Duration {
  std::int64_t nanoseconds{0};
  friend auto operator<=>(const Duration&, const Duration&) = default;
};

constexpr Duration seconds(std::int64_t count) {
  return Duration{count * 1'000'000'000};
}

struct Timestamp {
  std::int64_t nanoseconds{0};

  static constexpr Timestamp from_parts(std::int64_t whole_seconds, std::int64_t nanoseconds) {
    return Timestamp{whole_seconds * 1'000'000'000 + nanoseconds};
  }
  // Neutral elements of min and max: later than everything, earlier than everything.
  static constexpr Timestamp latest() { return {std::numeric_limits<std::int64_t>::max()}; }
  static constexpr Timestamp earliest() { return {std::numeric_limits<std::int64_t>::min()}; }

  friend auto operator<=>(const Timestamp&, const Timestamp&) = default;
};

// Saturates instead of overflowing: the operands may come from a hostile file.
constexpr Duration operator-(Timestamp later, Timestamp earlier) {
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(later.nanoseconds, earlier.nanoseconds, &difference)) {
    difference =
        later > earlier ? std::numeric_limits<std::int64_t>::max() : std::numeric_limits<std::int64_t>::min();
  }
  return Duration{difference};
}

constexpr Timestamp operator+(Timestamp time, Duration span) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(time.nanoseconds, span.nanoseconds, &sum)) {
    sum = span.nanoseconds > 0 ? std::numeric_limits<std::int64_t>::max()
                               : std::numeric_limits<std::int64_t>::min();
  }
  return Timestamp{sum};
}

// "2026-11-20T08:00:00.000000000Z" (RFC 3339, always nine digits, always UTC).
std::string to_string(Timestamp time);

// Reads what to_string writes, and any RFC 3339 time in UTC with up to nine digits of fraction.
std::optional<Timestamp> parse_timestamp(std::string_view text);

// Reads a date, "2027-01-31": the first nanosecond of that day in UTC.
std::optional<Timestamp> parse_date(std::string_view text);

}  // namespace portproof
