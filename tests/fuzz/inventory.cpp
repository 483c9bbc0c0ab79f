// A site's inventory, checked against the built-in catalog.
#include "classify/inventory.hpp"

#include <string>

#include "catalog/load.hpp"
#include "tests/fuzz/run.hpp"

namespace portproof::fuzz {
namespace {

const Catalog& catalog() {
  static const Catalog loaded = load_built_in_catalog().value();
  return loaded;
}

}  // namespace

void fuzz_one(std::span<const std::uint8_t> bytes) {
  const std::string text(bytes.begin(), bytes.end());
  const auto inventory = parse_inventory(text, "x.toml", catalog());
  if (!inventory) {
    require(!inventory.error().where.empty(), "an error has a position");
    require(inventory.error().what.find('\n') == std::string::npos, "an error is one line");
    return;
  }
  require(inventory->hosts.size() <= text.size(), "hosts come from the text");
}

}  // namespace portproof::fuzz
