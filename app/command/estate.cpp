#include "app/command/estate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "app/command/say.hpp"
#include "catalog/load.hpp"
#include "classify/cautions.hpp"
#include "report/escape.hpp"

namespace portproof {

namespace fs = std::filesystem;

Expected<Catalog> catalog_of(const Arguments& arguments) {
  if (arguments.has("with")) {
    return fail(ErrorKind::usage, fmt::format("no overlay is called '{}'; this version has none",
                                              arguments.get<std::vector<std::string>>("with").front()));
  }
  if (arguments.has("catalog")) {
    if (arguments.has("edition")) {
      return fail(ErrorKind::usage, "--edition and --catalog cannot be combined: a folder is one edition");
    }
    return load_catalog_folder(arguments.text("catalog"));
  }
  const std::string edition = arguments.has("edition") ? arguments.text("edition") : "base";
  const auto known = built_in_editions();
  if (std::find(known.begin(), known.end(), edition) == known.end()) {
    return fail(ErrorKind::usage,
                fmt::format("no edition is called '{}'; there is: {}", edition, fmt::join(known, ", ")));
  }
  return load_built_in_catalog(edition);
}

namespace {

// More than these are not read at once by anybody.
constexpr std::size_t kMostFaults = 20;

void say_line(const std::string& text) {
  say(fmt::format("portproof: {}\n", escape_terminal(text)));
}

// All faults of an inventory but the last on standard error, and the last as the error, which follows them
// there.
Error say_all_but_last(const std::vector<Error>& faults) {
  for (std::size_t index = 0; index + 1 < std::min(faults.size(), kMostFaults); ++index) {
    say_line(message(faults[index]));
  }
  if (faults.size() <= kMostFaults) return faults.back();
  Error last = faults[kMostFaults - 1];
  last.what += fmt::format("; and {} more faults", faults.size() - kMostFaults);
  return last;
}

// A watch reads its inventory again and again, and does not repeat what it has said about it.
void warn_of_cautions(const Inventory& inventory) {
  static std::set<std::string> said;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const Timestamp today{std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()};
  for (const Caution& caution : cautions_of(inventory, today)) {
    const std::string text = fmt::format("warning: {}:{}: {}", inventory.path, caution.line, caution.what);
    if (said.insert(text).second) say_line(text);
  }
}

Expected<Inventory> inventory_of(const std::string& path, const Catalog& catalog) {
  const auto text = read_inventory(path);
  if (!text) return tl::unexpected(text.error());
  auto inventory = parse_inventory(*text, path, catalog);
  if (!inventory) return tl::unexpected(say_all_but_last(inventory_faults(*text, path, catalog)));
  warn_of_cautions(*inventory);
  return inventory;
}

}  // namespace

std::vector<std::string> paths_of_estate(const Arguments& arguments) {
  std::vector<std::string> paths;
  for (const char* const option : {"inventory", "catalog"}) {
    if (arguments.has(option)) paths.push_back(arguments.text(option));
  }
  return paths;
}

std::vector<std::string> paths_read(const Arguments& arguments) {
  std::vector<std::string> paths = arguments.words();
  for (std::string& path : paths_of_estate(arguments)) paths.push_back(std::move(path));
  return paths;
}

std::vector<std::string> files_of_estate(const Arguments& arguments) {
  std::vector<std::string> files;
  if (arguments.has("inventory")) files.push_back(arguments.text("inventory"));
  if (!arguments.has("catalog")) return files;
  std::error_code fault;
  for (fs::directory_iterator entry(arguments.text("catalog"), fault), end; !fault && entry != end;
       entry.increment(fault)) {
    if (entry->path().extension() == ".toml") files.push_back(entry->path().string());
  }
  return files;
}

Expected<std::unique_ptr<const Estate>> estate_of(const Arguments& arguments) {
  auto catalog = catalog_of(arguments);
  if (!catalog) return tl::unexpected(catalog.error());
  auto estate = std::make_unique<Estate>();
  estate->catalog = std::move(*catalog);
  if (arguments.has("inventory")) {
    auto inventory = inventory_of(arguments.text("inventory"), estate->catalog);
    if (!inventory) return tl::unexpected(inventory.error());
    estate->inventory = std::move(*inventory);
  }
  return std::unique_ptr<const Estate>(std::move(estate));
}

}  // namespace portproof
