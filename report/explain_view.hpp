// What `explain` prints: how a conversation would be judged and by which test of the verdict table, which
// rules document it and where these come from, and what is documented near it.
#pragma once

#include <iosfwd>

#include "catalog/catalog.hpp"
#include "classify/explain.hpp"

namespace portproof {

// `roles` is the table that the explanation's roles index: the inventory's, or the catalog's.
void write_explanation(const Explanation& explanation, const Catalog& catalog, const RoleTable& roles,
                       int width, std::ostream& out);

}  // namespace portproof
