// A catalog in one file, which may hold everything that several files do.
#include <string>

#include "catalog/lint.hpp"
#include "catalog/load.hpp"
#include "tests/fuzz/run.hpp"

namespace portproof::fuzz {

void fuzz_one(std::span<const std::uint8_t> bytes) {
  const CatalogFile file{.name = "x.toml", .text = std::string(bytes.begin(), bytes.end())};
  const auto catalog = load_catalog({file});
  const auto faults = catalog_faults({file});
  require(catalog.has_value() == faults.empty(), "a catalog without errors loads");
  if (!catalog) {
    require(catalog.error() == faults.front(), "the error is the first one found");
    const std::string& what = catalog.error().what;
    require(!what.empty() && what.find('\n') == std::string::npos, "an error is one line");
    return;
  }
  lint(*catalog);
}

}  // namespace portproof::fuzz
