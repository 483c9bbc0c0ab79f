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

// On the heap, so that what refers to it stays valid wherever it is handed.
Expected<std::unique_ptr<const Estate>> estate_of(const Arguments& arguments);

}  // namespace portproof
