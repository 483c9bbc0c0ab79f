#include "report/documents.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/report/audit_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

using Ids = std::vector<std::string>;
using Json = nlohmann::json;

// Two documents of the edition, one of an overlay, and a rule that names none.
Catalog several() {
  Catalog catalog = make_catalog();
  catalog.documents.push_back(Document{"page", "A page", "", "", {}, "Citrix", "", ""});
  catalog.documents.push_back(Document{"platform", "Of the platform", "", "", {}, "Microsoft", "", "extra"});
  catalog.rules[0].document = "page";
  catalog.rules[1].document = "platform";
  return catalog;
}

Rule rule_of(const std::string& document, const std::string& system = "storefront") {
  Rule rule = make_rule("r", "ddc", "vda", 80);
  rule.document = document;
  rule.system = system;
  return rule;
}

Judgement documented_by(const std::vector<const Rule*>& rules) {
  Judgement judgement;
  judgement.verdict = Verdict::documented;
  judgement.rules = rules;
  return judgement;
}

}  // namespace

TEST_CASE("documents: those of the edition come first, then those of overlays, then none and the site") {
  const Catalog catalog = several();
  const Rule article = rule_of("article");
  const Rule page = rule_of("page");
  const Rule platform = rule_of("platform");
  const Rule none = rule_of("");
  const Rule site = rule_of("", "site");
  CHECK(documents_of(documented_by({&site, &platform, &none, &page, &article, &page}), catalog) ==
        Ids{"article", "page", "platform", "none", "site"});
  CHECK(documents_of(documented_by({&site}), catalog) == Ids{"site"});
  Judgement flagged = documented_by({&article});
  flagged.verdict = Verdict::unexpected;
  CHECK(documents_of(flagged, catalog).empty());
}

TEST_CASE("documents: a conversation counts once, for its first document") {
  const Catalog catalog = several();
  const Rule article = rule_of("article");
  const Rule platform = rule_of("platform");
  const Rule site = rule_of("", "site");
  auto totals = document_totals(catalog);
  add_to_totals(documented_by({&site, &platform}), 3, 5, 700, totals);
  add_to_totals(documented_by({&platform, &article}), 1, 1, 10, totals);
  add_to_totals(documented_by({&site}), 2, 2, 20, totals);
  Judgement flagged = documented_by({&article});
  flagged.verdict = Verdict::undocumented;
  add_to_totals(flagged, 9, 9, 9, totals);
  Json rows = Json::array();
  for (const DocumentTotal& total : totals) {
    rows.push_back(
        {total.id, std::string(publisher_of(total)), total.conversations, total.sessions, total.bytes});
  }
  CHECK(rows == Json::parse(R"([["article", "Citrix", 1, 1, 10], ["page", "Citrix", 0, 0, 0],
      ["platform", "Microsoft", 3, 5, 700], ["none", "no document", 0, 0, 0], ["site", "the site", 2, 2, 20]])"));
}

TEST_CASE("documents: reports split their totals by them") {
  Estate estate;
  estate.add_usual();
  const Json report = Json::parse(estate.json());
  CHECK(report["totals"]["by_document"] ==
        Json::parse(R"([{"document": "article", "publisher": "Citrix", "conversations": 1, "sessions": 2,
                         "bytes": 1000}])"));
  CHECK(report["groups"][1]["documents"] == Json{"article"});
  CHECK(report["groups"][0]["documents"] == Json::array());
  const std::string text = estate.text();
  CHECK(text.find("publishers    Citrix 1\n") != std::string::npos);
  CHECK(text.find("article       1 conversation: Communication ports\n") != std::string::npos);
}
