// Finds what is suspect in a catalog that loads: rules with no source, empty port lists, roles that
// nothing uses, rules that another covers, references that lead nowhere. What keeps a catalog from
// loading (unknown roles, repeated ids) is found by the loader; lint_files gives both.
//
// A rule is *covered* by another that allows all of it: the same or more roles, transports, ports and
// applications, not only for some versions, and not broad where the first is not. Two tables of the
// documentation often say the same; a rule that stands twice for that reason says so with `repeats`.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "catalog/load.hpp"

namespace portproof {

struct LintFinding {
  std::string subject;  // a rule's or a role's id; "FILE:LINE" for what keeps a file from loading
  std::string what;

  friend auto operator<=>(const LintFinding&, const LintFinding&) = default;
};

// Sorted by subject. Empty: the catalog is clean.
std::vector<LintFinding> lint(const Catalog& catalog);

// The faults that keep the files from loading, or the findings in the catalog that they make.
std::vector<LintFinding> lint_files(const std::vector<CatalogFile>& files);

}  // namespace portproof
