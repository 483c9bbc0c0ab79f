// Overlays: how they add to an edition, and how they are kept from contradicting it.

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "catalog/lint.hpp"
#include "tests/catalog/catalog_text.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// What a test adds begins on line 8.
std::string overlay_text(const std::string& added) {
  return "[overlay]\nid = \"extra\"\ntitle = \"Extra\"\ndocument = \"other\"\n"
         "[[document]]\nid = \"other\"\ntitle = \"Another page\"\n" +
         added;
}

// The edition with the roles a and b and the rule "one", from a to b on TCP 80, and the overlay.
std::vector<CatalogFile> files(const std::string& overlay, const std::string& edition = {}) {
  auto files = files_with(rule_text("one", "ports = [\"80\"]\n") + edition);
  // By its name it comes before the file that it adds to.
  files.push_back({"overlays/extra.toml", overlay_text(overlay)});
  return files;
}

Catalog load(const std::string& overlay, const std::string& edition = {}) {
  auto catalog = load_catalog(files(overlay, edition));
  if (!catalog) FAIL(message(catalog.error()));
  return std::move(*catalog);
}

std::string fault_of(const std::string& overlay, const std::string& edition = {}) {
  const auto catalog = load_catalog(files(overlay, edition));
  REQUIRE_FALSE(catalog);
  return message(catalog.error());
}

const std::string kTwo = rule_text("two", "ports = [\"81\"]\n");
const std::string kDeny = rule_text("never", "ports = [\"90-99\"]\ndeny = true\n");

}  // namespace

TEST_CASE("an overlay adds rules that know where they come from") {
  const Catalog catalog = load(kTwo);
  REQUIRE(catalog.overlays.size() == 1);
  CHECK(catalog.overlays.front().id == "extra");
  CHECK(catalog.find_overlay("extra") != nullptr);
  CHECK(catalog.edition == "small");
  CHECK(catalog.find_rule("one")->overlay.empty());
  const Rule* const two = catalog.find_rule("two");
  REQUIRE(two != nullptr);
  CHECK(two->overlay == "extra");
  CHECK(two->system == "extra");
  CHECK(two->document == "other");
  // The edition's documents come first, whatever the files are called.
  REQUIRE(catalog.documents.size() == 2);
  CHECK(catalog.documents.front().id == "page");
  CHECK(catalog.documents.back().overlay == "extra");
  CHECK(catalog.sha256 != load_catalog(files_with(rule_text("one", "ports = [\"80\"]\n")))->sha256);
}

TEST_CASE("an overlay may repeat a role and add to it") {
  const Catalog catalog = load(
      "[[role]]\nid = \"a\"\nname = \"A\"\nkind = \"citrix\"\naliases = [\"first\"]\nnames = [\"*.a.example\"]\n"
      "[[role]]\nid = \"c\"\nname = \"C\"\nkind = \"client\"\n"
      "[[role]]\nid = \"both\"\nname = \"A or B\"\nkind = \"group\"\nmembers = [\"a\", \"c\"]\n");
  const RoleTable& roles = catalog.roles;
  CHECK(roles.find("FIRST") == roles.find("a"));
  CHECK(roles.at(*roles.find("a")).names == std::vector<std::string>{"*.a.example"});
  CHECK(roles.at(*roles.find("both")).members == std::vector<std::string>{"a", "b", "c"});
}

TEST_CASE("an overlay must not contradict the edition") {
  const std::string role = "[[role]]\nid = \"a\"\nname = \"A\"\n";
  CHECK(
      fault_of(role + "kind = \"client\"\n") ==
      "overlays/extra.toml:9: the role \"a\" is already of kind citrix, not client: an overlay may add to a "
      "role but not change it");
  CHECK(
      fault_of("[[role]]\nid = \"a\"\nname = \"Other\"\nkind = \"citrix\"\n").find("already called \"A\"") !=
      std::string::npos);
  CHECK(fault_of("[[role]]\nid = \"c\"\nname = \"C\"\nkind = \"client\"\naliases = [\"b\"]\n")
            .find("there is already a role \"b\"") != std::string::npos);
  CHECK(fault_of(rule_text("one", "ports = [\"81\"]\n")).find("already used in sys.toml:12") !=
        std::string::npos);
  CHECK(fault_of(rule_text("two", "ports = [\"81\"]\ndistinctive = true\n")).find("cannot mark ports") !=
        std::string::npos);
  // It allows what the edition denies, or denies what the edition allows.
  CHECK(fault_of(rule_text("two", "ports = [\"99-120\"]\n"), kDeny) ==
        "overlays/extra.toml:9: the rule \"two\" allows what the rule \"never\" of the edition denies");
  CHECK(fault_of(rule_text("two", "ports = [\"any\"]\ndeny = true\n")) ==
        "overlays/extra.toml:9: the rule \"two\" denies what the rule \"one\" of the edition allows");
}

TEST_CASE("an overlay that comes near a deny rule does not contradict it") {
  for (const char* const ports : {"89", "100", "100-65535"}) {
    CAPTURE(ports);
    load(rule_text("two", "ports = [\"" + std::string(ports) + "\"]\n"), kDeny);
  }
  // The other way round, and on another transport.
  load(
      "[[rule]]\nid = \"back\"\nfrom = [\"b\"]\nto = [\"a\"]\ntransport = [\"tcp\"]\nports = [\"95\"]\n"
      "purpose = \"p\"\nsource = \"s\"\n"
      "[[rule]]\nid = \"other\"\nfrom = [\"a\"]\nto = [\"b\"]\ntransport = [\"udp\"]\nports = [\"95\"]\n"
      "purpose = \"p\"\nsource = \"s\"\n",
      kDeny);
  CHECK(fault_of(
            "[[rule]]\nid = \"back\"\nfrom = [\"b\"]\nto = [\"a\"]\ntransport = [\"tcp\"]\nports = [\"95\"]\n"
            "purpose = \"p\"\nsource = \"s\"\nboth_ways = true\n",
            kDeny)
            .find("allows what") != std::string::npos);
}

TEST_CASE("a proposed rule allows nothing, needs no source, and says why it is there") {
  const std::string proposed =
      "[[rule]]\nid = \"maybe\"\nfrom = [\"a\"]\nto = [\"b\"]\ntransport = [\"tcp\"]\nports = [\"7\"]\n"
      "purpose = \"p\"\nproposed = true\n";
  const Catalog catalog = load(kTwo + proposed + "note = \"n\"\n");
  CHECK(catalog.rules.size() == 2);
  REQUIRE(catalog.proposals.size() == 1);
  CHECK(catalog.find_rule("maybe") == &catalog.proposals.front());
  const auto findings = lint(load(kTwo + proposed));
  CHECK(std::find(findings.begin(), findings.end(),
                  LintFinding{"maybe", "is proposed, but no note says why"}) != findings.end());
}

TEST_CASE("a file is of an edition or of an overlay") {
  CHECK(fault_of("[system]\nid = \"x\"\nname = \"X\"\n").find("unknown key \"system\"") != std::string::npos);
}

TEST_CASE("rules of an overlay and of the edition may cover each other") {
  const auto findings = lint(load(rule_text("wider", "ports = [\"1-100\"]\n") + kTwo));
  CHECK(std::none_of(findings.begin(), findings.end(),
                     [](const LintFinding& finding) { return finding.subject == "one"; }));
  // Within the overlay that is a finding.
  CHECK(std::find(findings.begin(), findings.end(), LintFinding{"two", "is covered by the rule \"wider\""}) !=
        findings.end());
}

TEST_CASE("every built-in overlay is clean with every edition, alone and with all others") {
  std::vector<std::string> all;
  for (const std::string_view overlay : built_in_overlays()) all.emplace_back(overlay);
  CHECK(std::is_sorted(all.begin(), all.end()));
  for (const std::string_view edition : built_in_editions()) {
    CAPTURE(edition);
    const auto together = load_built_in_catalog(edition, all);
    REQUIRE_MESSAGE(together, (together ? "" : message(together.error())));
    CHECK(together->edition == edition);
    CHECK(together->overlays.size() == all.size());
    for (const LintFinding& finding : lint(*together)) FAIL_CHECK(finding.subject << ": " << finding.what);
    for (const std::string& overlay : all) {
      CAPTURE(overlay);
      const auto alone = load_built_in_catalog(edition, {overlay});
      REQUIRE_MESSAGE(alone, (alone ? "" : message(alone.error())));
      CHECK(alone->overlays.front().id == overlay);
      for (const LintFinding& finding : lint(*alone)) FAIL_CHECK(finding.subject << ": " << finding.what);
    }
  }
}

TEST_CASE("every rule of a built-in overlay says where it was read") {
  for (const std::string_view overlay : built_in_overlays()) {
    CAPTURE(overlay);
    const auto catalog = load_built_in_catalog(kDefaultEdition, {std::string(overlay)});
    REQUIRE(catalog);
    for (const Document& document : catalog->documents) {
      if (document.overlay.empty()) continue;
      CAPTURE(document.id);
      CHECK_FALSE(document.publisher.empty());
      CHECK(document.url.starts_with("https://"));
    }
    for (const auto* const rules : {&catalog->rules, &catalog->proposals}) {
      for (const Rule& rule : *rules) {
        if (rule.overlay.empty()) continue;
        CAPTURE(rule.id);
        CHECK(rule.purpose.size() <= 90);
        CHECK_FALSE(rule.purpose.ends_with('.'));
        if (!rule.proposed) CHECK(catalog->find_document(rule.document) != nullptr);
      }
    }
  }
}

TEST_CASE("an unknown overlay") {
  const auto unknown = load_built_in_catalog(kDefaultEdition, {"windows-domian"});
  REQUIRE_FALSE(unknown);
  CHECK(unknown.error().kind == ErrorKind::usage);
  CHECK(unknown.error().what.starts_with(
      "no overlay is called \"windows-domian\"; did you mean \"windows-domain\"? There are: "));
}
