// Checks how complete the evidence is against the limits in the inventory.
#pragma once

#include <string>
#include <vector>

#include "capture/evidence/evidence.hpp"
#include "classify/inventory.hpp"

namespace portproof {

// A sentence for each kind of gap that exceeds its limit; none if the evidence is complete enough. A limit is
// a share of the total, which includes lost packets and missed bytes. Inputs that could not be read to the
// end, and frames with implausible times or none, are always reported.
std::vector<std::string> gap_reasons(const std::vector<Input>& inputs, const Limits& limits);

// What the judgement of this evidence depends on.
struct LimitStakes {
  bool names{false};     // host entries of the inventory have names
  bool stations{false};  // an address without a host entry may belong to a listed host
};

// A sentence for each limit that was hit and that may have cost something the judgement depends on.
std::vector<std::string> limit_reasons(const LimitsHit& hit, const LimitStakes& stakes);

// "1 packet", "3 packets".
std::string counted(std::uint64_t count, std::string_view one, std::string_view several);

}  // namespace portproof
