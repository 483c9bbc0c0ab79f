#include "classify/inventory.hpp"

#include <algorithm>

#include "capture/base/sha256.hpp"
#include "catalog/toml_file.hpp"
#include "classify/internal/inventory_builder.hpp"

namespace portproof {
namespace {

struct Attempt {
  Inventory inventory;
  std::vector<Error> errors;  // by line
};

Attempt attempt(std::string_view text, const std::string& path, const Catalog& catalog) {
  Attempt result;
  const auto refuse = [&](std::size_t line, std::string what) {
    std::string where = line == 0 ? path : path + ":" + std::to_string(line);
    result.errors.push_back({ErrorKind::bad_data, on_one_line(std::move(what)), std::move(where)});
  };
  const auto document = parse_toml(text);
  if (!document) {
    refuse(document.error().line, document.error().what);
    return result;
  }
  FaultList faults;
  result.inventory = InventoryBuilder(catalog, faults).build(*document);
  for (const Fault& fault : faults.sorted()) refuse(fault.line, fault.what);
  return result;
}

}  // namespace

Expected<std::string> read_inventory(const std::string& path) {
  return read_toml_file(path, "the inventory");
}

WrittenCatalog written_catalog(std::string_view text) {
  const auto document = parse_toml(text);
  if (!document) return {};
  FaultList faults;
  TableReader reader(*document, 0, "the inventory", faults);
  return read_written_catalog(reader);
}

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
  const auto text = read_inventory(path);
  if (!text) return tl::unexpected(text.error());
  return parse_inventory(*text, path, catalog);
}

Expected<Inventory> parse_inventory(std::string_view text, const std::string& path, const Catalog& catalog) {
  Attempt result = attempt(text, path, catalog);
  if (!result.errors.empty()) return tl::unexpected(std::move(result.errors.front()));
  result.inventory.path = path;
  result.inventory.sha256 = sha256_of(text);
  return std::move(result.inventory);
}

std::vector<Error> inventory_faults(std::string_view text, const std::string& path, const Catalog& catalog) {
  return attempt(text, path, catalog).errors;
}

}  // namespace portproof
