// Every error in an inventory is reported with its line: a site that misspells a key must not get a false
// verdict.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "tests/classify/estate_builder.hpp"

namespace portproof::test {
namespace {

struct Fault {
  std::string text;
  std::string where;
  std::string says;  // part of the message
};

void check(const std::vector<Fault>& faults) {
  const Catalog catalog = estate_catalog();
  for (const Fault& fault : faults) {
    CAPTURE(fault.text);
    const auto inventory = parse_inventory(fault.text, "site.toml", catalog);
    REQUIRE_FALSE(inventory);
    CAPTURE(inventory.error().what);
    CHECK(inventory.error().kind == ErrorKind::bad_data);
    CHECK(inventory.error().where == fault.where);
    CHECK(inventory.error().what.find(fault.says) != std::string::npos);
    CHECK(inventory.error().what.find('\n') == std::string::npos);
  }
}

// A correct table of each kind, with `line` in place of the key's own line, or without that line if `line` is
// empty.
std::string with(const std::vector<std::pair<std::string, std::string>>& lines, const std::string& title,
                 const std::string& key, const std::string& line) {
  std::string text = "[[" + title + "]]\n";
  for (const auto& [name, value] : lines) {
    if (name != key) {
      text += name + " = " + value + "\n";
    } else if (!line.empty()) {
      text += line + "\n";
    }
  }
  return text;
}

std::string host(const std::string& key, const std::string& line) {
  return with({{"name", "\"h\""}, {"addresses", "[\"10.0.0.1\"]"}, {"roles", "[\"vda\"]"}}, "host", key,
              line);
}

std::string allow(const std::string& key, const std::string& line) {
  return with({{"id", "\"a\""},
               {"from", "[\"ddc\"]"},
               {"to", "[\"vda\"]"},
               {"transport", "[\"tcp\"]"},
               {"ports", "[\"8080\"]"},
               {"owner", "\"o\""},
               {"reason", "\"r\""}},
              "allow", key, line);
}

std::string waiver(const std::string& key, const std::string& line) {
  return with({{"id", "\"w\""},
               {"from", "\"10.0.0.1\""},
               {"to", "\"role:vda\""},
               {"transport", "\"tcp\""},
               {"ports", "[\"5985\"]"},
               {"owner", "\"o\""},
               {"reason", "\"r\""},
               {"expires", "2027-01-31"}},
              "waiver", key, line);
}

}  // namespace

TEST_CASE("inventory errors: text that is not valid TOML") {
  check({{"[site\n", "site.toml:1", "TOML"},
         {"[site]\nname = \"a\"\nname = \"b\"\n", "site.toml:3", "TOML"},
         {"\n\n[[host]]\nname = ddc1\n", "site.toml:4", "TOML"},
         {std::string("[site]\nname = \"\xff\"\n"), "site.toml:2", "TOML"}});
}

TEST_CASE("inventory errors: unknown keys, with a suggestion") {
  check(
      {{"[[hosts]]\nname = \"a\"\n", "site.toml:1", "did you mean \"host\"?"},
       {"[site]\ninternals = [\"10.0.0.0/8\"]\n", "site.toml:2", "did you mean \"internal\"?"},
       {"[limits]\nlost_packet = 0\n", "site.toml:2", "did you mean \"lost_packets\"?"},
       {"[[host]]\nname = \"h\"\naddress = [\"10.0.0.1\"]\nroles = [\"vda\"]\n", "site.toml:1",
        "neither \"addresses\" nor \"names\""},
       {host("roles", "roles = [\"vda\"]\nrole = 1"), "site.toml:5", "did you mean \"roles\"?"},
       {allow("ports", "ports = [\"80\"]\nboth_ways = true"), "site.toml:7", "unknown key \"both_ways\""},
       {waiver("expires", "expires = 2027-01-31\nexpired = 1"), "site.toml:10", "did you mean \"expires\"?"},
       {"[[role]]\nid = \"x\"\nkind = \"citrix\"\nimplies = [\"ddc\"]\n", "site.toml:4",
        "unknown key \"implies\""},
       {"colour = 1\n", "site.toml:1", "unknown key \"colour\""}});
}

TEST_CASE("inventory errors: tables in the wrong form") {
  check({{"[host]\nname = \"h\"\n", "site.toml:1", "write [[host]]"},
         {"host = [1]\n", "site.toml:1", "[[host]]"},
         {"site = 3\n", "site.toml:1", "must be a table"},
         {"versions = \"x\"\n", "site.toml:1", "must be a table"},
         {"[site]\nname = 3\n", "site.toml:2", "must be text"},
         {"[site]\ninternal = \"10.0.0.0/8\"\n", "site.toml:2", "must be an array"}});
}

TEST_CASE("inventory errors: [site]") {
  check({{"[site]\ninternal = [\n\"10.0.0.0/8\",\n\"10.1.1.1/16\"]\n", "site.toml:4",
          "bits set beyond its prefix"},
         {"[site]\ninternal = []\n", "site.toml:2", "is empty"},
         {"[site]\nexternal_roles = [\"internet\"]\n", "site.toml:2", "needs \"internal\""},
         {"[site]\ninternal_roles = [\"vda\"]\n", "site.toml:2", "needs \"internal\""},
         {"[site]\ninternal = [\"::/0\"]\ninternal_roles = [\"vdas\"]\n", "site.toml:3",
          "unknown role \"vdas\"; did you mean \"vda\"?"},
         {"[site]\ninternal = [\"::/0\"]\nexternal_roles = [\"any-citrix\"]\n", "site.toml:3",
          "name the Citrix component"}});
}

TEST_CASE("inventory errors: [versions] and [limits]") {
  check({{"[versions]\nworkspace-environment-managment = \"1\"\n", "site.toml:2",
          "did you mean \"workspace-environment-management\"?"},
         {"[versions]\nworkspace-environment-management = 2209\n", "site.toml:2", "quoted string"},
         {"[versions]\nworkspace-environment-management = \" \"\n", "site.toml:2", "quoted string"},
         {"[limits]\none_way = 1.5\n", "site.toml:2", "from 0 to 1"},
         {"[limits]\nundecoded = -0.1\n", "site.toml:2", "from 0 to 1"},
         {"[limits]\nundecoded = nan\n", "site.toml:2", "from 0 to 1"},
         {"[limits]\nmissed_bytes = inf\n", "site.toml:2", "from 0 to 1"},
         {"[limits]\nlost_packets = \"1%\"\n", "site.toml:2", "from 0 to 1"}});
}

TEST_CASE("inventory errors: [[role]]") {
  check({{"[[role]]\nid = \"x\"\n", "site.toml:1", "no \"kind\""},
         {"[[role]]\nkind = \"citrix\"\n", "site.toml:1", "no \"id\""},
         {"[[role]]\nid = \"x\"\nkind = \"group\"\n", "site.toml:3",
          "not a kind of role that a site can define"},
         {"[[role]]\nid = \"x\"\nkind = \"citirx\"\n", "site.toml:3", "did you mean \"citrix\"?"},
         {"[[role]]\nid = \"Print Server\"\nkind = \"citrix\"\n", "site.toml:2", "not a valid role id"},
         {"[[role]]\nid = \"ddc\"\nkind = \"citrix\"\n", "site.toml:2", "already a role \"ddc\""},
         {"[[role]]\nid = \"x\"\nkind = \"citrix\"\n[[role]]\nid = \"x\"\nkind = \"citrix\"\n", "site.toml:5",
          "the first time in line 2"}});
}

TEST_CASE("inventory errors: more roles than allowed") {
  std::string text;
  for (int number = 0; number < 300; ++number) {
    text += "[[role]]\nid = \"r" + std::to_string(number) + "\"\nkind = \"citrix\"\n";
  }
  const auto line = 2 + 3 * (kMaxRoles - estate_roles().size());
  check({{text, "site.toml:" + std::to_string(line), "more than 256 roles"}});
}

TEST_CASE("inventory errors: [[host]]") {
  check({{host("name", ""), "site.toml:1", "no \"name\""},
         {host("name", "name = \"\""), "site.toml:2", "is empty"},
         {host("name", "name = \"  \""), "site.toml:2", "is blank"},
         {host("addresses", ""), "site.toml:1", "neither \"addresses\" nor \"names\""},
         {host("addresses", "addresses = []"), "site.toml:3", "neither \"addresses\" nor \"names\""},
         {host("addresses", "addresses = [\"10.0.0.9-10.0.0.1\"]"), "site.toml:3", "ends before it begins"},
         {host("addresses", "addresses = [\"10.0.0.1-::2\"]"), "site.toml:3", "mixes IPv4 and IPv6"},
         {host("addresses", "addresses = [\"10.0.0.1/8\"]"), "site.toml:3", "bits set beyond its prefix"},
         {host("addresses", "addresses = [\"ddc1.example.net\"]"), "site.toml:3", "not an IP address"},
         {host("addresses", "addresses = [1]"), "site.toml:3", "quoted string"},
         {host("addresses", "names = [\"a..b\"]"), "site.toml:3", "is not a valid name"},
         {host("addresses", "names = [\"a*.example.net\"]"), "site.toml:3", "whole labels"},
         {host("addresses", "names = [\"10.0.0.1\"]"), "site.toml:3", "put it under \"addresses\""},
         {host("roles", ""), "site.toml:1", "no \"roles\""},
         {host("roles", "roles = []"), "site.toml:4", "no role"},
         {host("roles", "roles = [\"vdda\"]"), "site.toml:4", "did you mean \"vda\"?"},
         {host("roles", "roles = [\"any-citrix\"]"), "site.toml:4", "name the Citrix component"},
         {host("", "") + host("", ""), "site.toml:6", "\"h\" is used twice; the first time in line 2"}});
}

TEST_CASE("inventory errors: [[allow]]") {
  check(
      {{allow("id", ""), "site.toml:1", "no \"id\""},
       {allow("id", "id = \"ddc-sql\""), "site.toml:2", "id of a catalog rule"},
       {allow("from", "from = []"), "site.toml:3", "is empty"},
       {allow("to", ""), "site.toml:1", "no \"to\""},
       {allow("to", "to = [\"vdda\"]"), "site.toml:4", "did you mean \"vda\"?"},
       {allow("to", "to = [\"10.0.0.1/8\"]"), "site.toml:4", "bits set beyond its prefix"},
       {allow("to", "to = [\"h2\"]"), "site.toml:4", "is not a role, an address or a [[host]] in this file"},
       {allow("to", "to = [\"role:h2\"]"), "site.toml:4", "unknown role"},
       {allow("to", "to = [\"host:vda\"]"), "site.toml:4", "is not a role, an address or a [[host]]"},
       {allow("ports", "ports = [\"80\"]\napplication = [\"htp\"]"), "site.toml:7",
        "unknown application \"htp\"; did you mean \"http\"?"},
       {allow("ports", "ports = [\"80\"]\napplication = [\"unknown\"]"), "site.toml:7", "do not list"},
       {allow("transport", "transport = [\"tpc\"]"), "site.toml:5", "did you mean \"tcp\"?"},
       {allow("transport", "transport = []"), "site.toml:5", "is empty"},
       {allow("transport", ""), "site.toml:1", "no \"transport\""},
       {allow("transport", "transport = 6"), "site.toml:5", "must be text"},
       {allow("transport", "transport = [\"icmp\"]"), "site.toml:6", "icmp has no ports"},
       {allow("ports", ""), "site.toml:1", "no \"ports\""},
       {allow("ports", "ports = []"), "site.toml:6", "is empty"},
       {allow("ports", "ports = [8080]"), "site.toml:6", "quoted string"},
       {allow("ports", "ports = [\"0\"]"), "site.toml:6", "1 to 65535"},
       {allow("ports", "ports = [\"65536\"]"), "site.toml:6", "1 to 65535"},
       {allow("ports", "ports = [\"90-80\"]"), "site.toml:6", "ends before it begins"},
       {allow("ports", "ports = [\"http\"]"), "site.toml:6", "is not a port"},
       {allow("ports", "ports = [\"any\", \"80\"]"), "site.toml:6", "stand alone"},
       {allow("", "") + allow("", ""), "site.toml:10", "\"a\" is used twice; the first time in line 2"}});
}

TEST_CASE("inventory errors: [[waiver]]") {
  check({{waiver("id", ""), "site.toml:1", "no \"id\""},
         {waiver("from", ""), "site.toml:1", "no \"from\""},
         {waiver("from", "from = \"role:vdda\""), "site.toml:3", "did you mean \"vda\"?"},
         {waiver("from", "from = \"10.0.0.1/24\""), "site.toml:3", "bits set beyond its prefix"},
         {waiver("from", "from = \"10.0.0.300\""), "site.toml:3", "not an IP address"},
         {waiver("from", "from = \"vda\""), "site.toml:3", "to name a role, write role:vda"},
         {host("name", "name = \"ddc-one\"") + waiver("from", "from = \"dcc-one\""), "site.toml:7",
          "did you mean \"ddc-one\"?"},
         {waiver("to", "to = [\"10.0.0.1\"]"), "site.toml:4", "must be text"},
         {waiver("transport", "transport = \"icmp\""), "site.toml:6", "icmp has no ports"},
         {waiver("ports", "ports = [\"x\"]"), "site.toml:6", "is not a port"},
         {waiver("owner", ""), "site.toml:1", "no \"owner\""},
         {waiver("owner", "owner = \"\""), "site.toml:7", "is empty"},
         {waiver("reason", ""), "site.toml:1", "no \"reason\""},
         {waiver("reason", "reason = \" \""), "site.toml:8", "is blank"},
         {waiver("expires", ""), "site.toml:1", "no \"expires\""},
         {waiver("expires", "expires = \"\""), "site.toml:9", "must be a date"},
         {waiver("expires", "expires = \"soon\""), "site.toml:9", "is not a date"},
         {waiver("expires", "expires = \"2027-02-30\""), "site.toml:9", "is not a date"},
         {waiver("expires", "expires = 2027-01-31T12:00:00Z"), "site.toml:9", "is not a date"},
         {waiver("expires", "expires = 20270131"), "site.toml:9", "must be text"},
         {waiver("", "") + waiver("", ""), "site.toml:11", "\"w\" is used twice; the first time in line 2"}});
}

TEST_CASE("inventory errors: of several errors, the first in the file is reported") {
  check({{waiver("owner", "") + host("roles", "roles = [\"nobody\"]"), "site.toml:1", "no \"owner\""}});
}

}  // namespace portproof::test
