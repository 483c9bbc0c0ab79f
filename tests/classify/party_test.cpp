#include "classify/party.hpp"

#include <doctest/doctest.h>

#include <initializer_list>

#include "tests/classify/estate_builder.hpp"

namespace portproof::test {
namespace {

using Ids = std::vector<std::string>;

// An inventory, names from DNS answers, and the question who an address is.
class Site {
 public:
  explicit Site(std::string_view inventory) : catalog_(estate_catalog()) {
    auto read = parse_inventory(inventory, "site.toml", catalog_);
    REQUIRE_MESSAGE(read, (read ? std::string() : message(read.error())));
    inventory_ = std::move(*read);
  }

  // A DNS answer that is valid for these seconds from kStart.
  Site& dns(std::string_view address, std::string name, std::int64_t from = 0, std::int64_t until = 60) {
    add_interval(names_[{ip(address), std::move(name)}], {kStart + seconds(from), kStart + seconds(until)});
    return *this;
  }
  // An answer that nobody was seen to ask for.
  Site& unasked(std::string_view address, std::string name) {
    const NameInterval interval{kStart, kStart + seconds(60)};
    add_interval(names_[{ip(address), std::move(name), NameSource::unasked}], interval);
    return *this;
  }
  Site& sent(std::string_view mac, std::initializer_list<std::string_view> addresses) {
    for (const std::string_view address : addresses) {
      add_station(stations_, ip(address), {parse_mac_address(mac).value(), 0}, {kStart, kStart});
    }
    return *this;
  }
  // A name record of a capture file.
  Site& record(std::string_view address, std::string name) {
    const NameInterval interval{kStart, kStart + seconds(60)};
    add_interval(names_[{ip(address), std::move(name), NameSource::name_record}], interval);
    return *this;
  }

  [[nodiscard]] Party responder(const ConversationKey& key, const ConversationFacts& of = facts()) const {
    return Parties(catalog_, &inventory_, names_, stations_).responder(key, of);
  }
  [[nodiscard]] Party responder(std::string_view address) const {
    return responder(talk("10.20.2.1", address, 443));
  }
  [[nodiscard]] Party unmirrored_responder(const ConversationKey& key) const {
    return Parties(catalog_, &inventory_, names_).responder(key, facts(), Parties::Questions::unmirrored);
  }
  [[nodiscard]] Party initiator(const ConversationKey& key, const ConversationFacts& of = facts()) const {
    return Parties(catalog_, &inventory_, names_, stations_).initiator(key, of);
  }
  [[nodiscard]] Ids roles(const Party& party) const { return inventory_.roles.ids(party.roles); }
  [[nodiscard]] Ids roles_at(std::string_view address) const { return roles(responder(address)); }
  [[nodiscard]] const Inventory& inventory() const { return inventory_; }

 private:
  Catalog catalog_;
  Inventory inventory_;
  Names names_;
  Stations stations_;
};

std::string host(std::string_view name, std::string_view addresses, std::string_view role) {
  return "[[host]]\nname = \"" + std::string(name) + "\"\naddresses = [\"" + std::string(addresses) +
         "\"]\nroles = [\"" + std::string(role) + "\"]\n";
}

std::string named_host(std::string_view name, std::string_view pattern, std::string_view role) {
  return "[[host]]\nname = \"" + std::string(name) + "\"\nnames = [\"" + std::string(pattern) +
         "\"]\nroles = [\"" + std::string(role) + "\"]\n";
}

const std::string kInternal = "[site]\ninternal = [\"10.20.0.0/16\"]\ninternal_roles = [\"user-device\"]\n";

ConversationFacts broadcast() {
  ConversationFacts made = facts();
  made.broadcasts = Broadcasts::all;
  return made;
}

ConversationKey to_cloud(std::string name) {
  return named(talk("10.20.2.1", "203.0.113.7", 443), std::move(name));
}

}  // namespace

TEST_CASE("party: the most specific address gives the roles") {
  const Site site(host("net", "10.20.0.0/16", "vda") + host("range", "10.20.1.10-10.20.1.19", "storefront") +
                  host("one", "10.20.1.11", "ddc"));
  CHECK(site.roles_at("10.20.9.9") == Ids{"vda"});
  CHECK(site.roles_at("10.20.1.10") == Ids{"storefront"});
  CHECK(site.roles_at("10.20.1.11") == Ids{"ddc", "sta"});
  CHECK(site.responder("10.20.1.11").host == "one");
}

TEST_CASE("party: equally specific addresses add up") {
  const Site site(host("a", "10.20.1.11", "ddc") + host("b", "10.20.1.11-10.20.1.11", "storefront"));
  const Party party = site.responder("10.20.1.11");
  CHECK(site.roles(party) == Ids{"ddc", "sta", "storefront"});
  CHECK(party.host == "a, b");
  CHECK(party.hosts == std::vector<std::size_t>{0, 1});
  CHECK(party.listed);
  CHECK_FALSE(party.default_only);
}

TEST_CASE("party: defaults apply to addresses that no host entry names") {
  const Site site(kInternal + host("ddc", "10.20.1.10", "ddc"));
  const Party inside = site.responder("10.20.7.7");
  CHECK(site.roles(inside) == Ids{"user-device"});
  CHECK(inside.default_only);
  CHECK_FALSE(inside.listed);
  CHECK_FALSE(inside.outside);
  const Party outside = site.responder("203.0.113.7");
  CHECK(site.roles(outside) == Ids{"internet"});
  CHECK(outside.default_only);
  CHECK(outside.outside);
  CHECK(site.roles_at("10.20.1.10") == Ids{"ddc", "sta"});
}

TEST_CASE("party: default roles imply others as any role does") {
  const Site site("[site]\ninternal = [\"10.20.0.0/16\"]\ninternal_roles = [\"workspace-app\"]\n");
  CHECK(site.roles_at("10.20.7.7") == Ids{"user-device", "workspace-app"});
}

TEST_CASE("party: no default for addresses of nobody or everybody, even if internal contains them") {
  const Site site("[site]\ninternal = [\"0.0.0.0/0\", \"::/0\"]\ninternal_roles = [\"user-device\"]\n");
  for (const char* const address : {"224.0.0.251", "239.255.255.250", "ff02::fb", "169.254.1.1", "fe80::1",
                                    "127.0.0.1", "::1", "0.0.0.0", "::"}) {
    CAPTURE(address);
    CHECK(site.roles_at(address).empty());
    CHECK_FALSE(site.responder(address).outside);
  }
  CHECK(site.roles_at("255.255.255.255") == Ids{"broadcast"});
  CHECK(site.roles_at("8.8.8.8") == Ids{"user-device"});
}

TEST_CASE("party: no default for private addresses that internal leaves out, and they are recorded") {
  const Site site(kInternal);
  for (const char* const address : {"192.168.1.1", "172.16.0.1", "100.64.0.1", "fd00::1"}) {
    CHECK(site.roles_at(address).empty());
    CHECK(Parties::is_unclaimed(site.inventory(), ip(address)));
  }
  CHECK_FALSE(Parties::is_unclaimed(site.inventory(), ip("10.20.1.1")));
  CHECK_FALSE(Parties::is_unclaimed(site.inventory(), ip("8.8.8.8")));
}

TEST_CASE("party: without internal no address has a default, and public addresses are outside") {
  const Site site(host("ddc", "10.20.1.10", "ddc"));
  CHECK(site.roles_at("8.8.8.8").empty());
  CHECK(site.roles_at("10.20.7.7").empty());
  CHECK(site.responder("8.8.8.8").outside);
  CHECK_FALSE(site.responder("10.20.7.7").outside);
  CHECK_FALSE(Parties::is_unclaimed(site.inventory(), ip("192.168.1.1")));
  CHECK(site.roles(site.responder(named(talk("10.20.1.10", "8.8.8.8", 443), "a.nssvc.net"))) ==
        Ids{"gateway-service"});
  CHECK(site.roles(site.responder(named(talk("10.20.1.10", "10.9.9.9", 443), "a.nssvc.net"))).empty());
}

TEST_CASE("party: without an inventory no address has a role, but names are known") {
  const Catalog catalog = estate_catalog();
  Names names;
  names[{ip("203.0.113.7"), "a.nssvc.net"}] = {{kStart, kStart + seconds(60)}};
  const Parties parties(catalog, nullptr, names);
  const Party party = parties.responder(talk("10.20.2.1", "203.0.113.7", 443), facts());
  CHECK(party.roles.empty());
  CHECK(party.names == Ids{"a.nssvc.net"});
  CHECK(party.named);
  CHECK(parties.responder(talk("0.0.0.0", "255.255.255.255", 67), broadcast()).roles.empty());
  CHECK(&parties.role_table() == &catalog.roles);
}

TEST_CASE("party: a broadcast destination holds the role broadcast as well") {
  const Site site(kInternal + host("vdas", "10.20.2.0/24", "vda"));
  CHECK(site.roles(site.responder(talk("10.20.2.1", "255.255.255.255", 67))) == Ids{"broadcast"});
  CHECK(site.roles(site.responder(talk("10.20.2.1", "10.20.2.255", 67), broadcast())) ==
        Ids{"broadcast", "vda"});
  // A directed broadcast belongs to no host, so it has no default role.
  CHECK(site.roles(site.responder(talk("10.20.2.1", "10.20.255.255", 67), broadcast())) == Ids{"broadcast"});
  CHECK(site.roles_at("10.20.2.255") == Ids{"vda"});
}

TEST_CASE("party: the address of a multicast group holds the role multicast") {
  const Catalog catalog =
      make_catalog({role("multicast", RoleKind::infrastructure), role("vda", RoleKind::citrix)}, {});
  const auto inventory = parse_inventory("", "site.toml", catalog);
  REQUIRE(inventory);
  const Names no_names;
  const Parties parties(catalog, &*inventory, no_names);
  const auto roles_of = [&](const char* responder) {
    return catalog.roles.ids(parties.responder(talk("10.20.2.1", responder, 5355), {}).roles);
  };
  CHECK(roles_of("224.0.0.252") == Ids{"multicast"});
  CHECK(roles_of("239.255.255.250") == Ids{"multicast"});
  CHECK(roles_of("ff02::1:3") == Ids{"multicast"});
  CHECK(roles_of("::ffff:224.0.0.252") == Ids{"multicast"});
  CHECK(roles_of("223.255.255.255").empty());
  CHECK(roles_of("240.0.0.1").empty());
  CHECK(catalog.roles.ids(parties.at(ip("224.0.0.251")).roles) == Ids{"multicast"});
}

TEST_CASE("party: a catalog without the role broadcast works") {
  const Catalog catalog = make_catalog({role("vda", RoleKind::citrix)}, {});
  const auto inventory = parse_inventory("", "site.toml", catalog);
  REQUIRE(inventory);
  const Names no_names;
  CHECK(Parties(catalog, &*inventory, no_names).at(ip("255.255.255.255")).roles.empty());
}

TEST_CASE("party: 0.0.0.0 asking by broadcast is a target device, if the inventory has one") {
  const Site with(host("pvs", "10.20.3.0/24", "target-device"));
  const ConversationKey ask = talk("0.0.0.0", "255.255.255.255", 67);
  CHECK(with.roles(with.initiator(ask)) == Ids{"target-device"});
  CHECK(with.roles(with.initiator(talk("0.0.0.0", "10.20.3.255", 67), broadcast())) == Ids{"target-device"});
  CHECK(with.initiator(talk("0.0.0.0", "10.20.3.9", 67)).roles.empty());
  CHECK(with.initiator(talk("::", "ff02::1", 67)).roles.empty());
  const Site without(host("ddc", "10.20.1.10", "ddc"));
  CHECK(without.initiator(ask).roles.empty());
}

TEST_CASE("party: the name in the connection gives an outside address its catalog role, claimed") {
  const Site site(kInternal);
  const Party party = site.responder(to_cloud("abc.c.nssvc.net"));
  CHECK(site.roles(party) == Ids{"gateway-service"});
  CHECK(party.name_claimed);
  CHECK_FALSE(party.shared_domain);
  CHECK_FALSE(party.listed);
  CHECK_FALSE(party.default_only);
  CHECK(party.named);
  CHECK(party.names == Ids{"abc.c.nssvc.net"});
}

TEST_CASE("party: a DNS answer that agrees confirms the name") {
  Site site(kInternal);
  site.dns("203.0.113.7", "abc.nssvc.net");
  CHECK_FALSE(site.responder(to_cloud("abc.nssvc.net")).name_claimed);
  CHECK(site.responder(to_cloud("other.nssvc.net")).name_claimed);
}

TEST_CASE("party: without a name in the connection, DNS gives the role") {
  Site site(kInternal);
  site.dns("203.0.113.7", "abc.nssvc.net");
  const Party party = site.responder("203.0.113.7");
  CHECK(site.roles(party) == Ids{"gateway-service"});
  CHECK_FALSE(party.name_claimed);
  CHECK(party.named);
  // A request seen whole without a name has none that could outweigh it.
  ConversationKey silent = talk("10.20.2.1", "203.0.113.7", 443);
  silent.name_state = NameState::absent;
  CHECK(site.roles(site.responder(silent)) == Ids{"gateway-service"});
}

TEST_CASE("party: a name in the connection outweighs DNS, even a name that was not kept") {
  Site site(kInternal);
  site.dns("203.0.113.7", "abc.nssvc.net");
  const Party other = site.responder(to_cloud("www.example.net"));
  CHECK(site.roles(other) == Ids{"internet"});
  CHECK(other.default_only);
  CHECK(other.names == Ids{"abc.nssvc.net", "www.example.net"});
  ConversationKey lost = talk("10.20.2.1", "203.0.113.7", 443);
  lost.name_state = NameState::other;
  CHECK(site.roles(site.responder(lost)) == Ids{"internet"});
}

TEST_CASE("party: a DNS answer is valid from its first sighting until it expires") {
  const auto role_with = [](std::int64_t from, std::int64_t until) {
    Site site(kInternal);
    site.dns("203.0.113.7", "abc.nssvc.net", from, until);
    return site.roles_at("203.0.113.7");
  };
  // The conversation lasts from second 0 to second 600.
  CHECK(role_with(-60, -1) == Ids{"internet"});
  CHECK(role_with(-60, 0) == Ids{"gateway-service"});
  CHECK(role_with(600, 700) == Ids{"gateway-service"});
  CHECK(role_with(601, 700) == Ids{"internet"});
}

TEST_CASE("party: every pattern that matches gives its role") {
  const Catalog catalog = make_catalog(
      {role("wide", RoleKind::cloud, {}, {"*.example.net"}),
       role("narrow", RoleKind::cloud, {"implied"}, {"*.a.example.net"}), role("implied", RoleKind::cloud)},
      {});
  const auto inventory = parse_inventory("", "site.toml", catalog);
  REQUIRE(inventory);
  const Names no_names;
  const Parties parties(catalog, &*inventory, no_names);
  const Party party =
      parties.responder(named(talk("10.0.0.1", "203.0.113.7", 443), "x.a.example.net"), facts());
  CHECK(inventory->roles.ids(party.roles) == Ids{"implied", "narrow", "wide"});
}

TEST_CASE("party: catalog patterns do not apply to addresses that a host entry names, or that are inside") {
  Site site(kInternal + host("proxy", "203.0.113.7", "sql-server"));
  site.dns("203.0.113.7", "abc.nssvc.net").dns("10.20.7.7", "abc.nssvc.net");
  CHECK(site.roles(site.responder(to_cloud("abc.nssvc.net"))) == Ids{"sql-server"});
  CHECK(site.roles_at("10.20.7.7") == Ids{"user-device"});
  CHECK(site.roles_at("224.0.0.251").empty());
}

TEST_CASE("party: an inventory name gives an inside address its role only through a DNS answer") {
  Site site(kInternal + named_host("ddc by name", "ddc1.corp.example", "ddc"));
  const ConversationKey claim = named(talk("10.20.2.1", "10.20.7.7", 443), "ddc1.corp.example");
  CHECK(site.roles(site.responder(claim)) == Ids{"user-device"});
  site.dns("10.20.7.7", "ddc1.corp.example");
  const Party known = site.responder(claim);
  CHECK(site.roles(known) == Ids{"ddc", "sta"});
  CHECK(known.listed);
  CHECK(known.host == "ddc by name");
  CHECK_FALSE(known.name_claimed);
  // A client that claims another name takes no role away from an inside address.
  CHECK(site.roles(site.responder(named(talk("10.20.2.1", "10.20.7.7", 443), "evil.example"))) ==
        Ids{"ddc", "sta"});
  // An answer from another time agrees with nothing.
  Site stale(kInternal + named_host("ddc by name", "ddc1.corp.example", "ddc"));
  stale.dns("10.20.7.7", "ddc1.corp.example", 5000, 6000);
  CHECK(stale.roles(stale.responder(claim)) == Ids{"user-device"});
}

TEST_CASE("party: an inventory name lists an outside address, by the connection or by DNS") {
  Site site(kInternal + named_host("partner", "*.partner.example", "sql-server"));
  const Party claimed = site.responder(to_cloud("db.partner.example"));
  CHECK(site.roles(claimed) == Ids{"sql-server"});
  CHECK(claimed.listed);
  CHECK(claimed.name_claimed);
  site.dns("203.0.113.7", "db.partner.example");
  CHECK(site.responder("203.0.113.7").listed);
  CHECK_FALSE(site.responder("203.0.113.7").name_claimed);
}

TEST_CASE("party: a name record of a capture file is shown, and proves nothing") {
  const std::string inventory = kInternal + named_host("ddc by name", "ddc1.corp.example", "ddc");
  Site site(inventory);
  site.record("10.20.9.9", "ddc1.corp.example").record("203.0.113.7", "abc.nssvc.net");
  const Party inside = site.responder("10.20.9.9");
  CHECK(inside.names == Ids{"ddc1.corp.example"});
  CHECK_FALSE(inside.named);
  const Party outside = site.responder("203.0.113.7");
  CHECK(outside.names == Ids{"abc.nssvc.net"});
  CHECK_FALSE(outside.named);
  Site bare(inventory);
  CHECK(site.roles(inside) == bare.roles_at("10.20.9.9"));
  CHECK(site.roles(outside) == bare.roles_at("203.0.113.7"));
  // Next to a DNS answer it changes nothing either, and appears once.
  Site both(inventory);
  both.dns("10.20.9.9", "ddc1.corp.example").record("10.20.9.9", "ddc1.corp.example");
  Site dns(inventory);
  dns.dns("10.20.9.9", "ddc1.corp.example");
  CHECK(both.responder("10.20.9.9").names == Ids{"ddc1.corp.example"});
  CHECK(both.responder("10.20.9.9").named);
  CHECK(both.roles_at("10.20.9.9") == Ids{"ddc", "sta"});
  CHECK(dns.roles_at("10.20.9.9") == Ids{"ddc", "sta"});
}

TEST_CASE("party: a name is valid in its intervals, not between them") {
  Site site(kInternal);
  site.dns("203.0.113.7", "abc.nssvc.net", 0, 10).dns("203.0.113.7", "abc.nssvc.net", 50, 60);
  const auto named = [&site](int from, int until) {
    ConversationFacts of = facts();
    of.first = kStart + seconds(from);
    of.last = kStart + seconds(until);
    return site.responder(talk("10.20.2.1", "203.0.113.7", 443), of).named;
  };
  CHECK(named(5, 5));
  CHECK_FALSE(named(20, 40));
  CHECK(named(20, 50));
}

TEST_CASE("party: an initiator has its names from DNS, and none that it claims") {
  Site site(kInternal + named_host("ddc by name", "ddc1.corp.example", "ddc"));
  site.dns("10.20.7.7", "ddc1.corp.example");
  const Party party = site.initiator(named(talk("10.20.7.7", "203.0.113.7", 443), "www.example.net"));
  CHECK(site.roles(party) == Ids{"ddc", "sta"});
  CHECK(party.names == Ids{"ddc1.corp.example"});
}

TEST_CASE("party: shared-domain if anyone can get a name under the pattern") {
  Site site(kInternal + named_host("our store", "ours.blob.core.windows.net", "sql-server"));
  CHECK(site.responder(to_cloud("x.servicebus.windows.net")).shared_domain);
  CHECK(site.roles(site.responder(to_cloud("x.servicebus.windows.net"))) == Ids{"citrix-control-plane"});
  CHECK_FALSE(site.responder(to_cloud("ours.blob.core.windows.net")).shared_domain);
  CHECK_FALSE(site.responder(to_cloud("x.nssvc.net")).shared_domain);
  // This is so whether or not DNS agrees.
  site.dns("203.0.113.7", "x.servicebus.windows.net");
  const Party proved = site.responder(to_cloud("x.servicebus.windows.net"));
  CHECK(proved.shared_domain);
  CHECK_FALSE(proved.name_claimed);
}

TEST_CASE("party: a role that the address has anyway does not depend on a claim") {
  const Site site(kInternal + host("partner", "203.0.113.7", "sql-server") +
                  named_host("partner by name", "*.partner.example", "sql-server"));
  const Party party = site.responder(to_cloud("db.partner.example"));
  CHECK_FALSE(party.name_claimed);
  CHECK(party.host == "partner, partner by name");
}

TEST_CASE("party: only host entries and defaults count when flows are oriented") {
  const Catalog catalog = estate_catalog();
  const auto inventory = parse_inventory(kEstate, "site.toml", catalog);
  REQUIRE(inventory);
  const Names no_names;
  const Parties parties(catalog, &*inventory, no_names);
  CHECK(inventory->roles.ids(parties.identity_of(ip("10.20.2.9")).roles) == Ids{"vda"});
  CHECK(inventory->roles.ids(parties.identity_of(ip("203.0.113.7")).roles) == Ids{"internet"});
}

TEST_CASE("party: of many names some are listed, and all count") {
  Site site(kEstate);
  for (unsigned number = 0; number < 100; ++number) {
    site.dns("203.0.113.7", "host" + std::to_string(100 + number) + ".example");
  }
  site.dns("203.0.113.7", "x.nssvc.net");
  const Party party = site.responder("203.0.113.7");
  CHECK(party.names.size() == Party::kMostNames);
  CHECK(party.names.front() == "host100.example");
  CHECK(party.names_omitted == 101 - Party::kMostNames);
  CHECK(site.roles(party) == Ids{"gateway-service"});
  const Party connected = site.responder(named(talk("10.20.2.1", "203.0.113.7", 443), "x.nssvc.net"));
  CHECK(connected.names.size() == Party::kMostNames + 1);
  CHECK(connected.names.back() == "x.nssvc.net");
}

TEST_CASE("party: another notation of a listed IPv4 address is that host") {
  const Site site(kInternal + host("ddc", "10.20.1.10", "ddc"));
  for (const char* const address : {"::ffff:10.20.1.10", "::10.20.1.10"}) {
    CAPTURE(address);
    const Party party = site.responder(address);
    CHECK(site.roles(party) == Ids{"ddc", "sta"});
    CHECK(party.listed);
    CHECK_FALSE(party.by_station);
    CHECK_FALSE(party.by_form);
    CHECK(party.as_itself == nullptr);
  }
}

TEST_CASE("party: an address that claims a listed host by its form is judged as that host, and as itself") {
  Site site(kInternal + host("ddc", "10.20.1.10", "ddc") + host("own", "64:ff9b::a14:10b", "storefront"));
  site.sent("02:14:00:00:00:26", {"10.20.1.10"});
  for (const char* const address :
       {"2002:a14:10a::1", "64:ff9b::a14:10a", "64:ff9b:1::a14:10a", "::ffff:0:10.20.1.10",
        "2001:db8::5efe:10.20.1.10", "2001:0:cb00:7101:0:ffff:f5eb:fef5", "2001:db8::14:ff:fe00:26"}) {
    CAPTURE(address);
    const Party party = site.responder(address);
    CHECK(site.roles(party) == Ids{"ddc", "sta"});
    CHECK(party.listed);
    CHECK(party.by_form);
    CHECK_FALSE(party.by_station);
    REQUIRE(party.as_itself);
    CHECK(site.roles(*party.as_itself) == Ids{"internet"});
    CHECK_FALSE(party.as_itself->listed);
    CHECK(party.as_itself->host.empty());
  }
  // A mapped address is where the IPv4 address is; the others are addresses of their own.
  CHECK_FALSE(site.responder("::ffff:10.20.1.10").outside);
  CHECK(site.roles_at("::ffff:10.20.9.9") == Ids{"user-device"});
  CHECK(site.roles_at("2002:a14:909::1") == Ids{"internet"});
  CHECK(site.roles_at("64:ff9b::a14:10b") == Ids{"storefront"});
}

TEST_CASE("party: an address of a listed host's station has the host's roles") {
  Site site(kInternal + host("ddc", "10.20.1.10", "ddc"));
  site.sent("02:14:00:00:00:01", {"10.20.1.10", "fe80::1", "2001:db8::7"});
  for (const char* const address : {"fe80::1", "2001:db8::7"}) {
    CAPTURE(address);
    const Party party = site.responder(address);
    CHECK(site.roles(party) == Ids{"ddc", "sta"});
    CHECK(party.host == "ddc");
    CHECK(party.listed);
    CHECK(party.by_station);
    CHECK_FALSE(party.default_only);
  }
  CHECK(site.roles_at("fe80::2").empty());
  CHECK(Parties::is_unclaimed(site.inventory(), ip("fe80::2")));
  CHECK(Parties::is_unclaimed(site.inventory(), ip("169.254.1.1")));
  CHECK_FALSE(site.responder("10.20.1.10").by_station);
}

TEST_CASE("party: an answer that nobody asked for gives no role, unless questions were not mirrored") {
  Site site(kInternal + named_host("names", "ddc9.example", "ddc"));
  site.unasked("203.0.113.7", "a.nssvc.net").unasked("10.20.9.9", "ddc9.example");
  const ConversationKey cloud = talk("10.20.2.1", "203.0.113.7", 443);
  CHECK(site.roles(site.responder(cloud)) == Ids{"internet"});
  CHECK_FALSE(site.responder(cloud).named);
  CHECK(site.responder(cloud).names.empty());
  const Party party = site.unmirrored_responder(cloud);
  CHECK(site.roles(party) == Ids{"gateway-service"});
  CHECK(party.named);
  CHECK(party.unasked_name);
  CHECK(party.names == std::vector<std::string>{"a.nssvc.net"});
  CHECK_FALSE(party.name_claimed);
  // Never inside, and never for who begins.
  const ConversationKey inside = talk("10.20.2.1", "10.20.9.9", 443);
  CHECK(site.roles(site.unmirrored_responder(inside)) == Ids{"user-device"});
  CHECK(site.roles(site.initiator(talk("203.0.113.7", "10.20.2.1", 443))) == Ids{"internet"});
  // A client's claim is not proved by it.
  const Party claimed = site.unmirrored_responder(named(cloud, "a.nssvc.net"));
  CHECK(claimed.name_claimed);
  CHECK_FALSE(claimed.unasked_name);
  // With an answer to a question, nothing depends on the other.
  site.dns("203.0.113.7", "a.nssvc.net");
  CHECK_FALSE(site.unmirrored_responder(cloud).unasked_name);
  CHECK(site.roles(site.responder(cloud)) == Ids{"gateway-service"});
}

}  // namespace portproof::test
