// Finds suspect entries in a catalog that loads: rules without a source, empty port lists, unused roles,
// rules that another rule covers, dangling references, citations of rows that a document does not have. The
// loader finds faults that keep a catalog from loading (unknown roles, repeated ids); lint_files reports
// both.
//
// A rule *covers* another if it allows everything that the other allows: the same or more roles, transports,
// ports and applications, for at least the same versions, and without being broad on a port unless the other
// is too. Two tables of the documentation often say the same; a rule that is there twice for that reason is
// marked with `repeats`. Only rules of one edition or of one overlay are compared.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.hpp"
#include "catalog/load.hpp"

namespace portproof {

struct LintFinding {
  // The id of a rule or a role, "a remark of SYSTEM", or "FILE:LINE" of a fault that keeps a file from
  // loading. Empty for a fault of no file in particular.
  std::string subject;
  std::string what;

  friend auto operator<=>(const LintFinding&, const LintFinding&) = default;
};

// Sorted by subject. Empty if the catalog is clean.
std::vector<LintFinding> lint(const Catalog& catalog);

// The faults that keep the files from loading, or else the findings in the catalog that they form.
std::vector<LintFinding> lint_files(const std::vector<CatalogFile>& files);

}  // namespace portproof
