// A frame of everything that the decoder knows over Ethernet, for tests of what holds for all of them.
#pragma once

#include <vector>

#include "tests/support/bytes.hpp"

namespace portproof::test {

// One frame of each tunnel; inside most is a datagram from 10.0.0.1:5000 to 10.0.0.2:53.
std::vector<Bytes> every_tunnel();

// One frame of each kind, tunnels included.
std::vector<Bytes> every_kind();

}  // namespace portproof::test
