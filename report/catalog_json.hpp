// The catalog as JSON: rules with all their keys as the TOML has them, groups as written, and the roles.
#pragma once

#include <iosfwd>
#include <vector>

#include "catalog/catalog.hpp"

namespace portproof {

// One object; a rule and a role a line.
void write_rules_json(const Catalog& catalog, const std::vector<const Rule*>& rules, std::ostream& out);

// One rule, one line.
void write_rule_json(const Rule& rule, std::ostream& out);

}  // namespace portproof
