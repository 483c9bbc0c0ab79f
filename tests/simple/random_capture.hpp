// Captures without a script: few hosts and ports, so that packets meet in flows; connections that lose,
// repeat and reorder segments, end in every way and come back on the same ports; datagrams, echoes, errors
// with quotes, fragments, tunnels, VLANs; frames that were duplicated, cut, or given a wrong time; silences
// as long as timeouts. The same seed gives the same capture.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/support/captured_frame.hpp"

namespace portproof::test {

struct RandomTraffic {
  std::uint32_t seed{1};
  unsigned frames{5000};
  unsigned hosts{6};
  unsigned connections{12};  // open at a time
  bool wild{false};          // segments with any sequence number and any flags among them
};

std::vector<CapturedFrame> random_capture(const RandomTraffic& traffic);

}  // namespace portproof::test
