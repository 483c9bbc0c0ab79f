// Which catalog a command works with: the edition and the overlays that the command line names, else those
// that the inventory names, else the default edition alone.
#pragma once

#include <string>
#include <vector>

#include "app/command/arguments.hpp"
#include "capture/base/error.hpp"
#include "catalog/load.hpp"
#include "classify/inventory.hpp"

namespace portproof {

// Loads it. With --catalog the edition is that folder, and an overlay comes from its subfolder `overlays` if
// it is there. `written` is what the inventory at `path` says. Errors: usage for an edition or an overlay of
// the command line that does not exist, bad_data with the line for one of the inventory, and those of
// loading.
Expected<Catalog> chosen_catalog(const Arguments& arguments, const WrittenCatalog& written,
                                 const std::string& path);

// The files that it is loaded from. The same errors, but for those of what the files contain.
Expected<std::vector<CatalogFile>> chosen_files(const Arguments& arguments, const WrittenCatalog& written,
                                                const std::string& path);

// What of the inventory the command line overrides, one sentence for each key.
std::vector<std::string> overridden(const Arguments& arguments, const WrittenCatalog& written,
                                    const std::string& path);

// The values of --with, split at commas; none for the word `none`.
std::vector<std::string> overlays_named(const Arguments& arguments);

}  // namespace portproof
