#include "classify/inventory.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "catalog/load.hpp"
#include "tests/classify/estate_builder.hpp"

namespace portproof::test {
namespace {

const Catalog& catalog() {
  static const Catalog made = estate_catalog();
  return made;
}

Inventory read(std::string_view text) {
  const auto inventory = parse_inventory(text, "site.toml", catalog());
  REQUIRE_MESSAGE(inventory, (inventory ? std::string() : message(inventory.error())));
  return *inventory;
}

std::vector<std::string> ids(const Inventory& inventory, const RoleSet& roles) {
  return inventory.roles.ids(roles);
}

using Ids = std::vector<std::string>;

constexpr std::string_view kComplete = R"(
[site]
name = "Example estate"
internal = ["10.20.0.0/16", "fd20::/48"]
internal_roles = ["user-device", "workspace-app"]
external_roles = ["internet"]

[versions]
workspace-environment-management = "2209"

[limits]
lost_packets = 0.0001
missed_bytes = 0.001
undecoded = 0.0
one_way = 1

[[role]]
id = "print-server"
name = "Print server"
kind = "citrix"

[[host]]
name = "ddc1"
addresses = ["10.20.1.10", "10.20.1.11-10.20.1.14", "10.20.9.0/28"]
roles = ["ddc"]

[[host]]
name = "gateway service"
names = ["*.nssvc.net"]
roles = ["gateway-service"]

[[host]]
name = "adc1"
addresses = ["fd20::1"]
roles = ["adc", "print-server"]

[[allow]]
id = "site-xml-8080"
from = ["storefront"]
to = ["ddc"]
transport = ["tcp"]
ports = ["8080", "9000-9010"]
application = ["http"]
owner = "Citrix team"
reason = "XML service moved to 8080"

[[waiver]]
id = "W-7"
from = "10.20.5.9"
to = "role:vda"
transport = "tcp"
ports = ["5985"]
owner = "Ops"
reason = "WinRM until the agent roll-out ends"
expires = 2027-01-31
approver = "CISO"
ticket = "CHG-1"
)";

}  // namespace

TEST_CASE("inventory: every key is read") {
  const Inventory inventory = read(kComplete);
  CHECK(inventory.path == "site.toml");
  CHECK(inventory.site == "Example estate");
  CHECK(inventory.has_internal);
  CHECK(inventory.internal.size() == 2);
  CHECK(ids(inventory, inventory.internal_roles) == Ids{"user-device", "workspace-app"});
  CHECK(ids(inventory, inventory.external_roles) == Ids{"internet"});
  CHECK(inventory.versions.at("workspace-environment-management") == "2209");
  CHECK(inventory.limits.lost_packets == 0.0001);
  CHECK(inventory.limits.missed_bytes == 0.001);
  CHECK(inventory.limits.undecoded == 0);
  CHECK(inventory.limits.one_way == 1);
  REQUIRE(inventory.hosts.size() == 3);
  CHECK(inventory.hosts[0].addresses.size() == 3);
  CHECK(inventory.hosts[1].names == Ids{"*.nssvc.net"});
  REQUIRE(inventory.allows.size() == 1);
  const Rule& allowed = inventory.allows[0].rule;
  CHECK(allowed.ports == std::vector<PortRange>{{8080, 8080}, {9000, 9010}});
  CHECK(allowed.applications.count() == 1);
  CHECK(allowed.applications.test(static_cast<std::size_t>(application("http"))));
  CHECK(allowed.owner == "Citrix team");
  REQUIRE(inventory.waivers.size() == 1);
  CHECK(inventory.waivers[0].expires == "2027-01-31");
  CHECK(inventory.waivers[0].approver == "CISO");
  CHECK(inventory.waivers[0].ticket == "CHG-1");
}

TEST_CASE("inventory: a group role on a host adds its members, and a role adds the roles it implies") {
  const Inventory inventory = read(kComplete);
  CHECK(ids(inventory, inventory.hosts[0].roles) == Ids{"ddc", "sta"});
  CHECK(ids(inventory, inventory.hosts[2].roles) == Ids{"adc-nsip", "adc-snip", "print-server"});
}

TEST_CASE("inventory: finds hosts by name, and addresses inside") {
  const Inventory inventory = read(kComplete);
  REQUIRE(inventory.find_host("ddc1") != nullptr);
  CHECK(inventory.find_host("DDC1") == nullptr);
  CHECK(inventory.is_inside(ip("10.20.255.255")));
  CHECK(inventory.is_inside(ip("fd20::ffff")));
  CHECK_FALSE(inventory.is_inside(ip("10.21.0.0")));
}

TEST_CASE("inventory: an empty file is valid, with every limit at zero and no hosts") {
  const Inventory inventory = read("");
  CHECK_FALSE(inventory.has_internal);
  CHECK(inventory.external_roles.empty());
  CHECK(inventory.limits.lost_packets == 0);
  CHECK(inventory.hosts.empty());
  CHECK(inventory.sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE(
    "inventory: outside addresses are the internet once internal is given, unless configured otherwise") {
  const Inventory implied = read("[site]\ninternal = [\"10.0.0.0/8\"]");
  CHECK(ids(implied, implied.external_roles) == Ids{"internet"});
  const Inventory other = read("[site]\ninternal = [\"10.0.0.0/8\"]\nexternal_roles = [\"user-device\"]");
  CHECK(ids(other, other.external_roles) == Ids{"user-device"});
  const Inventory nobody = read("[site]\ninternal = [\"10.0.0.0/8\"]\nexternal_roles = []");
  CHECK(nobody.external_roles.empty());
}

TEST_CASE("inventory: a transport may be an array or a string, in an allowance and in a waiver") {
  const Inventory inventory = read(R"(
[[allow]]
id = "a"
from = ["ddc"]
to = ["vda"]
transport = "udp"
ports = ["any"]
[[waiver]]
id = "w"
from = "role:any-citrix"
to = "0.0.0.0/0"
transport = ["tcp", "icmp"]
ports = ["any"]
owner = "o"
reason = "r"
expires = "2027-01-31"
)");
  const auto set_of = [](std::initializer_list<Transport> transports) {
    TransportSet set;
    for (const Transport transport : transports) set.set(static_cast<std::size_t>(transport));
    return set;
  };
  CHECK(inventory.allows[0].rule.transports == set_of({Transport::udp}));
  CHECK(inventory.allows[0].rule.any_port);
  CHECK(inventory.allows[0].rule.has_broad_ports());
  CHECK(inventory.waivers[0].transports == set_of({Transport::tcp, Transport::icmp}));
  CHECK(inventory.waivers[0].any_port);
}

TEST_CASE("inventory: a transport without ports needs no ports") {
  const Inventory inventory = read(R"(
[[allow]]
id = "a"
from = ["ddc"]
to = ["vda"]
transport = ["esp", "ip-253", "icmp-other"]
)");
  CHECK(inventory.allows[0].rule.any_port);
  CHECK_FALSE(inventory.allows[0].rule.has_broad_ports());
  CHECK(inventory.allows[0].rule.covers(Transport::esp, 0));
  CHECK(inventory.allows[0].rule.covers(static_cast<Transport>(253), 0));
  CHECK_FALSE(inventory.allows[0].rule.covers(Transport::gre, 0));
  CHECK_FALSE(inventory.allows[0].rule.covers(Transport::icmp, 0));
}

TEST_CASE("inventory: an allowance names roles by any of their words, hosts and addresses") {
  const Inventory inventory = read(R"(
[[allow]]
id = "a"
from = ["StoreFront", "ddc1", "host:ddc", "role:ddc", "10.0.0.0/24", "10.0.0.1-10.0.0.3", "fd20::1"]
to = ["any-citrix", "10.0.0.0/24"]
transport = "tcp"
ports = ["80"]
[[host]]
name = "ddc1"
addresses = ["10.0.0.1"]
roles = ["ddc"]
[[host]]
name = "ddc"
addresses = ["10.0.0.2"]
roles = ["vda"]
)");
  REQUIRE(inventory.allows.size() == 1);
  const Allow& allow = inventory.allows[0];
  CHECK(allow.line == 2);
  // Roles by id, the rest as written.
  CHECK(allow.rule.from ==
        Ids{"storefront", "ddc1", "host:ddc", "ddc", "10.0.0.0/24", "10.0.0.1-10.0.0.3", "fd20::1"});
  CHECK(ids(inventory, allow.from.roles) == Ids{"ddc", "storefront"});
  // The network is named twice and known once.
  REQUIRE(inventory.named_ends.size() == 5);
  CHECK(inventory.named_ends[0].host == std::size_t{0});
  CHECK(inventory.named_ends[1].host == std::size_t{1});
  CHECK(to_string(inventory.named_ends[2].address.value()) == "10.0.0.0/24");
  NamedEndSet network;
  network.insert(2);
  CHECK(allow.to.named_ends == network);
  CHECK(allow.from.named_ends.overlaps(network));
  CHECK(allow.to.roles.size() == 12);
}

TEST_CASE("inventory: a word that is a role and a host is a role in an allowance and a host in a waiver") {
  const Inventory inventory = read(R"(
[[host]]
name = "vda"
addresses = ["10.0.0.1"]
roles = ["ddc"]
[[allow]]
id = "a"
from = ["vda"]
to = ["host:vda"]
transport = "tcp"
ports = ["80"]
[[waiver]]
id = "w"
from = "vda"
to = "host:vda"
transport = "tcp"
ports = ["80"]
owner = "o"
reason = "r"
expires = 2027-01-31
)");
  CHECK(ids(inventory, inventory.allows[0].from.roles) == Ids{"vda"});
  CHECK(inventory.allows[0].from.named_ends.empty());
  CHECK_FALSE(inventory.allows[0].to.named_ends.empty());
  CHECK(inventory.waivers[0].from.host == std::size_t{0});
  CHECK(inventory.waivers[0].to.host == std::size_t{0});
}

TEST_CASE("inventory: every fault is found at once, by line") {
  const std::string text =
      "[[host]]\nname = \"h\"\naddresses = [\"10.0.0.300\"]\nroles = [\"vdda\"]\n"
      "[[allow]]\nid = \"a\"\nfrom = [\"nobody\"]\nto = [\"vda\"]\ntransport = \"tcp\"\nports = [\"0\"]\n"
      "colour = 1\n";
  Ids where;
  for (const Error& error : inventory_faults(text, "site.toml", catalog())) {
    CHECK(error.kind == ErrorKind::bad_data);
    where.push_back(error.where);
  }
  CHECK(where == Ids{"site.toml:3", "site.toml:4", "site.toml:7", "site.toml:10", "site.toml:11"});
  CHECK(parse_inventory(text, "site.toml", catalog()).error().where == "site.toml:3");
  CHECK(inventory_faults(kComplete, "site.toml", catalog()).empty());
  // One mistake is one fault.
  CHECK(inventory_faults("[[host]]\nname = \"h\"\naddresses = [\"::1\"]\n", "site.toml", catalog()).size() ==
        1);
  CHECK(inventory_faults(
            "[[allow]]\nid = \"a\"\nfrom = [1]\nto = [\"vda\"]\ntransport = \"tcp\"\nports = [80]\n",
            "site.toml", catalog())
            .size() == 2);
}

TEST_CASE("inventory: a site's role may be used before the file defines it") {
  const Inventory inventory = read(
      "[[host]]\nname = \"p\"\naddresses = [\"10.0.0.1\"]\nroles = [\"print-server\"]\n"
      "[[role]]\nid = \"print-server\"\nkind = \"citrix\"");
  CHECK(ids(inventory, inventory.hosts[0].roles) == Ids{"print-server"});
  CHECK(inventory.roles.at(inventory.roles.find("print-server").value()).name == "print-server");
}

TEST_CASE("inventory: a waiver's ends are an address, a network, a range, a host or a role") {
  const auto end = [](std::string_view from) {
    return read(
               "[[host]]\nname = \"ddc1\"\naddresses = [\"10.0.0.1\"]\nroles = [\"ddc\"]\n"
               "[[waiver]]\nid = \"w\"\nfrom = \"" +
               std::string(from) +
               "\"\nto = \"::1\"\ntransport = \"tcp\"\nports = [\"80\"]\nowner = \"o\"\nreason = \"r\"\n"
               "expires = 2027-01-31")
        .waivers[0]
        .from;
  };
  CHECK(to_string(end("10.0.0.9").address.value()) == "10.0.0.9");
  CHECK(to_string(end("10.0.0.0/24").address.value()) == "10.0.0.0/24");
  CHECK(to_string(end("10.0.0.1-10.0.0.3").address.value()) == "10.0.0.1-10.0.0.3");
  CHECK(end("ddc1").host == std::size_t{0});
  // As in a rule: a waiver for ddc does not cover every STA.
  CHECK(end("role:ddc").roles.size() == 1);
  CHECK(end("role:adc").roles.size() == 2);
  CHECK(end("role:adc").text == "role:adc");
}

TEST_CASE("inventory: a waiver holds to the last nanosecond of its day") {
  const auto end = [](std::string_view expires) {
    return read(
               "[[waiver]]\nid = \"w\"\nfrom = \"::1\"\nto = \"::1\"\ntransport = \"tcp\"\nports = [\"80\"]\n"
               "owner = \"o\"\nreason = \"r\"\nexpires = " +
               std::string(expires))
        .waivers[0]
        .end;
  };
  CHECK(to_string(end("2027-01-31")) == "2027-02-01T00:00:00.000000000Z");
  CHECK(end("\"2027-01-31\"") == end("2027-01-31"));
  CHECK(to_string(end("2028-02-29")) == "2028-03-01T00:00:00.000000000Z");
  // A day beyond the range of nanoseconds never ends.
  CHECK(end("9999-12-31") == Timestamp::latest());
}

TEST_CASE("inventory: a file is read with its hash; a missing file or a folder is reported") {
  const std::string path =
      (std::filesystem::temp_directory_path() / "portproof_inventory_test.toml").string();
  std::ofstream(path) << "[site]\nname = \"x\"\n";
  const auto inventory = load_inventory(path, catalog());
  REQUIRE(inventory);
  CHECK(inventory->path == path);
  CHECK(inventory->sha256.size() == 64);
  std::filesystem::permissions(path, std::filesystem::perms::none);
  if (const auto locked = load_inventory(path, catalog()); !locked) {  // root may read anything
    CHECK(locked.error().kind == ErrorKind::no_permission);
    CHECK(locked.error().where == path);
  }
  std::filesystem::remove(path);
  const auto missing = load_inventory(path, catalog());
  REQUIRE_FALSE(missing);
  CHECK(missing.error().kind == ErrorKind::input_missing);
  CHECK(missing.error().where == path);
  const auto folder = load_inventory(".", catalog());
  REQUIRE_FALSE(folder);
  CHECK(folder.error().kind == ErrorKind::input_missing);
}

TEST_CASE("inventory: [catalog] says what the site is held against") {
  const WrittenCatalog nothing = written_catalog("");
  CHECK_FALSE(nothing.edition);
  CHECK_FALSE(nothing.overlays);
  const std::string text = "[site]\nname = \"s\"\n[catalog]\nedition = \"base\"\noverlays = [\"b\", \"a\"]\n";
  const WrittenCatalog written = written_catalog(text);
  CHECK(written.edition == "base");
  CHECK(written.edition_line == 4);
  CHECK(written.overlays == std::vector<std::string>{"b", "a"});
  CHECK(written.overlays_line == 5);
  CHECK(written_catalog("[catalog]\noverlays = []\n").overlays == std::vector<std::string>{});
  const Catalog catalog = estate_catalog();
  const auto inventory = parse_inventory(text, "site.toml", catalog);
  REQUIRE(inventory);
  CHECK(inventory->catalog.overlays == written.overlays);
  // Faults there are told with all others.
  CHECK_FALSE(written_catalog("[catalog]\nedition = 5\n").edition);
  const auto faults = inventory_faults("[catalog]\nedition = 5\noverlay = [\"a\"]\n", "site.toml", catalog);
  REQUIRE(faults.size() == 2);
  CHECK(faults.front().where == "site.toml:2");
  CHECK(faults.back().what == "unknown key \"overlay\" in [catalog]; did you mean \"overlays\"?");
}

TEST_CASE("inventory: a group for rules only is no role of a host") {
  Role members = group("members", {"ddc", "vda"});
  members.rules_only = true;
  Catalog catalog = estate_catalog();
  catalog.roles.add(members);
  const std::string host = "[[host]]\nname = \"h\"\naddresses = [\"10.0.0.1\"]\nroles = [\"members\"]\n";
  const auto refused = parse_inventory(host, "site.toml", catalog);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what == "\"members\" is a group for rules only: name what the host is");
  const std::string allow =
      "[[allow]]\nid = \"x\"\nfrom = [\"members\"]\nto = [\"members\"]\ntransport = [\"tcp\"]\nports = [\"9\"]\n";
  CHECK(parse_inventory(allow, "site.toml", catalog));
}

TEST_CASE("inventory: the example in the manual loads with the built-in catalog") {
  std::ifstream manual(std::string(PORTPROOF_SOURCE_DIR) + "/docs/use/inventory.md");
  REQUIRE(manual);
  std::string text;
  bool inside = false;
  for (std::string line; std::getline(manual, line);) {
    if (line == "```") inside = false;
    if (inside) text += line + "\n";
    if (line == "```toml complete") inside = true;
  }
  REQUIRE_FALSE(text.empty());
  const auto built_in = load_built_in_catalog();
  REQUIRE(built_in);
  const auto inventory = parse_inventory(text, "docs/use/inventory.md", *built_in);
  REQUIRE_MESSAGE(inventory, (inventory ? std::string() : message(inventory.error())));
  CHECK(inventory->hosts.size() >= 5);
  CHECK_FALSE(inventory->allows.empty());
  CHECK_FALSE(inventory->waivers.empty());
}

}  // namespace portproof::test
