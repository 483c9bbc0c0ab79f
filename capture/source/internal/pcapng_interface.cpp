#include "capture/source/internal/pcapng_interface.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace portproof {
namespace {

constexpr std::uint64_t kSecond = 1'000'000'000;
constexpr std::uint8_t kPowerOfTwo = 0x80;
constexpr std::uint8_t kExponent = 0x7f;

// 10^0 to 10^19, all the powers that fit into 64 bits.
constexpr std::array<std::uint64_t, 20> kPowersOfTen = [] {
  std::array<std::uint64_t, 20> powers{};
  std::uint64_t power = 1;
  for (std::uint64_t& entry : powers) {
    entry = power;
    power *= 10;  // wraps around only after the last entry
  }
  return powers;
}();

// Seconds, and the nanoseconds below a second.
struct Moment {
  std::uint64_t seconds;
  std::uint64_t nanoseconds;
};

// units · 2^-exponent.
Moment from_binary(std::uint64_t units, unsigned exponent) {
  Moment moment{0, 0};
  std::uint64_t rest = units;
  if (exponent < 64) {
    moment.seconds = units >> exponent;
    rest = exponent == 0 ? 0 : units & (~std::uint64_t{0} >> (64 - exponent));
  }
  if (exponent < 32) {
    moment.nanoseconds = (rest * kSecond) >> exponent;
    return moment;
  }
  // rest · 10^9 takes up to 94 bits, so multiply the halves separately; what is lost below 2^32 does not
  // matter.
  const std::uint64_t upper = (rest >> 32U) * kSecond;
  const std::uint64_t lower = (rest & 0xffffffffU) * kSecond;
  const unsigned shift = exponent - 32;
  moment.nanoseconds = shift < 64 ? (upper + (lower >> 32U)) >> shift : 0;
  return moment;
}

// units · 10^-exponent.
Moment from_decimal(std::uint64_t units, unsigned exponent) {
  if (exponent <= 9) {
    const std::uint64_t a_second = kPowersOfTen[exponent];
    return {units / a_second, units % a_second * kPowersOfTen[9 - exponent]};
  }
  // 10^28 exceeds 64 bits of nanoseconds, and more so of smaller units.
  if (exponent - 9 >= kPowersOfTen.size()) return {0, 0};
  const std::uint64_t nanoseconds = units / kPowersOfTen[exponent - 9];
  return {nanoseconds / kSecond, nanoseconds % kSecond};
}

Timestamp saturated(const Moment& moment, std::int64_t offset) {
  constexpr auto kMostSeconds = std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  if (moment.seconds > kMostSeconds) return Timestamp::latest();
  // The seconds are not negative, so only an upward overflow is possible.
  std::int64_t seconds = 0;
  if (__builtin_add_overflow(static_cast<std::int64_t>(moment.seconds), offset, &seconds)) {
    return Timestamp::latest();
  }
  std::int64_t nanoseconds = 0;
  if (__builtin_mul_overflow(seconds, static_cast<std::int64_t>(kSecond), &nanoseconds)) {
    return seconds < 0 ? Timestamp::earliest() : Timestamp::latest();
  }
  return Timestamp{nanoseconds} + Duration{static_cast<std::int64_t>(moment.nanoseconds)};
}

}  // namespace

Timestamp PcapngInterface::time(std::uint64_t units) const {
  const unsigned exponent = time_unit & kExponent;
  const bool is_binary = (time_unit & kPowerOfTwo) != 0;
  if (time_offset == 0 && !is_binary && exponent <= 9) [[likely]] {
    std::int64_t nanoseconds = 0;
    if (__builtin_mul_overflow(units, kPowersOfTen[9 - exponent], &nanoseconds)) return Timestamp::latest();
    return Timestamp{nanoseconds};
  }
  return saturated(is_binary ? from_binary(units, exponent) : from_decimal(units, exponent), time_offset);
}

PcapngInterface read_pcapng_interface(std::span<const std::uint8_t> block, PcapngOrder order) {
  constexpr std::uint16_t kTimeUnit = 9;     // if_tsresol
  constexpr std::uint16_t kTimeOffset = 14;  // if_tsoffset
  PcapngInterface interface;
  interface.link_type = order.u16(block.data() + 8);
  interface.snap_length = order.u32(block.data() + 12);
  PcapngOptions options(block.subspan(16, block.size() - 16 - kPcapngTrailer), order);
  while (const auto option = options.next()) {
    if (option->code == kTimeUnit && option->value.size() == 1) interface.time_unit = option->value[0];
    if (option->code == kTimeOffset && option->value.size() == 8) {
      interface.time_offset = static_cast<std::int64_t>(order.u64(option->value.data()));
    }
  }
  return interface;
}

std::string read_pcapng_filter(std::span<const std::uint8_t> block, PcapngOrder order) {
  constexpr std::uint16_t kFilter = 11;
  constexpr std::uint8_t kText = 0;
  constexpr std::size_t kMostBytes = 1024;
  PcapngOptions options(block.subspan(16, block.size() - 16 - kPcapngTrailer), order);
  while (const auto option = options.next()) {
    if (option->code != kFilter || option->value.size() < 2) continue;
    if (option->value[0] != kText) return "a compiled filter";
    const auto text = option->value.subspan(1, std::min(option->value.size() - 1, kMostBytes));
    return {text.begin(), std::find(text.begin(), text.end(), std::uint8_t{0})};
  }
  return {};
}

}  // namespace portproof
