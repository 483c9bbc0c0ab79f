// Catalog files.
#include <algorithm>

#include "catalog/embedded.hpp"
#include "tests/catalog/catalog_text.hpp"
#include "tests/fuzz/seeds/seeds.hpp"

namespace portproof::test {
namespace {

// Everything that the several files of a catalog contain, in one.
constexpr std::string_view kSystem = "[system]\nid = \"sys\"\nname = \"A system\"\ndocument = \"page\"\n";

}  // namespace

void make_catalog(const Corpus& corpus) {
  const std::string edition = edition_file().text;
  const auto rules = [&edition](const std::string& added) {
    return edition + std::string(kSystem) + rule_text("one", added);
  };
  corpus.add("edition", edition);
  corpus.add("rule", rules("ports = [\"80\"]\n"));
  corpus.add(
      "rule-every-key",
      rules("ports = [\"443\", \"80-90\", \"any\"]\napplication = [\"http\", \"https\"]\nboth_ways = true\n"
            "distinctive = true\nin_force = false\nsince = { product = \"sys\", version = \"1912\" }\n"
            "until = { product = \"sys\", version = \"2209.1\" }\ncondition = \"c\"\n"
            "encrypted_alternative = \"one\"\nrepeats = \"one\"\nreading = \"r\"\nnote = \"n\"\n"));
  corpus.add("rule-deny", rules("deny = true\nports = [\"any\"]\n"));
  corpus.add("rules-covered", rules("ports = [\"1-100\"]\n") + rule_text("two", "ports = [\"80\"]\n"));
  corpus.add("wrong-type", rules("ports = 80\n"));
  corpus.add("unknown-key", rules("prots = [\"80\"]\n"));
  corpus.add("no-toml", "[[rule]\n=");
  corpus.add("odd-toml",
             edition + "[x]\na.b.\"c\" = [1, 0x1F, 1e9, inf, 2027-01-31T00:00:00Z, '''\n''', {a = 1}]\n");
  for (const EmbeddedFile& file : embedded_files()) {
    const std::string text = edition + std::string(file.text);
    std::string name = "built-in-" + std::string(file.name);
    std::replace(name.begin(), name.end(), '/', '-');
    if (text.size() <= kLargestSeed) corpus.add(name, text);
  }
}

}  // namespace portproof::test
