// Catalog files.
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
  corpus.add(
      "roles-and-remarks",
      edition + std::string(kSystem) +
          "[[document]]\nid = \"list\"\ntitle = \"A list\"\ndate = 2026-11-29\nnote = \"n\"\n"
          "publisher = \"P\"\nurl = \"https://a.example\"\n"
          "section = [{ name = \"Ports\", rows = 2 }, { name = \"Text\" }]\n"
          "[[role]]\nid = \"door\"\nname = \"A door\"\nkind = \"client\"\naliases = [\"lock\"]\n"
          "implies = [\"b\"]\n"
          "[[role]]\nid = \"cloud\"\nname = \"A cloud\"\nkind = \"cloud\"\nnames = [\"*.a.example\"]\n"
          "[[role]]\nid = \"any-cloud\"\nname = \"Any cloud\"\nkind = \"group\"\nrules_only = true\n"
          "[[rule]]\nid = \"open\"\nfrom = [\"door\", \"a\"]\nto = [\"any-cloud\", \"both\"]\n"
          "also_from = [\"door\"]\nalso_to = [\"both\"]\ntransport = [\"tcp\", \"udp\"]\n"
          "ports = [\"1024-65535\"]\npurpose = \"p\"\ndocument = \"list\"\nsource = \"Ports, row 1; Text\"\n"
          "[[remark]]\ndocument = \"list\"\nsource = \"Ports, row 2\"\ntext = \"t\"\n");
  corpus.add("overlay", "[overlay]\nid = \"over\"\ntitle = \"O\"\ndate = \"2026\"\ndocument = \"page\"\n" +
                            edition.substr(edition.find("[[document]]")) +
                            rule_text("one", "ports = [\"80\"]\nproposed = true\nnote = \"n\"\n"));
  corpus.add("edition-based-on",
             "[edition]\nid = \"later\"\ntitle = \"L\"\nbased_on = \"small\"\n"
             "[[document]]\nid = \"new\"\ntitle = \"N\"\nreplaces = \"page\"\n"
             "moved = [{ from = \"A, row 2\", to = \"A, row 4\" }]\n"
             "[[drop]]\nrule = \"one\"\nwhy = \"gone\"\n"
             "[[change]]\nrule = \"two\"\nwhy = \"moved\"\nports = [\"81\"]\n");
}

}  // namespace portproof::test
