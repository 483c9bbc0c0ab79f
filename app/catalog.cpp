// portproof catalog: reads the documented ports.
#include <fmt/format.h>

#include <algorithm>
#include <ostream>
#include <sstream>

#include "app/command/command.hpp"
#include "app/command/estate.hpp"
#include "app/command/exit_status.hpp"
#include "app/command/output.hpp"
#include "app/command/say.hpp"
#include "app/sandbox/file_work.hpp"
#include "catalog/lint.hpp"
#include "catalog/load.hpp"
#include "catalog/nearest.hpp"
#include "report/catalog_view.hpp"
#include "report/format.hpp"

namespace portproof {
namespace {

// The first format is called "text" by other commands.
Expected<const CatalogFormat*> format_of(const Arguments& arguments) {
  const std::string name = arguments.text("format");
  if (name == "text") return &catalog_formats().front();
  if (const CatalogFormat* format = find_format(catalog_formats(), name)) return format;
  return tl::unexpected(unknown_format("catalog", name, format_names(catalog_formats())));
}

Expected<int> print(const std::function<void(std::ostream&)>& write) {
  return write_output({}, write).map([] { return kExitSuccess; });
}

// The catalog with the site's own roles, and its [[allow]] entries among the rules.
Catalog with_site(const Estate& estate) {
  Catalog catalog = estate.catalog;
  const Inventory* const inventory = estate.inventory_or_null();
  if (inventory == nullptr) return catalog;
  catalog.roles = inventory->roles;
  for (const Allow& allow : inventory->allows) catalog.rules.push_back(allow.rule);
  std::sort(catalog.rules.begin(), catalog.rules.end(),
            [](const Rule& a, const Rule& b) { return a.id < b.id; });
  return catalog;
}

Expected<int> list_rules(const Catalog& catalog, const std::vector<const Rule*>& rules,
                         const Arguments& arguments) {
  const auto format = format_of(arguments);
  if (!format) return tl::unexpected(format.error());
  return print(
      [&](std::ostream& out) { (*format)->write_rules(catalog, rules, terminal_width(stdout), out); });
}

Expected<int> list(const Catalog& catalog, const Arguments& arguments) {
  std::vector<const Rule*> all;
  for (const Rule& rule : catalog.rules) all.push_back(&rule);
  return list_rules(catalog, all, arguments);
}

Expected<int> show(const Catalog& catalog, const std::string& id, const Arguments& arguments) {
  const Rule* rule = catalog.find_rule(id);
  if (rule == nullptr) {
    std::vector<std::string_view> known;
    for (const Rule& candidate : catalog.rules) known.emplace_back(candidate.id);
    const std::string_view near = nearest_word(id, known);
    return fail(ErrorKind::usage, fmt::format("no rule is called '{}'{}", id,
                                              near.empty() ? "; 'portproof catalog search WORD' finds rules"
                                                           : fmt::format("; did you mean '{}'?", near)));
  }
  const auto format = format_of(arguments);
  if (!format) return tl::unexpected(format.error());
  return print(
      [&](std::ostream& out) { (*format)->write_rule(catalog, *rule, terminal_width(stdout), out); });
}

Expected<int> search(const Catalog& catalog, const std::vector<std::string>& words,
                     const Arguments& arguments) {
  const std::vector<const Rule*> found = find_rules(catalog, words);
  if (found.empty()) {
    say("portproof: no rule matches\n");
    return 1;
  }
  return list_rules(catalog, found, arguments);
}

// Exit status 65 if anything is found: a catalog with findings is bad data.
Expected<int> print_findings(const std::vector<LintFinding>& findings) {
  std::ostringstream text;
  for (const LintFinding& finding : findings) text << finding.subject << ": " << finding.what << '\n';
  return write_standard_output(text.str()).map([](int) { return exit_status(ErrorKind::bad_data); });
}

Expected<int> lint_catalog(const Catalog& catalog) {
  const std::vector<LintFinding> findings = lint(catalog);
  if (!findings.empty()) return print_findings(findings);
  return write_standard_output(fmt::format(
      "clean: edition {}, {} systems, {} roles, {} rules, {} remarks\n", catalog.edition,
      catalog.systems.size(), catalog.roles.roles().size(), catalog.rules.size(), catalog.remarks.size()));
}

// All faults of a folder's files at once, including those that keep it from loading.
Expected<int> lint_folder(const std::string& folder) {
  auto files = read_catalog_folder(folder);
  if (!files) return tl::unexpected(files.error());
  std::vector<LintFinding> findings = lint_files(*files);
  for (LintFinding& finding : findings) {
    if (finding.subject.empty()) finding.subject = folder;  // a fault of no file in particular
  }
  if (!findings.empty()) return print_findings(findings);
  const auto catalog = load_catalog(std::move(*files));
  return catalog ? lint_catalog(*catalog) : tl::unexpected(catalog.error());
}

}  // namespace

Expected<int> catalog_command(const Arguments& arguments) {
  std::vector<std::string> words = arguments.words();
  if (words.empty())
    return fail(ErrorKind::usage, "say what to do: catalog list, show RULE, search WORD or lint");
  const std::string action = words.front();
  words.erase(words.begin());
  if (action == "lint" && arguments.has("inventory")) {
    return fail(ErrorKind::usage, "'catalog lint' checks a catalog, not an inventory: leave out -I");
  }
  std::vector<std::string> read = paths_of_estate(arguments);
  if (action == "lint") read.insert(read.end(), words.begin(), words.end());
  if (auto confined = confine({read, {}}); !confined) return tl::unexpected(confined.error());
  if (action == "lint" && words.size() == 1) {
    return lint_folder(words.front());
  }
  const auto estate = estate_of(arguments);
  if (!estate) return tl::unexpected(estate.error());
  if (action == "lint" && words.empty()) return lint_catalog((*estate)->catalog);
  const Catalog catalog = with_site(**estate);
  if (action == "list" && words.empty()) return list(catalog, arguments);
  if (action == "show" && words.size() == 1) return show(catalog, words.front(), arguments);
  if (action == "search" && !words.empty()) return search(catalog, words, arguments);
  return fail(ErrorKind::usage,
              fmt::format("'catalog {}' cannot be used like this; write catalog list, show RULE, "
                          "search WORD... or lint [DIR]",
                          action));
}

}  // namespace portproof
