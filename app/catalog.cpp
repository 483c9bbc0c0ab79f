// portproof catalog: reads the documented ports.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ostream>

#include "app/command/catalog_lint.hpp"
#include "app/command/chosen_catalog.hpp"
#include "app/command/command.hpp"
#include "app/command/estate.hpp"
#include "app/command/exit_status.hpp"
#include "app/command/output.hpp"
#include "app/command/say.hpp"
#include "app/sandbox/file_work.hpp"
#include "catalog/diff.hpp"
#include "catalog/load.hpp"
#include "catalog/nearest.hpp"
#include "report/catalog_diff_view.hpp"
#include "report/catalog_view.hpp"
#include "report/format.hpp"

namespace portproof {
namespace {

using Words = std::vector<std::string>;

Expected<int> print(const std::function<void(std::ostream&)>& write) {
  return write_output({}, write).map([] { return kExitSuccess; });
}

// The first format is called "text" by other commands.
Expected<const CatalogFormat*> format_of(const Arguments& arguments) {
  const std::string name = arguments.text("format");
  if (name == "text") return &catalog_formats().front();
  if (const CatalogFormat* format = find_format(catalog_formats(), name)) return format;
  return tl::unexpected(unknown_format("catalog", name, format_names(catalog_formats())));
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

Expected<int> list(const Estate& estate, const Words&, const Arguments& arguments) {
  const Catalog catalog = with_site(estate);
  std::vector<const Rule*> all;
  for (const Rule& rule : catalog.rules) all.push_back(&rule);
  return list_rules(catalog, all, arguments);
}

Expected<int> list_roles(const Estate& estate, const Words&, const Arguments& arguments) {
  const auto format = format_of(arguments);
  if (!format) return tl::unexpected(format.error());
  const Catalog catalog = with_site(estate);
  return print(
      [&](std::ostream& out) { (*format)->write_roles(catalog.roles, terminal_width(stdout), out); });
}

Expected<int> show(const Estate& estate, const Words& words, const Arguments& arguments) {
  const Catalog catalog = with_site(estate);
  const std::string& id = words.front();
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

Expected<int> search(const Estate& estate, const Words& words, const Arguments& arguments) {
  const Catalog catalog = with_site(estate);
  const std::vector<const Rule*> found = find_rules(catalog, words);
  if (found.empty()) {
    say("portproof: no rule matches\n");
    return 1;
  }
  return list_rules(catalog, found, arguments);
}

Expected<int> export_rules(const Estate& estate, const Words&, const Arguments& arguments) {
  const Inventory* const inventory = estate.inventory_or_null();
  if (inventory == nullptr) {
    return fail(ErrorKind::usage, "'catalog export' needs the addresses of an inventory: name it with -I");
  }
  const std::string name = arguments.text("format");
  const ExportFormat* format = find_format(export_formats(), name);
  // The format that the other actions have by default is none of an export.
  if (format == nullptr && name == catalog_formats().front().name) format = &export_formats().front();
  if (format == nullptr) {
    return tl::unexpected(unknown_format("export", name, format_names(export_formats())));
  }
  const RuleBook book(estate.catalog, inventory);
  const ExportedRules exported = exported_rules(book, *inventory);
  return print([&](std::ostream& out) { format->write(estate.catalog, *inventory, exported, out); });
}

// An edition that is compiled in, or a folder.
Expected<Catalog> catalog_called(const std::string& word) {
  const auto editions = built_in_editions();
  if (std::find(editions.begin(), editions.end(), word) != editions.end()) return load_built_in_catalog(word);
  auto catalog = load_catalog_folder(word);
  if (!catalog && catalog.error().kind == ErrorKind::input_missing) {
    return fail(ErrorKind::usage, unknown_id("edition or folder", word, editions));
  }
  return catalog;
}

Expected<int> diff(const Words& words) {
  const auto before = catalog_called(words.front());
  if (!before) return tl::unexpected(before.error());
  const auto after = catalog_called(words.back());
  if (!after) return tl::unexpected(after.error());
  return print([&](std::ostream& out) {
    write_differences(differences(*before, *after), terminal_width(stdout), out);
  });
}

// What to do with an estate, and how many words that takes.
struct Action {
  std::string_view name;
  std::size_t fewest;
  std::size_t most;
  Expected<int> (*run)(const Estate& estate, const Words& words, const Arguments& arguments);
};

constexpr std::size_t kAnyNumber = static_cast<std::size_t>(-1);
constexpr std::array kActions{Action{"list", 0, 0, list}, Action{"show", 1, 1, show},
                              Action{"search", 1, kAnyNumber, search}, Action{"roles", 0, 0, list_roles},
                              Action{"export", 0, 0, export_rules}};

constexpr std::string_view kUsage = "list, show RULE, search WORD..., roles, export, diff A B or lint [DIR]";

Expected<int> run_on_estate(const Action& action, const Words& words, const Arguments& arguments) {
  if (auto confined = confine({paths_of_estate(arguments), {}}); !confined) {
    return tl::unexpected(confined.error());
  }
  const auto estate = estate_of(arguments);
  if (!estate) return tl::unexpected(estate.error());
  return action.run(**estate, words, arguments);
}

// Those that choose their own catalogs take no option that would choose another.
Expected<int> run_on_catalogs(const std::string& action, const Words& words, const Arguments& arguments) {
  if (arguments.has("inventory")) {
    return fail(ErrorKind::usage,
                fmt::format("'catalog {}' reads catalogs, not an inventory: leave out -I", action));
  }
  std::vector<std::string> read = paths_of_estate(arguments);
  read.insert(read.end(), words.begin(), words.end());
  if (action == "diff") {
    const auto editions = built_in_editions();
    std::erase_if(read, [&](const std::string& word) {
      return std::find(editions.begin(), editions.end(), word) != editions.end();
    });
  }
  if (auto confined = confine({read, {}}); !confined) return tl::unexpected(confined.error());
  return action == "diff" ? diff(words) : lint_catalogs(words, arguments);
}

}  // namespace

Expected<int> catalog_command(const Arguments& arguments) {
  Words words = arguments.words();
  if (words.empty()) return fail(ErrorKind::usage, fmt::format("say what to do: catalog {}", kUsage));
  const std::string name = words.front();
  words.erase(words.begin());
  const bool on_catalogs = (name == "diff" && words.size() == 2) || (name == "lint" && words.size() <= 1);
  if (on_catalogs) return run_on_catalogs(name, words, arguments);
  for (const Action& action : kActions) {
    if (action.name != name || words.size() < action.fewest || words.size() > action.most) continue;
    return run_on_estate(action, words, arguments);
  }
  return fail(ErrorKind::usage,
              fmt::format("'catalog {}' cannot be used like this; write catalog {}", name, kUsage));
}

}  // namespace portproof
