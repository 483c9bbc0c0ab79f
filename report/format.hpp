// The formats in which documents are written: one table for each kind of document, and a row for each format.
// Everything that names a format (the option -T and its help, messages, the files of a watch, the table in
// docs/reference/formats.md) comes from these rows or is checked against them.
//
// To add a format, write its writer in a file of its own and add a row in report/format.cpp. Explanations
// (report/explain_view.hpp) and proposed inventories (report/proposal.hpp) have one form each and no table.
#pragma once

#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/error.hpp"
#include "catalog/catalog.hpp"
#include "report/exported_rules.hpp"
#include "report/flows.hpp"
#include "report/report.hpp"
#include "report/text.hpp"

namespace portproof {

// What every row has. A writer writes to the stream and leaves the stream's state to the caller.
struct Format {
  std::string_view name;     // as -T takes it
  std::string_view ending;   // of its files: a dot and letters
  std::string_view summary;  // "for" whom it is, and what it contains: the end of a sentence
};

struct ReportFormat : Format {
  // A format that has no layout ignores `layout`.
  void (*write)(const Report& report, std::string_view version, const TextOptions& layout, std::ostream& out);
};

struct FlowFormat : Format {
  // `width`: columns of the terminal, for a format that has lines to fill.
  void (*write)(const FlowList& list, int width, std::ostream& out);
};

struct CatalogFormat : Format {
  // `width`: as for flows.
  void (*write_rules)(const Catalog& catalog, const std::vector<const Rule*>& rules, int width,
                      std::ostream& out);
  void (*write_rule)(const Catalog& catalog, const Rule& rule, int width, std::ostream& out);
  void (*write_roles)(const RoleTable& roles, int width, std::ostream& out);
};

struct ExportFormat : Format {
  void (*write)(const Catalog& catalog, const Inventory& inventory, const ExportedRules& exported,
                std::ostream& out);
};

// Each table's first row is the default. The rows live as long as the program.
std::span<const ReportFormat> report_formats();
std::span<const FlowFormat> flow_formats();
std::span<const CatalogFormat> catalog_formats();
std::span<const ExportFormat> export_formats();

// The row with this name; null if there is none.
template <typename Row>
const Row* find_format(std::span<const Row> formats, std::string_view name) {
  for (const Row& format : formats) {
    if (format.name == name) return &format;
  }
  return nullptr;
}

template <typename Row>
std::vector<std::string_view> format_names(std::span<const Row> formats) {
  std::vector<std::string_view> names;
  for (const Row& format : formats) names.push_back(format.name);
  return names;
}

// "table, tsv or json": what -T takes, for a sentence.
std::string choice(const std::vector<std::string_view>& names);

// Of kind usage: the error of -T for a name that is not in a table, with the nearest one that is. `document`
// is the kind of document: "report", "flow", "catalog".
Error unknown_format(std::string_view document, std::string_view name,
                     const std::vector<std::string_view>& known);

}  // namespace portproof
