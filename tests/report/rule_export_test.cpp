#include "report/rule_export.hpp"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

#include "catalog/load.hpp"
#include "report/format.hpp"
#include "report/role_view.hpp"

using namespace portproof;

namespace {

constexpr std::string_view kSite = R"([site]
name = "Small; site"
internal = ["10.0.0.0/8", "fd00::/8"]
[[host]]
name = "controllers"
addresses = ["10.0.0.1-10.0.0.6", "fd00::1"]
roles = ["ddc"]
[[host]]
name = "vdas"
addresses = ["10.0.1.0/24"]
roles = ["vda"]
[[host]]
name = "not a vda"
addresses = ["10.0.1.128"]
roles = ["file-server"]
[[host]]
name = "connectors"
addresses = ["10.0.2.1"]
roles = ["cloud-connector"]
[[allow]]
id = "site; \"x\""
from = ["controllers"]
to = ["10.0.1.7"]
transport = ["esp"]
reason = "=1+1"
)";

struct Exported {
  Catalog catalog{load_built_in_catalog().value()};
  Inventory inventory{parse_inventory(kSite, "site.toml", catalog).value()};
  RuleBook book{catalog, &inventory};
  ExportedRules rules{exported_rules(book, inventory)};

  [[nodiscard]] std::string as(std::string_view format) const {
    std::ostringstream out;
    find_format(export_formats(), format)->write(catalog, inventory, rules, out);
    return out.str();
  }
};

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("export: CSV has a line for each rule and direction, with addresses") {
  const std::string csv = Exported().as("csv");
  CHECK(csv.starts_with(
      "rule,action,from,source,to,destination,transport,ports,application,document,purpose\r\n"));
  // A more specific entry takes its address out of the network around it.
  CHECK(contains(
      csv,
      R"("ddc-vda-lhc","allow","ddc","10.0.0.1-10.0.0.6 fd00::1","vda","10.0.1.0/25 10.0.1.129-10.0.1.255","tcp","89",)"));
  // Both ways: turned round, the ends change places.
  CHECK(contains(
      csv,
      R"("ddc-vda-query","allow","vda","10.0.1.0/25 10.0.1.129-10.0.1.255","ddc","10.0.0.1-10.0.0.6 fd00::1",)"));
  CHECK(contains(csv, R"("connector-no-inbound","deny","internet any-cloud","outside)"));
  CHECK(contains(csv,
                 "\"site; \"\"x\"\"\",\"allow\",\"controllers\",\"10.0.0.1-10.0.0.6 fd00::1\",\"10.0.1.7\""));
  CHECK(contains(csv, "\"'=1+1\""));
}

TEST_CASE("export: nftables accepts what is documented, and drops what is denied first") {
  const std::string nft = Exported().as("nftables");
  CHECK(contains(nft,
                 "table inet portproof {\n  chain documented {\n    ct state established,related accept\n"));
  const std::size_t deny = nft.find(
      "    ip saddr != { 10.0.0.0/8 } ip daddr { 10.0.2.1 } meta l4proto 6 drop comment \"connector-no-inbound\"\n");
  const std::size_t allow = nft.find(
      "    ip saddr { 10.0.0.1-10.0.0.6 } ip daddr { 10.0.1.0/25, 10.0.1.129-10.0.1.255 } tcp dport { 89 } accept comment \"ddc-vda-lhc\"\n");
  REQUIRE(deny != std::string::npos);
  REQUIRE(allow != std::string::npos);
  CHECK(deny < allow);
  // A name is no address; a role that nobody has is said to be so.
  CHECK(contains(nft, "    # connector-citrix-cloud: from 10.0.2.1 to "));
  CHECK(contains(nft, "# nobody in the inventory: adc-dns\n"));
  CHECK(contains(nft, "meta l4proto 50 accept comment \"site; 'x'\"\n"));
}

TEST_CASE("export: Suricata passes what is documented, and alerts on the rest") {
  const std::string rules = Exported().as("suricata");
  CHECK(contains(rules, "pass tcp [10.0.0.1,10.0.0.2/31,10.0.0.4/31,10.0.0.6,fd00::1] any -> "));
  CHECK(contains(rules, "[89] (msg:\"portproof ddc-vda-lhc\"; flow:to_server; sid:18"));
  CHECK(contains(
      rules,
      "alert tcp ![10.0.0.0/8,fd00::/8] any -> [10.0.2.1] any (msg:\"portproof connector-no-inbound\";"));
  CHECK(contains(rules, "(msg:\"portproof site_ 'x'\"; ip_proto:50; sid:"));
  CHECK(contains(rules, "not documented, from a Citrix host\"; flow:to_server; sid:"));
  // Each signature has an id of its own.
  std::size_t signatures = 0;
  for (std::size_t at = rules.find("sid:"); at != std::string::npos; at = rules.find("sid:", at + 1))
    ++signatures;
  CHECK(contains(rules, "sid:" + std::to_string(kFirstSignature + static_cast<int>(signatures) - 1) + ";"));
}

TEST_CASE("roles: a list says what each covers, and how else it is called") {
  const Catalog catalog = load_built_in_catalog(kDefaultEdition, {"windows-domain"}).value();
  std::ostringstream table;
  write_role_table(catalog.roles, 2000, table);
  CHECK(contains(table.str(), "broker"));
  CHECK(contains(table.str(), "implies sta"));
  CHECK(contains(table.str(), "every role of kind citrix"));
  CHECK(contains(table.str(), "(for rules only)"));
  CHECK(contains(table.str(), "224.0.0.0/4 and ff00::/8"));
  std::ostringstream tsv;
  write_roles_tsv(catalog.roles, tsv);
  CHECK(contains(tsv.str(), "id\tkind\tname\taliases\tmembers\timplies\tnames\n"));
  CHECK(contains(
      tsv.str(),
      "\nddc\tcitrix\tDelivery Controller\tdelivery-controller,broker,xml,xml-broker,xml-service\t\tsta\t\n"));
}

TEST_CASE("roles: words with spaces and in any case") {
  const Catalog catalog = load_built_in_catalog().value();
  const auto meant = [&](std::string_view word) {
    return catalog.roles.at(catalog.roles.find(word).value()).id;
  };
  CHECK(meant("License Server") == "license-server");
  CHECK(meant("licence server") == "license-server");
  CHECK(meant("XML") == "ddc");
  CHECK(meant("Delivery_Controller") == "ddc");
  CHECK(meant("NetScaler") == "adc");
  CHECK(meant("NSIP") == "adc-nsip");
  CHECK_FALSE(catalog.roles.find("licenseserver"));
}
