// Reads a catalog from TOML: a folder of files, or an edition that is compiled into the program.
//
// A catalog has one [edition] (or one that is based on another, and changes it), its [[document]]s (both in
// `edition.toml` by convention), and one file per system ([system], [[role]], [[rule]], [[remark]]). An
// overlay adds one file with an [overlay] in place of a [system]. docs/reference/catalog.md documents every
// key. Unknown keys, wrong types, unknown roles, ports out of range and repeated ids are errors with file and
// line, because a misread rule would cause false verdicts.
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

// Loads a catalog from files in memory, an edition's and any number of overlays'. The error is the first
// fault by file name and line. An overlay that contradicts the edition (catalog/contradiction.hpp) is such a
// fault.
Expected<Catalog> load_catalog(std::vector<CatalogFile> files);

// All the faults that make load_catalog fail, by file name and line.
std::vector<Error> catalog_faults(std::vector<CatalogFile> files);

// Every *.toml of the folder (not of its subfolders), sorted by name.
Expected<std::vector<CatalogFile>> read_catalog_folder(const std::filesystem::path& folder);

// read_catalog_folder, then load_catalog.
Expected<Catalog> load_catalog_folder(const std::filesystem::path& folder);

inline constexpr std::string_view kDefaultEdition = "base";

// The ids of the editions compiled in, the default first, and of the overlays, sorted.
std::vector<std::string_view> built_in_editions();
std::vector<std::string_view> built_in_overlays();

// The files of an edition or an overlay that is compiled in. Error: usage, if there is none of that id.
Expected<std::vector<CatalogFile>> built_in_edition(std::string_view edition = kDefaultEdition);
Expected<CatalogFile> built_in_overlay(std::string_view overlay);

Expected<Catalog> load_built_in_catalog(std::string_view edition = kDefaultEdition,
                                        const std::vector<std::string>& overlays = {});

// For messages: that no edition or overlay has this id, which of the known ones was probably meant, and all
// that there are.
std::string unknown_id(std::string_view what, std::string_view id,
                       const std::vector<std::string_view>& known);

}  // namespace portproof
