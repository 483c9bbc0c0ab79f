// What evidence is held against: the catalog and the inventory that the command line names.
#pragma once

#include <memory>
#include <optional>

#include "app/command/command.hpp"
#include "catalog/catalog.hpp"
#include "classify/inventory.hpp"

namespace portproof {

struct Estate {
  Catalog catalog;
  std::optional<Inventory> inventory;

  [[nodiscard]] const Inventory* inventory_or_null() const { return inventory ? &*inventory : nullptr; }
};

Expected<Catalog> catalog_of(const Arguments& arguments);

// Says on standard error what the inventory accepts too widely, once for each entry, and every fault of an
// inventory that cannot be read, but for the last, which is the error. On the heap, so that references to it
// stay valid.
Expected<std::unique_ptr<const Estate>> estate_of(const Arguments& arguments);

}  // namespace portproof
