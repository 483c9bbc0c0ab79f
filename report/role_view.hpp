// The roles of a catalog for people and programs: what `catalog roles` prints.
#pragma once

#include <iosfwd>

#include "catalog/role.hpp"

namespace portproof {

// A table for a terminal of `width` columns, then a line with the number of roles.
void write_role_table(const RoleTable& roles, int width, std::ostream& out);

// Tab-separated values: a header, then one role per line.
void write_roles_tsv(const RoleTable& roles, std::ostream& out);

// One JSON object with the list `roles`.
void write_roles_json(const RoleTable& roles, std::ostream& out);

}  // namespace portproof
