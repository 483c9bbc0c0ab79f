// A proposed inventory as TOML that the program reads back: host lines that count, and comments that say why,
// how surely, and what is left for a person to decide. All text from the network is escaped: none of it can
// leave its comment.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "classify/discover/discover.hpp"

namespace portproof {

struct ProposalSource {
  std::vector<std::string> inputs;  // paths of what was read
  std::string catalog;              // title of the edition
  std::string inventory;            // path of the one that was known; empty for none
};

void write_proposal(const Proposal& proposal, const ProposalSource& source, std::ostream& out);

}  // namespace portproof
