// The catalog for people and programs: what `catalog list`, `show` and `search` print.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"

namespace portproof {

// The rules that contain every word, in id, system, roles (with their names and aliases), ports (1494 also
// finds 1490-1500), transport, purpose, application, source or note. Case does not matter.
std::vector<const Rule*> find_rules(const Catalog& catalog, const std::vector<std::string>& words);

// A table for a terminal of `width` columns, then a line with the number of rules.
void write_rule_table(const std::vector<const Rule*>& rules, int width, std::ostream& out);

// Everything about one rule: one key per line, wrapped to `width` columns.
void write_rule_page(const Catalog& catalog, const Rule& rule, int width, std::ostream& out);

// Tab-separated values: a header, then one rule per line.
void write_rules_tsv(const std::vector<const Rule*>& rules, std::ostream& out);

}  // namespace portproof
