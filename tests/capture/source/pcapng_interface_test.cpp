#include "capture/source/internal/pcapng_interface.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <vector>

using namespace portproof;

namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kLeast = std::numeric_limits<std::int64_t>::min();
constexpr std::uint64_t kMostUnits = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint8_t kBinary = 0x80;

}  // namespace

TEST_CASE("a timestamp is read in nanoseconds, whatever its unit and offset") {
  struct Row {
    const char* what;
    std::uint8_t unit;
    std::int64_t offset;
    std::uint64_t units;
    std::int64_t nanoseconds;
  };
  const std::vector<Row> rows{
      {"seconds", 0, 0, 1'700'000'000, 1'700'000'000'000'000'000},
      {"tenths", 1, 0, 15, 1'500'000'000},
      {"microseconds", 6, 0, 1'700'000'000'123'456, 1'700'000'000'123'456'000},
      {"nanoseconds", 9, 0, 1'700'000'000'123'456'789, 1'700'000'000'123'456'789},
      {"picoseconds are rounded down", 12, 0, 1'234'999, 1'234},
      {"picoseconds with an offset", 12, 5, 1'999, 5'000'000'001},
      {"the finest unit that 64 bits can resolve", 19, 0, 10'000'000'000, 1},
      {"10^-28 is too fine to resolve", 28, 0, kMostUnits, 1},
      {"10^-29 is nothing", 29, 0, kMostUnits, 0},
      {"10^-127 is nothing", 127, 0, kMostUnits, 0},
      {"2^-0 is seconds", kBinary, 0, 3, 3'000'000'000},
      {"halves", kBinary | 1, 0, 3, 1'500'000'000},
      {"2^-20", kBinary | 20, 0, (std::uint64_t{1'700'000'000} << 20U) | (1U << 18U),
       1'700'000'000'250'000'000},
      {"2^-31", kBinary | 31, 0, (std::uint64_t{2} << 31U) | (1U << 30U), 2'500'000'000},
      {"2^-32, as NTP has it", kBinary | 32, 0, (std::uint64_t{7} << 32U) | 0xffffffffU, 7'999'999'999},
      {"2^-63", kBinary | 63, 0, (std::uint64_t{1} << 63U) | (std::uint64_t{1} << 62U), 1'500'000'000},
      {"2^-64", kBinary | 64, 0, kMostUnits, 999'999'999},
      {"2^-95", kBinary | 95, 0, kMostUnits, 0},
      {"2^-127", kBinary | 127, 0, kMostUnits, 0},
      {"an offset forward", 6, 3'600, 1'000'001, 3'601'000'001'000},
      {"an offset back", 6, -3'600, 1'000'001, -3'598'999'999'000},
      {"an offset that makes it 1969", 0, -1, 0, -1'000'000'000},
      {"an offset and a binary unit", kBinary | 1, -2, 1, -1'500'000'000},
      {"too late for 64 bits of nanoseconds", 0, 0, kMostUnits, kMost},
      {"too late, in microseconds", 6, 0, kMostUnits, kMost},
      {"too late, in nanoseconds", 9, 0, kMostUnits, kMost},
      {"the last moment", 9, 0, static_cast<std::uint64_t>(kMost), kMost},
      {"too late for its offset", 6, kMost, kMostUnits, kMost},
      {"too late in spite of its offset", 0, kLeast, kMostUnits, kMost},
      {"too early", 6, kLeast, 5, kLeast},
      {"an offset brings it back", 9, -10'000'000'000, kMostUnits, 8'446'744'073'709'551'615},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const PcapngInterface interface { .time_offset = row.offset, .time_unit = row.unit };
    CHECK(interface.time(row.units).nanoseconds == row.nanoseconds);
  }
}

TEST_CASE("without an option, times are microseconds") {
  CHECK(PcapngInterface{}.time(1'000'000).nanoseconds == 1'000'000'000);
}
