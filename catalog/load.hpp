// Reads a catalog from TOML: a folder of files, or the edition that is compiled into the program.
//
// A catalog has one [edition], its [[document]]s (both in `edition.toml` by convention), and one file per
// system ([system], [[role]], [[rule]], [[remark]]); docs/reference/catalog.md documents every key. Unknown
// keys, wrong types, unknown roles, ports out of range and repeated ids are errors with file and line,
// because a misread rule would cause false verdicts.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "capture/base/error.hpp"
#include "catalog/catalog.hpp"

namespace portproof {

// One TOML file of a catalog; `name` is used in messages.
struct CatalogFile {
  std::string name;
  std::string text;
};

// Loads a catalog from files in memory. The error is the first fault by file name and line.
Expected<Catalog> load_catalog(std::vector<CatalogFile> files);

// All the faults that make load_catalog fail, by file name and line.
std::vector<Error> catalog_faults(std::vector<CatalogFile> files);

// Every *.toml of the folder (not of its subfolders), sorted by name.
Expected<std::vector<CatalogFile>> read_catalog_folder(const std::filesystem::path& folder);

// read_catalog_folder, then load_catalog.
Expected<Catalog> load_catalog_folder(const std::filesystem::path& folder);

// The ids of the editions compiled in, the default first.
std::vector<std::string_view> built_in_editions();
Expected<Catalog> load_built_in_catalog(std::string_view edition = "base");

}  // namespace portproof
