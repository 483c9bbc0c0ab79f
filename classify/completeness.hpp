// How complete the evidence is, held against what the inventory says may be missing.
#pragma once

#include <string>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "classify/inventory.hpp"

namespace portproof {

// A sentence for each kind of gap that goes beyond its limit; none where the evidence is complete enough.
// A count that may not be more than a share is held against everything there was, lost packets and missing
// bytes included. An input that could not be read to its end, and frames whose time was not believed, have
// no limit.
std::vector<std::string> gap_reasons(const std::vector<Input>& inputs, const Limits& limits);

// "1 packet", "3 packets".
std::string counted(std::uint64_t count, std::string_view one, std::string_view several);

}  // namespace portproof
