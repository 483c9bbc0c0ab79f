#include "app/command/estate.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>

#include "catalog/load.hpp"

namespace portproof {

namespace fs = std::filesystem;

Expected<Catalog> catalog_of(const Arguments& arguments) {
  if (arguments.has("with")) {
    return fail(ErrorKind::usage, fmt::format("no overlay is called '{}'; this version has none",
                                              arguments.get<std::vector<std::string>>("with").front()));
  }
  if (arguments.has("catalog")) {
    if (arguments.has("edition")) {
      return fail(ErrorKind::usage, "--edition and --catalog exclude each other: a folder is one edition");
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
    auto inventory = load_inventory(arguments.text("inventory"), estate->catalog);
    if (!inventory) return tl::unexpected(inventory.error());
    estate->inventory = std::move(*inventory);
  }
  return std::unique_ptr<const Estate>(std::move(estate));
}

}  // namespace portproof
