#include "report/catalog_view.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

#include "report/escape.hpp"
#include "report/format.hpp"
#include "tests/report/audit_builder.hpp"
#include "tests/support/application.hpp"

namespace portproof::test {
namespace {

using Json = nlohmann::ordered_json;

std::string listed(const Catalog& catalog, std::string_view format, int width = 80) {
  std::ostringstream out;
  find_format(catalog_formats(), format)->write_rules(catalog, find_rules(catalog, {}), width, out);
  return out.str();
}

std::vector<std::string> found(const Catalog& catalog, const std::vector<std::string>& words) {
  std::vector<std::string> ids;
  for (const Rule* rule : find_rules(catalog, words)) ids.push_back(rule->id);
  return ids;
}

TEST_CASE("catalog view: TSV has a header and one line per rule") {
  const auto lines = lines_of(listed(make_catalog(), "tsv"));
  REQUIRE(lines.size() == 4);
  CHECK(lines[0] == "id\tsystem\tfrom\tto\ttransport\tports\tsource");
  CHECK(lines[3] == "storefront-vda-ica\tstorefront\tstorefront\tvda\ttcp\t1494\tStoreFront, row 3");
}

TEST_CASE("catalog view: JSON has every rule with every key, and the roles") {
  Catalog catalog = make_catalog();
  Rule& rule = catalog.rules[2];
  rule.both_ways = true;
  rule.since = VersionBound{"storefront", "1912"};
  rule.applications.set(static_cast<std::size_t>(application("ica")));
  rule.ports.push_back(PortRange{16500, 16509});
  const Json all = Json::parse(listed(catalog, "json"));
  CHECK(all["edition"] == "base");
  REQUIRE(all["rules"].size() == 3);
  CHECK(all["rules"][2] == Json::parse(R"({
    "id": "storefront-vda-ica", "system": "storefront", "from": ["storefront"], "to": ["vda"],
    "also_from": [], "also_to": [], "transport": ["tcp"], "ports": ["1494", "16500-16509"], "purpose": "sessions", "application": ["ica"],
    "source": "StoreFront, row 3", "document": "article", "both_ways": true, "deny": false,
    "distinctive": false, "since": {"product": "storefront", "version": "1912"}, "until": null,
    "in_force": true, "condition": null, "encrypted_alternative": null, "repeats": null, "reading": null,
    "note": null, "overlay": null, "proposed": false, "owner": null, "reason": null})"));
  REQUIRE(all["roles"].size() == 3);
  CHECK(all["roles"][0] == Json::parse(R"({"id": "ddc", "name": "ddc", "kind": "citrix",
    "system": "storefront", "aliases": [], "implies": [], "members": [], "names": [], "rules_only": false})"));
}

TEST_CASE("catalog view: the table fits its width") {
  Catalog catalog = make_catalog();
  catalog.rules[0].from = {"ddc", "storefront", "vda", "ddc", "storefront", "vda"};
  for (const int width : {80, 200}) {
    const auto lines = lines_of(listed(catalog, "table", width));
    CHECK(lines.back() == "3 rules");
    for (const std::string& line : lines) CHECK(display_width(line) <= static_cast<std::size_t>(width));
  }
}

TEST_CASE("catalog view: a single rule is shown with everything known about it") {
  Catalog catalog = make_catalog();
  Rule& rule = catalog.rules[2];
  rule.reading = "read otherwise";
  rule.condition = "only with UDP";
  std::ostringstream out;
  write_rule_page(catalog, rule, 80, out);
  const std::string text = out.str();
  CHECK(text.starts_with("storefront-vda-ica\n"));
  CHECK(contains(text, "  source        StoreFront, row 3\n"));
  CHECK(contains(text, "  document      Communication ports, 2022-10, Citrix (article)\n"));
  CHECK(contains(text, "  reading       read otherwise\n"));
  CHECK(contains(text, "  condition     only with UDP\n"));
  CHECK_FALSE(contains(text, "since"));
}

TEST_CASE("catalog view: a page says which ports are broad") {
  Catalog catalog = make_catalog();
  Rule& rule = catalog.rules[2];
  const auto page_of = [&] {
    std::ostringstream out;
    write_rule_page(catalog, rule, 100, out);
    return out.str();
  };
  rule.ports = {{445, 445}, {49152, 65535}};
  CHECK(contains(page_of(), "445, 49152-65535 (49152-65535 broad: only answered conversations count)\n"));
  rule.ports = {{49152, 65535}};
  CHECK(contains(page_of(), "49152-65535 (broad: only answered conversations count)\n"));
  rule.ports = {{1, 900}, {1001, 1900}};
  CHECK(contains(page_of(), "1-900, 1001-1900 (broad: only answered conversations count)\n"));
}

TEST_CASE("catalog view: a search needs every word, a number is a port") {
  Catalog catalog = make_catalog();
  catalog.rules[1].ports = {PortRange{8080, 8090}};
  CHECK(found(catalog, {"vda"}) == std::vector<std::string>{"ddc-vda-registration", "storefront-vda-ica"});
  CHECK(found(catalog, {"VDA", "ica"}) == std::vector<std::string>{"storefront-vda-ica"});
  CHECK(found(catalog, {"80"}) == std::vector<std::string>{"ddc-vda-registration"});
  CHECK(found(catalog, {"8085"}) == std::vector<std::string>{"storefront-ddc-xml"});
  CHECK(found(catalog, {"nothing"}).empty());
}

}  // namespace
}  // namespace portproof::test
