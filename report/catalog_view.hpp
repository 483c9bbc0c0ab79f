// The catalog for people and programs: what `catalog list`, `show` and `search` print.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"

namespace portproof {

enum class CatalogFormat : std::uint8_t { table, tsv, json };

// The rules in which every word occurs: in id, system, roles (also their names and aliases), ports (1494 is
// found in 1490-1500 too), transport, purpose, application, source or note. Without regard to case.
std::vector<const Rule*> find_rules(const Catalog& catalog, const std::vector<std::string>& words);

// Table: for a terminal of this width. TSV: a header, then one rule a line. JSON: every rule with all its
// keys, and the roles.
void write_rules(const Catalog& catalog, const std::vector<const Rule*>& rules, CatalogFormat format,
                 int width, std::ostream& out);

// One rule; as a table all that is known of it, one key a line, wrapped.
void write_rule(const Catalog& catalog, const Rule& rule, CatalogFormat format, int width, std::ostream& out);

}  // namespace portproof
