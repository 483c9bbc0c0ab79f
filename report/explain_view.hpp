// What `explain` prints: how a conversation would be judged and by which test of the verdict table, which
// rules document it and where these come from, and what is documented near it.
#pragma once

#include <iosfwd>
#include <vector>

#include "catalog/catalog.hpp"
#include "classify/explain.hpp"

namespace portproof {

// One answer for each explanation of a question; several if a word of it is both a role and a host. `roles`
// is the table that the explanations' roles index: the inventory's, or the catalog's.
void write_explanations(const std::vector<Explanation>& explanations, const Catalog& catalog,
                        const RoleTable& roles, int width, std::ostream& out);

}  // namespace portproof
