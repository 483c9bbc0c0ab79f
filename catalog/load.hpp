// Reads a catalog from TOML: a folder of files, or the edition that is compiled into the program.
//
// A catalog has one [edition], its [[document]]s (both in `edition.toml` by custom), and one file a system
// ([system], [[role]], [[rule]], [[remark]]); docs/reference/catalog.md documents every key. Unknown keys,
// wrong types, unknown roles, ports out of range and repeated ids are errors with file and line: a rule that
// was misread would be a false verdict.
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

// Makes a catalog of files that are all in memory. On error the first fault in the order of names and lines.
Expected<Catalog> load_catalog(std::vector<CatalogFile> files);

// All the faults that keep load_catalog from making one, in the order of names and lines.
std::vector<Error> catalog_faults(std::vector<CatalogFile> files);

// Every *.toml of the folder (not of folders below it), sorted by name.
Expected<std::vector<CatalogFile>> read_catalog_folder(const std::filesystem::path& folder);

// read_catalog_folder, then load_catalog.
Expected<Catalog> load_catalog_folder(const std::filesystem::path& folder);

// The editions compiled in, by id, the default first.
std::vector<std::string_view> built_in_editions();
Expected<Catalog> load_built_in_catalog(std::string_view edition = "base");

}  // namespace portproof
