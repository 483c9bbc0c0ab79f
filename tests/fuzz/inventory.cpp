// A site's inventory, checked against the built-in catalog.
#include "classify/inventory.hpp"

#include <string>

#include "catalog/load.hpp"
#include "classify/cautions.hpp"
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
    require(inventory_faults(text, "x.toml", catalog()).front() == inventory.error(),
            "it is the first of all");
    return;
  }
  require(inventory->hosts.size() <= text.size(), "hosts come from the text");
  require(inventory->named_ends.size() <= text.size(), "ends come from the text");
  for (const Caution& caution : cautions_of(*inventory, Timestamp{})) {
    require(caution.line > 0, "a caution has a line");
    require(caution.what.find('\n') == std::string::npos, "a caution is one line");
  }
}

}  // namespace portproof::fuzz
