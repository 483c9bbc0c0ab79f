// A proposed inventory as TOML that the program can read: host entries that take effect, and comments that
// say why, how certain, and what is left for a person to decide. All text from the network is escaped, so
// that none of it can break out of its comment.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "classify/discover/discover.hpp"

namespace portproof {

struct ProposalSource {
  std::vector<std::string> inputs;  // paths of the inputs
  std::string catalog;              // title of the edition
  std::string inventory;            // path of the inventory given; empty if none
};

void write_proposal(const Proposal& proposal, const ProposalSource& source, std::ostream& out);

}  // namespace portproof
