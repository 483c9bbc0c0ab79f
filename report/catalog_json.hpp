// The catalog as JSON: rules with all their keys, as in the TOML and with groups unexpanded, and the roles.
#pragma once

#include <iosfwd>
#include <vector>

#include "capture/base/json_writer.hpp"
#include "catalog/catalog.hpp"

namespace portproof {

// One role, as an object.
void write_role(JsonWriter& json, const Role& role);

// One object, with one rule or role per line.
void write_rules_json(const Catalog& catalog, const std::vector<const Rule*>& rules, std::ostream& out);

// One rule on one line.
void write_rule_json(const Rule& rule, std::ostream& out);

}  // namespace portproof
