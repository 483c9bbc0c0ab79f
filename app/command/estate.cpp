#include "app/command/estate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "app/command/chosen_catalog.hpp"
#include "app/command/say.hpp"
#include "classify/cautions.hpp"
#include "report/escape.hpp"

namespace portproof {

namespace fs = std::filesystem;

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
void say_once(const std::string& text) {
  static std::set<std::string> said;
  if (said.insert(text).second) say_line(text);
}

void warn_of_cautions(const Inventory& inventory) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const Timestamp today{std::chrono::duration_cast<std::chrono::nanoseconds>(now).count()};
  for (const Caution& caution : cautions_of(inventory, today)) {
    say_once(fmt::format("warning: {}:{}: {}", inventory.path, caution.line, caution.what));
  }
}

Expected<Inventory> inventory_of(const std::string& text, const std::string& path, const Catalog& catalog) {
  auto inventory = parse_inventory(text, path, catalog);
  if (!inventory) return tl::unexpected(say_all_but_last(inventory_faults(text, path, catalog)));
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
  const fs::path folder = arguments.text("catalog");
  for (const fs::path& place : {folder, folder / "overlays"}) {
    std::error_code fault;
    for (fs::directory_iterator entry(place, fault), end; !fault && entry != end; entry.increment(fault)) {
      if (entry->path().extension() == ".toml") files.push_back(entry->path().string());
    }
  }
  return files;
}

Expected<std::unique_ptr<const Estate>> estate_of(const Arguments& arguments) {
  const std::string path = arguments.has("inventory") ? arguments.text("inventory") : "";
  std::string text;
  if (!path.empty()) {
    auto read = read_inventory(path);
    if (!read) return tl::unexpected(read.error());
    text = std::move(*read);
  }
  const WrittenCatalog written = written_catalog(text);
  auto catalog = chosen_catalog(arguments, written, path);
  if (!catalog) return tl::unexpected(catalog.error());
  for (const std::string& sentence : overridden(arguments, written, path)) say_once(sentence);
  auto estate = std::make_unique<Estate>();
  estate->catalog = std::move(*catalog);
  if (!path.empty()) {
    auto inventory = inventory_of(text, path, estate->catalog);
    if (!inventory) return tl::unexpected(inventory.error());
    estate->inventory = std::move(*inventory);
  }
  return std::unique_ptr<const Estate>(std::move(estate));
}

}  // namespace portproof
