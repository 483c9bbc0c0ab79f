#include "report/format.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "catalog/nearest.hpp"
#include "report/catalog_json.hpp"
#include "report/catalog_view.hpp"
#include "report/json.hpp"
#include "report/role_view.hpp"
#include "report/rule_export.hpp"

namespace portproof {
namespace {

using Rules = std::vector<const Rule*>;

constexpr std::array kReportFormats{
    ReportFormat{{"text", ".txt", "for a person: what is flagged and why, and the evidence behind it"},
                 write_text},
    ReportFormat{{"json", ".json", "for programs and the archive: schema portproof-report/1"},
                 [](const Report& report, std::string_view version, const TextOptions&, std::ostream& out) {
                   write_json(report, version, out);
                 }},
};

constexpr std::array kFlowFormats{
    FlowFormat{{"text", ".txt", "for a person: a table and a line of totals"}, write_flows_text},
    FlowFormat{{"ndjson", ".ndjson", "for programs: one JSON object per line"},
               [](const FlowList& list, int, std::ostream& out) { write_flows_ndjson(list, out); }},
};

constexpr std::array kCatalogFormats{
    CatalogFormat{{"table", ".txt", "for a person: a table, or a page about one rule"},
                  [](const Catalog&, const Rules& rules, int width, std::ostream& out) {
                    write_rule_table(rules, width, out);
                  },
                  write_rule_page,
                  write_role_table},
    CatalogFormat{
        {"tsv", ".tsv", "for spreadsheets: a header, then one rule per line"},
        [](const Catalog&, const Rules& rules, int, std::ostream& out) { write_rules_tsv(rules, out); },
        [](const Catalog&, const Rule& rule, int, std::ostream& out) { write_rules_tsv({&rule}, out); },
        [](const RoleTable& roles, int, std::ostream& out) { write_roles_tsv(roles, out); }},
    CatalogFormat{
        {"json", ".json", "for programs: every rule with all its keys, and the roles"},
        [](const Catalog& catalog, const Rules& rules, int, std::ostream& out) {
          write_rules_json(catalog, rules, out);
        },
        [](const Catalog&, const Rule& rule, int, std::ostream& out) { write_rule_json(rule, out); },
        [](const RoleTable& roles, int, std::ostream& out) { write_roles_json(roles, out); }},
};

constexpr std::array kExportFormats{
    ExportFormat{{"csv", ".csv", "for spreadsheets and requests to a firewall team"}, write_rules_csv},
    ExportFormat{{"nftables", ".nft", "for nftables: a chain that accepts what is documented"},
                 write_rules_nftables},
    ExportFormat{{"suricata", ".rules", "for Suricata: it alerts on what is not documented"},
                 write_rules_suricata},
};

}  // namespace

std::span<const ReportFormat> report_formats() {
  return kReportFormats;
}

std::span<const FlowFormat> flow_formats() {
  return kFlowFormats;
}

std::span<const CatalogFormat> catalog_formats() {
  return kCatalogFormats;
}

std::span<const ExportFormat> export_formats() {
  return kExportFormats;
}

std::string choice(const std::vector<std::string_view>& names) {
  if (names.size() < 2) return names.empty() ? std::string{} : std::string(names.front());
  return fmt::format("{} or {}", fmt::join(names.begin(), names.end() - 1, ", "), names.back());
}

Error unknown_format(std::string_view document, std::string_view name,
                     const std::vector<std::string_view>& known) {
  const std::string_view near = nearest_word(name, known);
  const std::string names = fmt::format("{}", fmt::join(known, ", "));
  return Error{ErrorKind::usage,
               near.empty() ? fmt::format("no {} format is called '{}'; there are: {}", document, name, names)
                            : fmt::format("no {} format is called '{}'; did you mean '{}'? There are: {}",
                                          document, name, near, names),
               {}};
}

}  // namespace portproof
