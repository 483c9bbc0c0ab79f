// Scans and floods, with what must not get lost in them: lawful sessions of the sample estate
// (samples/estate.toml) and planted findings, before, in the middle and after. Every capture is the same for
// the same numbers, on any machine.
#pragma once

#include <cstdint>

#include "tests/bench/traffic/capture_file.hpp"

namespace portproof::bench {

// One host of the estate, 10.20.99.66, tries the ports from 1 up of the hosts from 10.20.2.0 up. Every fifth
// host refuses what it does not offer; the others do not answer. One port is open: 3389 of 10.20.4.200, where
// there are as many ports and hosts.
struct Scan {
  std::uint32_t hosts{1000};
  std::uint32_t ports{65'535};
  std::uint32_t hour{0};  // in which it begins
};
void make_scan(const Scan& scan, CaptureFile& file);

// SYNs from so many addresses of 45.0.0.0/8, one each, to port 443 of 10.20.2.20, which answers none of them.
struct Flood {
  std::uint32_t addresses{1'000'000};
  std::uint32_t hour{0};
};
void make_flood(const Flood& flood, CaptureFile& file);

// The findings that each of them holds: one of each kind at each moment, from a host of its own.
//
//   moment  before 0, in the middle 1, after 2
//   10.20.7.50 + moment -> 10.20.2.10:3389    established, nothing recognised
//   10.20.7.60 + moment -> 10.20.2.10:5985    one SYN, not answered
//   10.20.7.70 + moment -> 10.20.4.11:8888    ICA
//   203.0.113.90 + moment -> 10.20.2.10:443   established, nothing recognised
//   10.20.7.80 + moment -> 10.20.2.11:4444    UDP, answered
//
// Lawful: 10.20.7.10 + moment opens 10.20.2.20:443 (TLS) and 10.20.4.11:1494 (ICA); and one ICA session of
// 10.20.7.20 lasts from the first moment to the last.
inline constexpr unsigned kMoments = 3;

}  // namespace portproof::bench
