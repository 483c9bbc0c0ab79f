// Editions that change another one: how they are read, and what the built-in one changes.

#include <doctest/doctest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "catalog/diff.hpp"
#include "catalog/lint.hpp"
#include "tests/catalog/catalog_text.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

const std::string kHead =
    "[edition]\nid = \"later\"\ntitle = \"A later one\"\nbased_on = \"small\"\n"
    "[[document]]\nid = \"new-page\"\ntitle = \"A newer page\"\nreplaces = \"page\"\n"
    "moved = [{ from = \"Table, row 1\", to = \"Table, row 9\" }]\n";

// The edition "small" with the rules "one" and "two" and a remark, and the edition that changes it.
std::vector<CatalogFile> later(const std::string& changes) {
  auto files = files_with(rule_text("one", "ports = [\"80\"]\n") + rule_text("two", "ports = [\"81\"]\n") +
                          "[[remark]]\nsource = \"Table, row 1\"\ntext = \"nothing\"\n");
  files.push_back({"later.toml", kHead + changes});
  return files;
}

Catalog load_later(const std::string& changes) {
  auto catalog = load_catalog(later(changes));
  if (!catalog) FAIL(message(catalog.error()));
  return std::move(*catalog);
}

std::string fault_of(const std::string& changes) {
  const auto catalog = load_catalog(later(changes));
  REQUIRE_FALSE(catalog);
  return message(catalog.error());
}

const Catalog& edition(const char* id) {
  static const Catalog base = load_built_in_catalog("base").value();
  static const Catalog later = load_built_in_catalog("tech-paper").value();
  return id == std::string_view("base") ? base : later;
}

const CatalogDifference* find(const std::vector<CatalogDifference>& all, std::string_view id) {
  const auto found =
      std::find_if(all.begin(), all.end(), [id](const CatalogDifference& each) { return each.id == id; });
  return found == all.end() ? nullptr : &*found;
}

bool says(const CatalogDifference* difference, std::string_view detail) {
  return difference != nullptr && std::find(difference->details.begin(), difference->details.end(), detail) !=
                                      difference->details.end();
}

}  // namespace

TEST_CASE("an edition based on another has its rules, and cites its own document") {
  const Catalog catalog = load_later("");
  CHECK(catalog.edition == "later");
  CHECK(catalog.based_on == "small");
  REQUIRE(catalog.rules.size() == 2);
  CHECK(catalog.rules[0].document == "new-page");
  CHECK(catalog.rules[0].source == "Table, row 9");
  CHECK(catalog.remarks[0].source == "Table, row 9");
  CHECK(catalog.find_document("page") == nullptr);
}

TEST_CASE("it drops rules, changes some keys of others, and adds to any system") {
  const Catalog catalog = load_later(
      "[[drop]]\nrule = \"one\"\nwhy = \"gone\"\n"
      "[[change]]\nrule = \"two\"\nwhy = \"moved\"\nports = [\"82\"]\ndocument = \"new-page\"\nsource = \"Table, row 1\"\n"
      "[[rule]]\nid = \"three\"\nsystem = \"sys\"\nfrom = [\"b\"]\nto = [\"a\"]\ntransport = [\"udp\"]\nports = [\"9\"]\n"
      "purpose = \"p\"\ndocument = \"new-page\"\nsource = \"Table, row 2\"\n");
  CHECK(catalog.find_rule("one") == nullptr);
  const Rule* const two = catalog.find_rule("two");
  REQUIRE(two != nullptr);
  CHECK(two->covers(Transport::tcp, 82));
  CHECK_FALSE(two->covers(Transport::tcp, 81));
  CHECK(two->purpose == "a test");
  // What a change cites is of the new document, and does not move.
  CHECK(two->source == "Table, row 1");
  CHECK(catalog.find_rule("three")->system == "sys");
}

TEST_CASE("faults of an edition that changes another") {
  CHECK(fault_of("[[drop]]\nrule = \"oen\"\nwhy = \"w\"\n")
            .find("there is no rule \"oen\" to change; did you mean \"one\"?") != std::string::npos);
  CHECK(fault_of("[[drop]]\nrule = \"one\"\n").find("has no \"why\"") != std::string::npos);
  CHECK(fault_of("[[change]]\nrule = \"one\"\nwhy = \"w\"\nprots = [\"1\"]\n")
            .find("did you mean \"ports\"?") != std::string::npos);
  CHECK(fault_of("[[change]]\nrule = \"one\"\nwhy = \"w\"\nid = \"other\"\n").find("keeps the id") !=
        std::string::npos);
  CHECK(fault_of("[[change]]\nrule = \"one\"\nwhy = \"w\"\n[[drop]]\nrule = \"one\"\nwhy = \"w\"\n")
            .find("changed twice") != std::string::npos);
  CHECK(fault_of("[[document]]\nid = \"x\"\ntitle = \"X\"\nreplaces = \"pgae\"\n")
            .find("no document \"pgae\" to replace") != std::string::npos);
  // Alone it is nothing, and a second edition that is not based on the first is one too many.
  const auto alone = load_catalog({{"later.toml", kHead}});
  REQUIRE_FALSE(alone);
  CHECK(alone.error().what.find("\"small\" that this one is based on is not there") != std::string::npos);
  auto two = files_with("");
  two.push_back({"z.toml", "[edition]\nid = \"z\"\ntitle = \"Z\"\n[[drop]]\nrule = \"one\"\nwhy = \"w\"\n"});
  REQUIRE_FALSE(load_catalog(two));
}

TEST_CASE("what differs between two catalogs") {
  const Catalog before = load_catalog(files_with(rule_text("one", "ports = [\"80\"]\n") +
                                                 rule_text("two", "ports = [\"81\"]\n")))
                             .value();
  const Catalog after =
      load_catalog(files_with(rule_text("two", "ports = [\"81\", \"90\"]\nboth_ways = true\n") +
                              rule_text("three", "ports = [\"9\"]\n") +
                              "[[role]]\nid = \"c\"\nname = \"C\"\nkind = \"client\"\n"))
          .value();
  const auto found = differences(before, after);
  REQUIRE(found.size() == 4);
  CHECK(found[0].what == "role");
  CHECK(found[0].kind == DifferenceKind::added);
  CHECK(found[1].id == "one");
  CHECK(found[1].kind == DifferenceKind::removed);
  CHECK(found[1].before != nullptr);
  CHECK(found[1].after == nullptr);
  CHECK(found[2].id == "three");
  CHECK(found[2].kind == DifferenceKind::added);
  CHECK(found[3].kind == DifferenceKind::changed);
  CHECK(found[3].details == std::vector<std::string>{"ports: 81 -> 81, 90", "both ways: no -> yes"});
  CHECK(differences(before, before).empty());
}

// Everything that the later edition of the article changes, one fact a line.
TEST_CASE("the built-in editions differ in what the article changed, and in nothing else") {
  const auto all = differences(edition("base"), edition("tech-paper"));
  const auto kind = [&](const char* id) {
    const CatalogDifference* const found = find(all, id);
    REQUIRE_MESSAGE(found != nullptr, id);
    return found->kind;
  };
  CHECK(kind("connector-control-plane") == DifferenceKind::removed);
  const std::set<std::string> added{"connector-vda-ica",
                                    "connector-vda-cgp",
                                    "adm-pair-nitro-http",
                                    "adm-pair-nitro-https",
                                    "adm-pair-ssh",
                                    "ups-print-data",
                                    "ups-web-service",
                                    "remote-pc-wake",
                                    "remote-pc-wake-proxy",
                                    "sdx-lom-http",
                                    "sdx-lom-https",
                                    "sdx-svm-http",
                                    "sdx-svm-https",
                                    "sdx-svm-ssh",
                                    "sdx-hypervisor-ssh",
                                    "sdx-instance-http",
                                    "sdx-instance-https",
                                    "sdx-instance-ssh",
                                    "sdx-instance-ping",
                                    "sdx-ntp",
                                    "sdx-snmp",
                                    "sdx-svm-ping"};
  const std::set<std::string> from_snip{"adc-adm-appflow", "adc-adm-snmp", "adc-adm-syslog",
                                        "adc-adm-logstream"};
  const std::set<std::string> from_snip_not_group{"adm-metrics", "adm-logstream", "adm-snmp-trap",
                                                  "adm-syslog", "adm-ipfix"};
  for (const std::string& id : from_snip) {
    CAPTURE(id);
    CHECK(says(find(all, id), "from, as printed: adc-nsip, adc-snip, adc-mip -> adc-snip"));
  }
  for (const std::string& id : from_snip_not_group) {
    CAPTURE(id);
    CHECK(says(find(all, id), "from, as printed: adc -> adc-snip"));
  }
  for (const char* const id : {"adm-cpx-license", "adm-cpx-license-vendor"}) {
    CAPTURE(id);
    CHECK(says(find(all, id), "from, as printed: adm-license-server -> adc-cpx"));
    CHECK(says(find(all, id), "both ways: yes -> no"));
  }
  for (const char* const id : {"adc-mep", "adc-mep-secure"}) {
    CAPTURE(id);
    CHECK(says(find(all, id), "to, as printed: adc-ha-node, adc-gslb-node -> adc-gslb-node"));
  }
  CHECK(says(find(all, "adc-snmp-trap"), "to, as printed: adc-ha-node, adm -> adm"));
  CHECK(kind("pvs-dhcp") == DifferenceKind::changed);
  CHECK(kind("pvs-target-traffic") == DifferenceKind::changed);
  std::set<std::string> seen;
  for (const CatalogDifference& difference : all) {
    if (difference.what != "rule") continue;
    if (difference.kind == DifferenceKind::added) seen.insert(difference.id);
  }
  CHECK(seen == added);
  CHECK(std::count_if(all.begin(), all.end(), [](const CatalogDifference& each) {
          return each.what == "rule" && each.kind == DifferenceKind::changed;
        }) == 4 + 5 + 2 + 2 + 1 + 2);
  CHECK(std::count_if(all.begin(), all.end(),
                      [](const CatalogDifference& each) { return each.what == "remark"; }) == 4);
  CHECK(std::count_if(all.begin(), all.end(),
                      [](const CatalogDifference& each) { return each.what == "system"; }) == 3);
}

TEST_CASE("errors of the later edition are not in the catalog") {
  const Catalog& later = edition("tech-paper");
  const Rule& dhcp = *later.find_rule("pvs-dhcp");
  CHECK(dhcp.covers(Transport::udp, 4011));
  CHECK_FALSE(dhcp.covers(Transport::udp, 66));
  const Rule& print = *later.find_rule("ups-print-data");
  CHECK(print.covers(Transport::tcp, 7229));
  CHECK_FALSE(print.covers(Transport::udp, 7229));
  for (const char* const id : {"adc-mep", "adc-mep-secure"}) {
    const Rule& rule = *later.find_rule(id);
    CHECK(std::find(rule.to.begin(), rule.to.end(), "adc-ha-node") != rule.to.end());
    CHECK(std::find(rule.to.begin(), rule.to.end(), "adc-gslb-node") != rule.to.end());
  }
}

TEST_CASE("every row of the later edition's new tables is cited") {
  const Catalog& later = edition("tech-paper");
  const auto cited = [&](const std::string& document, const std::string& citation) {
    const auto cites = [&](const auto& entry) {
      return entry.document == document &&
             ("; " + entry.source + ";").find("; " + citation + ";") != std::string::npos;
    };
    return std::any_of(later.rules.begin(), later.rules.end(), cites) ||
           std::any_of(later.remarks.begin(), later.remarks.end(), cites);
  };
  for (const char* const id : {"tech-paper", "tech-paper-netscaler"}) {
    for (const Section& section : later.find_document(id)->sections) {
      // Of the table of Citrix ADC, the newest edition has the first nine rows.
      const std::size_t first = section.name == "Citrix ADC" ? 10 : 1;
      for (std::size_t row = first; row <= section.rows; ++row) {
        CAPTURE(section.name);
        CAPTURE(row);
        CHECK(cited(id, section.name + ", row " + std::to_string(row)));
      }
    }
  }
}
