// docs/reference/catalog.md contains a complete example and names every key. Both are checked, so they cannot
// go stale.

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "catalog/lint.hpp"
#include "catalog/load.hpp"

using namespace portproof;

namespace {

std::string documentation() {
  std::ifstream stream(PORTPROOF_SOURCE_DIR "/docs/reference/catalog.md", std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
}

// The TOML after a line that announces the file: "`edition.toml`:".
std::string example(const std::string& text, const std::string& file) {
  const std::size_t announced = text.find("`" + file + "`:\n");
  REQUIRE(announced != std::string::npos);
  const std::string fence = "```toml\n";
  const std::size_t begin = text.find(fence, announced) + fence.size();
  return text.substr(begin, text.find("```", begin) - begin);
}

}  // namespace

TEST_CASE("the example in the documentation loads without findings") {
  const std::string text = documentation();
  REQUIRE_FALSE(text.empty());
  const std::vector<CatalogFile> files{{"edition.toml", example(text, "edition.toml")},
                                       {"door-server.toml", example(text, "door-server.toml")}};
  const auto catalog = load_catalog(files);
  if (!catalog) FAIL(message(catalog.error()));
  CHECK(catalog->edition == "example");
  CHECK(catalog->rules.size() >= 3);
  for (const LintFinding& finding : lint(*catalog)) FAIL_CHECK(finding.subject << ": " << finding.what);
}

TEST_CASE("the documentation lists every edition and overlay") {
  const std::string text = documentation();
  for (const auto& ids : {built_in_editions(), built_in_overlays()}) {
    for (const std::string_view id : ids) {
      CAPTURE(id);
      CHECK(text.find("| `" + std::string(id) + "` |") != std::string::npos);
    }
  }
}

TEST_CASE("the documentation names every key") {
  const std::string text = documentation();
  for (const char* const key :
       {"id",          "title",     "date",        "note",      "name",      "document",
        "kind",        "aliases",   "implies",     "members",   "names",     "from",
        "to",          "transport", "ports",       "purpose",   "also_from", "also_to",
        "section",     "rows",      "application", "source",    "both_ways", "deny",
        "distinctive", "since",     "until",       "in_force",  "condition", "encrypted_alternative",
        "repeats",     "reading",   "text",        "publisher", "url",       "rules_only",
        "proposed",    "based_on",  "replaces",    "moved",     "system",    "rule",
        "why"}) {
    CAPTURE(key);
    CHECK(text.find("| `" + std::string(key) + "` |") != std::string::npos);
  }
}
