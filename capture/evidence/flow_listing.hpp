// The flows of an input as a list.
#pragma once

#include <vector>

#include "capture/evidence/accounting.hpp"
#include "capture/evidence/loose_flow.hpp"

namespace portproof {

// Every IP flow of the input, one entry a 5-tuple however often it closed
// and came back. Sorted by key.
struct FlowListing {
  std::vector<LooseFlow> flows;
  // What is known by its addresses and protocol alone (Decoded::addressed), with ports of 0 whatever the
  // protocol: later fragments without their first, packets that end before their ports. No flow has these:
  // the accounting counts them as rejected or without a flow. Sorted by key.
  std::vector<LooseFlow> without_ports;
  Input input;
};

}  // namespace portproof
