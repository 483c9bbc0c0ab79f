// Scans and floods, with traffic in them that must not get lost: legitimate sessions of the sample estate
// (samples/estate.toml) and planted findings before, during and after the attack. The same numbers give the
// same capture on any machine.
#pragma once

#include <cstdint>

#include "tests/bench/traffic/capture_file.hpp"

namespace portproof::bench {

// One host of the estate, 10.20.99.66, tries the ports from 1 up on the hosts from 10.20.2.0 up. Every fifth
// host refuses ports that it does not offer; the others do not answer. One port is open, if there are enough
// ports and hosts: 3389 of 10.20.4.200.
struct Scan {
  std::uint32_t hosts{1000};
  std::uint32_t ports{65'535};
  std::uint32_t hour{0};  // when it begins
};
void make_scan(const Scan& scan, CaptureFile& file);

// One SYN each from the given number of addresses in 45.0.0.0/8 to port 443 of 10.20.2.20, which answers none
// of them.
struct Flood {
  std::uint32_t addresses{1'000'000};
  std::uint32_t hour{0};
};
void make_flood(const Flood& flood, CaptureFile& file);

// The findings in each of them: one of each kind at each moment, from a host of its own.
//
//   moment  before 0, during 1, after 2
//   10.20.7.50 + moment -> 10.20.2.10:3389    established, nothing recognised
//   10.20.7.60 + moment -> 10.20.2.10:5985    one SYN, not answered
//   10.20.7.70 + moment -> 10.20.4.11:8888    ICA
//   203.0.113.90 + moment -> 10.20.2.10:443   established, nothing recognised
//   10.20.7.80 + moment -> 10.20.2.11:4444    UDP, answered
//
// Legitimate: 10.20.7.10 + moment opens 10.20.2.20:443 (TLS) and 10.20.4.11:1494 (ICA); and one ICA session
// of 10.20.7.20 lasts from the first moment to the last.
inline constexpr unsigned kMoments = 3;

}  // namespace portproof::bench
