// A site's inventory, against the catalog that is compiled in.
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
    require(!inventory.error().where.empty(), "an error says where");
    require(inventory.error().what.find('\n') == std::string::npos, "an error is one line");
    return;
  }
  require(inventory->hosts.size() <= text.size(), "hosts come from the text");
}

}  // namespace portproof::fuzz
