#include "classify/inventory.hpp"

#include <algorithm>

#include "capture/base/sha256.hpp"
#include "catalog/toml_file.hpp"
#include "classify/internal/inventory_builder.hpp"

namespace portproof {
bool Inventory::is_inside(const IpAddress& address) const {
  return std::any_of(internal.begin(), internal.end(),
                     [&](const AddressBlock& block) { return block.contains(address); });
}

const Host* Inventory::find_host(std::string_view wanted) const {
  const auto found =
      std::find_if(hosts.begin(), hosts.end(), [&](const Host& host) { return host.name == wanted; });
  return found == hosts.end() ? nullptr : &*found;
}

Expected<Inventory> load_inventory(const std::string& path, const Catalog& catalog) {
  const auto text = read_toml_file(path, "the inventory");
  if (!text) return tl::unexpected(text.error());
  return parse_inventory(*text, path, catalog);
}

Expected<Inventory> parse_inventory(std::string_view text, const std::string& path, const Catalog& catalog) {
  const auto line_of = [&path](std::size_t line) {
    return line == 0 ? path : path + ":" + std::to_string(line);
  };
  const auto document = parse_toml(text);
  if (!document) {
    return fail(ErrorKind::bad_data, document.error().what, line_of(document.error().line));
  }
  FaultList faults;
  Inventory inventory = InventoryBuilder(catalog, faults).build(*document);
  if (!faults.empty()) {
    const Fault first = faults.sorted().front();
    return fail(ErrorKind::bad_data, first.what, line_of(first.line));
  }
  inventory.path = path;
  inventory.sha256 = sha256_of(text);
  return inventory;
}

}  // namespace portproof
