// The catalog for people and programs: what `catalog list`, `show` and `search` print.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "catalog/catalog.hpp"

namespace portproof {

// The rules in which every word occurs: in id, system, roles (also their names and aliases), ports (1494 is
// found in 1490-1500 too), transport, purpose, application, source or note. Without regard to case.
std::vector<const Rule*> find_rules(const Catalog& catalog, const std::vector<std::string>& words);

// A table for a terminal of `width` columns, and a line with the number of rules.
void write_rule_table(const std::vector<const Rule*>& rules, int width, std::ostream& out);

// All that is known of one rule: one key a line, wrapped to `width` columns.
void write_rule_page(const Catalog& catalog, const Rule& rule, int width, std::ostream& out);

// Tab-separated values: a header, then one rule a line.
void write_rules_tsv(const std::vector<const Rule*>& rules, std::ostream& out);

}  // namespace portproof
