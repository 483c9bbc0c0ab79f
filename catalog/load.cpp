#include "catalog/load.hpp"

#include <algorithm>
#include <cerrno>
#include <memory>
#include <system_error>
#include <utility>

#include "capture/base/sha256.hpp"
#include "catalog/embedded.hpp"
#include "catalog/internal/catalog_builder.hpp"
#include "catalog/nearest.hpp"
#include "catalog/table_reader.hpp"
#include "catalog/toml_file.hpp"
#include "catalog/toml_value.hpp"

namespace portproof {
namespace {

namespace fs = std::filesystem;

// SHA-256 over each file's name and text, with their lengths, so that different catalogs never feed it the
// same bytes. The folder is left out: it does not change what a catalog says.
std::string hash(const std::vector<CatalogFile>& files) {
  Sha256 hash;
  const auto add = [&hash](const std::string& text) {
    hash.update(std::to_string(text.size()) + ":");
    hash.update(text);
  };
  for (const CatalogFile& file : files) {
    add(fs::path(file.name).filename().string());
    add(file.text);
  }
  return hash.hex();
}

struct Attempt {
  Catalog catalog;
  std::vector<Error> errors;
};

// A TOML parser stops at a file's first syntax fault, so such a file has one fault. The other files are still
// read, but references are resolved only if all files parse: roles of an unread file would seem missing.
Attempt attempt(std::vector<CatalogFile>& files) {
  std::sort(files.begin(), files.end(),
            [](const CatalogFile& a, const CatalogFile& b) { return a.name < b.name; });
  Attempt result;
  if (files.empty()) {
    result.errors.push_back({ErrorKind::bad_data, "the catalog has no files", {}});
    return result;
  }
  std::vector<std::string> names;
  names.reserve(files.size());
  for (const CatalogFile& file : files) names.push_back(file.name);
  FaultList faults;
  CatalogBuilder builder(names, faults);
  bool all_parsed = true;
  std::vector<std::pair<TomlValue, std::size_t>> roots;
  for (std::size_t index = 0; index < files.size(); ++index) {
    auto root = parse_toml(files[index].text);
    if (root) {
      roots.emplace_back(std::move(*root), index);
    } else {
      faults.add(index, root.error().line, root.error().what);
      all_parsed = false;
    }
  }
  std::stable_sort(roots.begin(), roots.end(), [](const auto& left, const auto& right) {
    return CatalogBuilder::turn_of(left.first) < CatalogBuilder::turn_of(right.first);
  });
  for (const auto& [root, index] : roots) builder.add(root, index);
  if (all_parsed) result.catalog = builder.finish();
  for (const Fault& fault : faults.sorted()) {
    std::string where;
    if (fault.file != kNoFile) where = names[fault.file] + ":" + std::to_string(fault.line);
    result.errors.push_back({ErrorKind::bad_data, fault.what, std::move(where)});
  }
  return result;
}

Error system_error(int number, std::string what, const fs::path& path) {
  const auto kind = number == EACCES || number == EPERM ? ErrorKind::no_permission : ErrorKind::input_missing;
  return {kind, std::move(what) + ": " + std::generic_category().message(number), path.string()};
}

}  // namespace

Expected<Catalog> load_catalog(std::vector<CatalogFile> files) {
  Attempt result = attempt(files);
  if (!result.errors.empty()) return tl::unexpected(std::move(result.errors.front()));
  result.catalog.sha256 = hash(files);
  if (result.catalog.sha256.empty()) return fail(ErrorKind::internal, "cannot compute SHA-256");
  return std::move(result.catalog);
}

std::vector<Error> catalog_faults(std::vector<CatalogFile> files) {
  return attempt(files).errors;
}

Expected<std::vector<CatalogFile>> read_catalog_folder(const fs::path& folder) {
  std::error_code error;
  fs::directory_iterator entries(folder, error);
  if (error) return tl::unexpected(system_error(error.value(), "cannot read the catalog folder", folder));
  std::vector<fs::path> paths;
  while (entries != fs::directory_iterator()) {
    std::error_code ignored;
    if (entries->path().extension() == ".toml" && !entries->is_directory(ignored)) {
      paths.push_back(entries->path());
    }
    entries.increment(error);
    if (error) return tl::unexpected(system_error(error.value(), "cannot read the catalog folder", folder));
  }
  if (paths.empty()) return fail(ErrorKind::bad_data, "the folder contains no *.toml file", folder.string());
  std::sort(paths.begin(), paths.end());
  std::vector<CatalogFile> files;
  for (const fs::path& path : paths) {
    auto text = read_toml_file(path.string(), "the catalog file");
    if (!text) return tl::unexpected(std::move(text.error()));
    files.push_back({path.string(), std::move(*text)});
  }
  return files;
}

Expected<Catalog> load_catalog_folder(const fs::path& folder) {
  auto files = read_catalog_folder(folder);
  if (!files) return tl::unexpected(files.error());
  return load_catalog(std::move(*files)).map_error([&folder](Error error) {
    if (error.where.empty()) error.where = folder.string();
    return error;
  });
}

namespace {

constexpr std::string_view kEditionFolder = "editions/";
constexpr std::string_view kOverlayFolder = "overlays/";
constexpr std::string_view kExtension = ".toml";

bool is_of_default_edition(const EmbeddedFile& file) {
  return file.name.find('/') == std::string_view::npos;
}

// What stands below a folder of the built-in catalog, each once: overlays by the names of their files,
// editions by those of their folders.
std::vector<std::string_view> ids_in(std::string_view folder) {
  std::vector<std::string_view> ids;
  for (const EmbeddedFile& file : embedded_files()) {
    if (!file.name.starts_with(folder)) continue;
    const std::string_view rest = file.name.substr(folder.size());
    const std::string_view id = rest.substr(0, std::min(rest.find('/'), rest.size() - kExtension.size()));
    if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
  }
  return ids;
}

void add_files(std::string_view prefix, std::vector<CatalogFile>& files) {
  for (const EmbeddedFile& file : embedded_files()) {
    if (file.name.starts_with(prefix)) files.push_back({std::string(file.name), std::string(file.text)});
  }
}

}  // namespace

std::vector<std::string_view> built_in_editions() {
  std::vector<std::string_view> editions = ids_in(kEditionFolder);
  editions.insert(editions.begin(), kDefaultEdition);
  return editions;
}

std::vector<std::string_view> built_in_overlays() {
  return ids_in(kOverlayFolder);
}

std::string unknown_id(std::string_view what, std::string_view id,
                       const std::vector<std::string_view>& known) {
  std::string text = "no " + std::string(what) + " is called " + in_quotes(id) + did_you_mean(id, known);
  std::string_view before = text.ends_with('?') ? " There are: " : "; there are: ";
  for (const std::string_view each : known) {
    text.append(before).append(each);
    before = ", ";
  }
  return text;
}

Expected<std::vector<CatalogFile>> built_in_edition(std::string_view edition) {
  const auto editions = built_in_editions();
  if (std::find(editions.begin(), editions.end(), edition) == editions.end()) {
    return fail(ErrorKind::usage, unknown_id("edition", edition, editions));
  }
  std::vector<CatalogFile> files;
  for (const EmbeddedFile& file : embedded_files()) {
    if (is_of_default_edition(file)) files.push_back({std::string(file.name), std::string(file.text)});
  }
  if (edition != kDefaultEdition) add_files(std::string(kEditionFolder) + std::string(edition) + "/", files);
  return files;
}

Expected<CatalogFile> built_in_overlay(std::string_view overlay) {
  const auto overlays = built_in_overlays();
  if (std::find(overlays.begin(), overlays.end(), overlay) == overlays.end()) {
    return fail(ErrorKind::usage, unknown_id("overlay", overlay, overlays));
  }
  std::vector<CatalogFile> files;
  add_files(std::string(kOverlayFolder) + std::string(overlay) + std::string(kExtension), files);
  return std::move(files.front());
}

Expected<Catalog> load_built_in_catalog(std::string_view edition, const std::vector<std::string>& overlays) {
  auto files = built_in_edition(edition);
  if (!files) return tl::unexpected(std::move(files.error()));
  for (const std::string& overlay : overlays) {
    auto file = built_in_overlay(overlay);
    if (!file) return tl::unexpected(std::move(file.error()));
    files->push_back(std::move(*file));
  }
  return load_catalog(std::move(*files));
}

}  // namespace portproof
