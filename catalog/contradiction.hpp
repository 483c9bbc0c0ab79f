// An overlay adds to an edition and must not contradict it. One rule contradicts another if it allows what
// the other denies: they share a transport, a port, and a role at each end, in one of the directions that the
// allowing rule has.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.hpp"

namespace portproof {

struct Contradiction {
  const Rule* rule{nullptr};   // of an overlay
  const Rule* other{nullptr};  // of the edition or of another overlay; one of the two is a deny rule
};

// Every rule of an overlay that contradicts one of the edition or of an earlier overlay, with the first such
// rule, by id. Pointers into the catalog.
std::vector<Contradiction> contradictions_in(const Catalog& catalog);

// 'allows what the rule "connector-no-inbound" denies', with the rule's id.
std::string to_string(const Contradiction& contradiction);

}  // namespace portproof
