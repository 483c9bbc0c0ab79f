#include "catalog/lint.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "tests/catalog/catalog_text.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

// A catalog of the roles a, b and both, and of these rules.
Catalog with(const std::string& rules) {
  auto catalog = load_catalog(files_with(rules));
  if (!catalog) FAIL(message(catalog.error()));
  return std::move(*catalog);
}

bool found(const Catalog& catalog, const std::string& subject, const std::string& what) {
  const auto findings = lint(catalog);
  return std::find(findings.begin(), findings.end(), LintFinding{subject, what}) != findings.end();
}

// Runs lint on two rules, "inner" and "outer", with these ports and keys: is the first reported as covered?
bool covered(const std::string& inner, const std::string& outer) {
  return found(with(rule_text("inner", inner) + rule_text("outer", outer)), "inner",
               "is covered by the rule \"outer\"");
}

// Uses the group, so that no role is unused.
const std::string kClean =
    rule_text("use", "ports = [\"9\"]\n") + "[[rule]]\nid = \"use-both\"\nfrom = [\"both\"]\n" +
    "to = [\"both\"]\ntransport = [\"udp\"]\nports = [\"1\"]\npurpose = \"p\"\nsource = \"S\"\n";

}  // namespace

TEST_CASE("a correct catalog has no findings") {
  CHECK(lint(with(kClean)).empty());
}

TEST_CASE("a role that no rule uses") {
  const std::string role = "[[role]]\nid = \"idle\"\nname = \"Idle\"\nkind = \"citrix\"\n";
  CHECK(lint(with(role + kClean)) == std::vector<LintFinding>{{"idle", "no rule uses this role"}});
  // Every Citrix role is in any-citrix, which does not make any of them used.
  const std::string any =
      "[[role]]\nid = \"any-citrix\"\nname = \"Any\"\nkind = \"group\"\n[[rule]]\nid = \"any\"\nfrom = "
      "[\"any-citrix\"]\n"
      "to = [\"b\"]\ntransport = [\"udp\"]\nports = [\"7\"]\npurpose = \"p\"\nsource = \"S\"\n";
  CHECK(lint(with(role + kClean + any)) == std::vector<LintFinding>{{"idle", "no rule uses this role"}});
  // A role that implies one in use counts as used.
  const std::string implying =
      "[[role]]\nid = \"idle\"\nname = \"Idle\"\nkind = \"citrix\"\nimplies = [\"a\"]\n";
  CHECK(lint(with(implying + kClean)).empty());
  // So does a group within a group in use.
  const std::string outer =
      "[[role]]\nid = \"outer\"\nname = \"O\"\nkind = \"group\"\nmembers = [\"both\"]\n[[rule]]\nid = "
      "\"o\"\nfrom = "
      "[\"outer\"]\nto = [\"b\"]\ntransport = [\"sctp\"]\nports = [\"7\"]\npurpose = \"p\"\nsource = \"S\"\n";
  CHECK(lint(with(outer + rule_text("use", "ports = [\"9\"]\n"))).empty());
}

TEST_CASE("a group without members") {
  const std::string role = "[[role]]\nid = \"none\"\nname = \"None\"\nkind = \"group\"\n";
  const Catalog catalog = with(role + kClean);
  CHECK(found(catalog, "none", "is a group without members"));
}

TEST_CASE("name patterns that match nothing, or everything") {
  const auto role = [](const std::string& pattern) {
    return "[[role]]\nid = \"c\"\nname = \"C\"\nkind = \"cloud\"\nimplies = [\"a\"]\nnames = [\"" + pattern +
           "\"]\n";
  };
  CHECK(found(with(role("https://x.example") + kClean), "c",
              "\"https://x.example\" is not a name pattern: no name can match it"));
  CHECK(found(with(role("*.*") + kClean), "c", "\"*.*\" matches every name"));
  CHECK(lint(with(role("*.example") + kClean)).empty());
}

TEST_CASE("a rule without a source, or without ports") {
  std::string text = rule_text("r", "ports = [\"80\"]\n");
  text.erase(text.find("source"), std::string("source = \"Table, row 1\"\n").size());
  CHECK(found(with(text), "r", "has no source"));
  CHECK(found(with(rule_text("r", "ports = []\n")), "r", "has no ports"));
}

TEST_CASE("a cited row or section that the document does not have") {
  const auto citing = [](const std::string& sections, const std::string& source) {
    auto files = files_with(kClean + "[[remark]]\nsource = \"" + source + "\"\ntext = \"t\"\n");
    const std::string title = "title = \"A page\"\n";
    files[0].text.replace(files[0].text.find(title), title.size(), title + "section = [" + sections + "]\n");
    const auto catalog = load_catalog(files);
    REQUIRE_MESSAGE(catalog, (catalog ? std::string() : message(catalog.error())));
    std::vector<std::string> findings;
    for (const LintFinding& finding : lint(*catalog)) {
      if (finding.subject == "a remark of sys") findings.push_back(finding.what);
    }
    return findings;
  };
  const std::string sections =
      "{ name = \"Table\", rows = 3 }, { name = \"S\" }, { name = \"Odd, row 2\", rows = 1 }";
  using Findings = std::vector<std::string>;
  CHECK(citing(sections, "Table, row 3; S; Odd, row 2, row 1").empty());
  CHECK(citing(sections, "Table, row 4") ==
        Findings{"cites row 4 of \"Table\" in the document \"page\", which has 3 rows"});
  CHECK(citing(sections, "Table, row 1; Table, row 0") ==
        Findings{"cites row 0 of \"Table\" in the document \"page\", which has 3 rows"});
  CHECK(citing(sections, "Table") ==
        Findings{"cites no row of \"Table\" in the document \"page\", which has 3"});
  CHECK(citing(sections, "S, row 1") ==
        Findings{"cites row 1 of \"S\" in the document \"page\", which has no numbered rows"});
  CHECK(citing(sections, "Tabel, row 1") ==
        Findings{"cites the section \"Tabel\", which the document \"page\" does not have; did you mean "
                 "\"Table\"?"});
}

TEST_CASE("references to something that does not exist") {
  CHECK(found(with(rule_text("r", "ports = [\"80\"]\nencrypted_alternative = \"gone\"\n")), "r",
              "refers to an unknown rule as its encrypted alternative: \"gone\""));
  CHECK(found(with(rule_text("r", "ports = [\"80\"]\nencrypted_alternative = \"s\"\n") +
                   rule_text("s", "ports = [\"81\"]\nencrypted_alternative = \"r\"\n")),
              "r",
              "has an encrypted alternative, the rule \"s\", which has one too and so is not encrypted"));
  CHECK(found(with(rule_text("r", "ports = [\"80\"]\nrepeats = \"gone\"\n")), "r",
              "repeats an unknown rule \"gone\""));
}

TEST_CASE("lint also finds what the loader refuses, in a catalog built by hand") {
  Catalog catalog = with(kClean);
  Rule odd;
  odd.id = "zz";
  odd.system = "nowhere";
  odd.document = "nothing";
  odd.from = {"nobody"};
  odd.since = VersionBound{"no-product", "1"};
  catalog.rules.push_back(odd);
  catalog.rules.push_back(odd);
  Role role;
  role.id = "r";
  role.implies = {"none"};
  REQUIRE_FALSE(catalog.roles.add(role));
  for (const char* const what :
       {"belongs to an unknown system \"nowhere\"", "cites an unknown document \"nothing\"",
        "refers to an unknown role \"nobody\"", "depends on the version of an unknown system \"no-product\"",
        "has no role in \"to\"", "has no transport", "has no ports", "has no source", "is defined twice"}) {
    CAPTURE(what);
    CHECK(found(catalog, "zz", what));
  }
  CHECK(found(catalog, "r", "refers to an unknown role \"none\""));
}

TEST_CASE("a rule that another rule covers") {
  const std::string http = "application = [\"http\"]\n";
  CHECK(covered("ports = [\"80\"]\n", "ports = [\"80-90\"]\n"));
  CHECK(covered("ports = [\"80\"]\n" + http, "ports = [\"80\", \"443\"]\n"));
  CHECK(
      covered("ports = [\"80\"]\n" + http, "ports = [\"80\", \"443\"]\napplication = [\"http\", \"tls\"]\n"));
  CHECK(covered("ports = [\"80\"]\nin_force = false\n", "ports = [\"80-81\"]\n"));
  CHECK(covered("ports = [\"80\"]\n", "ports = [\"80-81\"]\nboth_ways = true\n"));
  CHECK(covered("ports = [\"80\"]\ncondition = \"c\"\n", "ports = [\"80-81\"]\n"));
}

TEST_CASE("a rule that no other rule covers") {
  const std::string http = "application = [\"http\"]\n";
  CHECK_FALSE(covered("ports = [\"80\"]\n", "ports = [\"81\"]\n"));
  CHECK_FALSE(covered("ports = [\"80-90\"]\n", "ports = [\"80-85\"]\n"));
  CHECK_FALSE(covered("ports = [\"80\"]\n", "ports = [\"80\", \"443\"]\n" + http));
  CHECK_FALSE(covered("ports = [\"80\"]\n" + http, "ports = [\"80-81\"]\napplication = [\"tls\"]\n"));
  CHECK_FALSE(covered("ports = [\"80\"]\n", "ports = [\"80-8080\"]\n"));  // broad
  CHECK_FALSE(covered("ports = [\"80\"]\n", "ports = [\"80-81\"]\ndeny = true\n"));
  CHECK_FALSE(covered("ports = [\"80\"]\n", "ports = [\"80-81\"]\nin_force = false\n"));
  CHECK_FALSE(covered("ports = [\"80\"]\n", "ports = [\"80-81\"]\ncondition = \"c\"\n"));
  CHECK_FALSE(
      covered("ports = [\"80\"]\n", "ports = [\"80-81\"]\nsince = { product = \"sys\", version = \"7\" }\n"));
  CHECK_FALSE(covered("ports = [\"80\"]\nboth_ways = true\n", "ports = [\"80-81\"]\n"));
}

TEST_CASE("implied roles count: a rule for an implied role covers a rule for the role") {
  const std::string roles =
      "[[role]]\nid = \"a-special\"\nname = \"S\"\nkind = \"citrix\"\nimplies = [\"a\"]\n";
  std::string special = rule_text("special", "ports = [\"9\"]\n");
  special.replace(special.find("\"a\""), 3, "\"a-special\"");
  CHECK(found(with(roles + special + kClean), "special", "is covered by the rule \"use\""));
  std::string group = rule_text("wide", "ports = [\"9\"]\n");
  group.replace(group.find("\"a\""), 3, "\"both\"");
  CHECK(found(with(group + kClean), "use", "is covered by the rule \"wide\""));
}

TEST_CASE("of two equivalent rules, the later one is reported") {
  const Catalog catalog =
      with(rule_text("first", "ports = [\"80\"]\n") + rule_text("second", "ports = [\"80\"]\n"));
  CHECK(found(catalog, "second", "is covered by the rule \"first\""));
  CHECK_FALSE(found(catalog, "first", "is covered by the rule \"second\""));
}

TEST_CASE("a rule that correctly says what it repeats is not a finding") {
  const std::string second = rule_text("second", "ports = [\"80\"]\n");
  CHECK(lint(with(rule_text("first", "ports = [\"80\"]\nrepeats = \"second\"\n") + second + kClean)).empty());
  CHECK(lint(with(rule_text("third", "ports = [\"80\"]\nrepeats = \"second\"\n") + second + kClean)).empty());
  CHECK(found(with(rule_text("first", "ports = [\"81\"]\nrepeats = \"second\"\n") + second), "first",
              "says that it repeats \"second\", which does not cover it"));
  CHECK(found(with(rule_text("first", "ports = [\"81\"]\nrepeats = \"first\"\n")), "first",
              "says that it repeats \"first\", which does not cover it"));
}

TEST_CASE("findings are sorted, and load errors are findings") {
  const auto findings = lint(with(rule_text("z", "ports = []\n") + rule_text("y", "ports = []\n")));
  CHECK(std::is_sorted(findings.begin(), findings.end()));
  const auto faults = lint_files(
      files_with(rule_text("r", "pots = []\nports = [\"80\"]\n") + rule_text("r", "ports = [\"80\"]\n")));
  REQUIRE(faults.size() == 2);
  CHECK(faults[0].subject == "sys.toml:18");
  CHECK(faults[1].subject == "sys.toml:21");
  CHECK(lint_files(files_with(kClean)).empty());
}
