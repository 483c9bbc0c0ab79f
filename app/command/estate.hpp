// What evidence is judged by: the inventory that the command line names, and the catalog that either of them
// chooses (app/command/chosen_catalog.hpp).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/command/command.hpp"
#include "catalog/catalog.hpp"
#include "classify/inventory.hpp"

namespace portproof {

struct Estate {
  Catalog catalog;
  std::optional<Inventory> inventory;

  [[nodiscard]] const Inventory* inventory_or_null() const { return inventory ? &*inventory : nullptr; }
};

// What the estate is read from, as the command line names it: the inventory, and the folder of the catalog.
std::vector<std::string> paths_of_estate(const Arguments& arguments);

// The words of the command line, and paths_of_estate.
std::vector<std::string> paths_read(const Arguments& arguments);

// The files that the estate is read from: the inventory, and those in the folder of the catalog and in its
// subfolder of overlays.
std::vector<std::string> files_of_estate(const Arguments& arguments);

// Says on standard error what the command line overrides and what the inventory accepts too widely, once for
// each entry, and every fault of an inventory that cannot be read, but for the last, which is the error. On
// the heap, so that references to it stay valid.
Expected<std::unique_ptr<const Estate>> estate_of(const Arguments& arguments);

}  // namespace portproof
