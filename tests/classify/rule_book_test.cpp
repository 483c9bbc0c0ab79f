#include "classify/rule_book.hpp"

#include <doctest/doctest.h>

#include "classify/party.hpp"
#include "tests/classify/estate_builder.hpp"

namespace portproof::test {
namespace {

std::vector<std::string> ids(const std::vector<const BookedRule*>& rules) {
  std::vector<std::string> ids;
  for (const BookedRule* const booked : rules) ids.push_back(booked->rule->id);
  return ids;
}

using Ids = std::vector<std::string>;

Force force_with(const Rule& rule, std::string_view versions) {
  const Catalog catalog =
      make_catalog(estate_roles(), {rule}, {{"wem", "WEM"}, {"other", "Another product"}});
  const auto inventory = parse_inventory("[versions]\n" + std::string(versions), "test.toml", catalog);
  REQUIRE(inventory);
  return RuleBook(catalog, &*inventory).all().front().force;
}

}  // namespace

TEST_CASE("rule book: finds rules by transport and port, sorted by ID, including deny rules for any port") {
  const Catalog catalog = make_catalog(
      estate_roles(),
      {RuleOf("c").from({"ddc"}).to({"vda"}).tcp("80"), RuleOf("a").from({"vda"}).to({"ddc"}).tcp("70-90"),
       RuleOf("b").from({"internet"}).to({"cloud-connector"}).tcp("any").udp("any").deny(),
       RuleOf("d").from({"ddc"}).to({"vda"}).icmp()});
  const RuleBook book(catalog, nullptr);
  CHECK(ids(book.on(Transport::tcp, 80)) == Ids{"a", "b", "c"});
  CHECK(ids(book.on(Transport::tcp, 90)) == Ids{"a", "b"});
  CHECK(ids(book.on(Transport::tcp, 91)) == Ids{"b"});
  CHECK(ids(book.on(Transport::tcp, 65535)) == Ids{"b"});
  CHECK(ids(book.on(Transport::udp, 80)) == Ids{"b"});
  CHECK(ids(book.on(Transport::sctp, 80)).empty());
  CHECK(ids(book.on(Transport::icmp, 0)) == Ids{"d"});
  CHECK(ids(book.on(Transport::icmp, 80)).empty());
}

TEST_CASE("rule book: when empty, it finds nothing") {
  const Catalog catalog;
  const RuleBook book(catalog, nullptr);
  CHECK(book.on(Transport::tcp, 0).empty());
  CHECK(book.on(Transport::icmp, 0).empty());
  CHECK(book.find("x") == nullptr);
}

TEST_CASE("rule book: a book that was moved still answers") {
  const Catalog catalog = estate_catalog();
  RuleBook first(catalog, nullptr);
  const RuleBook book(std::move(first));
  CHECK(ids(book.on(Transport::tcp, 1494)) == Ids{"connector-no-inbound", "gateway-vda-ica"});
  CHECK(book.find("citrix-dns")->rule->id == "citrix-dns");
}

TEST_CASE("rule book: holds the site's own rules next to the catalog's") {
  const Catalog catalog = estate_catalog();
  const auto inventory = parse_inventory(
      "[[allow]]\nid = \"xml\"\nfrom = [\"storefront\"]\nto = [\"ddc\"]\ntransport = [\"tcp\"]\nports = "
      "[\"8080\"]",
      "test.toml", catalog);
  REQUIRE(inventory);
  const RuleBook book(catalog, &*inventory);
  const BookedRule* const booked = book.find("xml");
  REQUIRE(booked != nullptr);
  CHECK(booked->allow);
  CHECK(booked->rule->system == "site");
  CHECK(booked->rule->source == "[[allow]] xml");
  CHECK(ids(book.on(Transport::tcp, 8080)) == Ids{"connector-no-inbound", "xml"});
}

TEST_CASE("rule book: a site's own role of kind citrix belongs to any-citrix") {
  const Catalog catalog = estate_catalog();
  const auto inventory = parse_inventory(
      "[[role]]\nid = \"print\"\nname = \"Print server\"\nkind = \"citrix\"", "test.toml", catalog);
  REQUIRE(inventory);
  const RuleBook book(catalog, &*inventory);
  CHECK(book.find("citrix-dns")->from.roles.contains(inventory->roles.find("print").value()));
}

TEST_CASE("rule book: since and until are inclusive, on as many components as the rule gives") {
  const Rule until = RuleOf("r").tcp("1").until("wem", "1909");
  CHECK(force_with(until, "wem = \"1906\"") == Force::in_force);
  CHECK(force_with(until, "wem = \"1909\"") == Force::in_force);
  CHECK(force_with(until, "wem = \"1909.1.5\"") == Force::in_force);
  CHECK(force_with(until, "wem = \"1912\"") == Force::not_in_force);
  const Rule since = RuleOf("r").tcp("1").since("wem", "1912");
  CHECK(force_with(since, "wem = \"1911\"") == Force::not_in_force);
  CHECK(force_with(since, "wem = \"1912\"") == Force::in_force);
  CHECK(force_with(since, "wem = \"1912.0\"") == Force::in_force);
  CHECK(force_with(since, "wem = \"2209\"") == Force::in_force);
}

TEST_CASE("rule book: a version that the inventory does not give makes a rule conditional") {
  CHECK(force_with(RuleOf("r").tcp("1").until("wem", "1909"), "") == Force::conditional);
  CHECK(force_with(RuleOf("r").tcp("1").since("wem", "1912"), "other = \"1\"") == Force::conditional);
  // One bound is known to be broken, so the other does not matter.
  CHECK(force_with(RuleOf("r").tcp("1").since("wem", "1912").until("other", "7"), "other = \"8\"") ==
        Force::not_in_force);
}

TEST_CASE("rule book: a condition makes a rule conditional, and an unimplemented rule is not in force") {
  CHECK(force_with(RuleOf("r").tcp("1").on_condition("with a proxy"), "") == Force::conditional);
  CHECK(force_with(RuleOf("r").tcp("1").planned(), "") == Force::not_in_force);
  CHECK(force_with(RuleOf("r").tcp("1").planned().on_condition("x"), "") == Force::not_in_force);
  CHECK(force_with(RuleOf("r").tcp("1"), "") == Force::in_force);
}

TEST_CASE("rule book: icmp is never broad, more than a thousand ports are") {
  const Catalog catalog = make_catalog({}, {RuleOf("both").tcp("any").icmp(), RuleOf("edge").tcp("1-1000"),
                                            RuleOf("icmp").icmp(), RuleOf("wide").udp("1-1001")});
  const RuleBook book(catalog, nullptr);
  CHECK(book.find("both")->is_broad_on(Transport::tcp, 80));
  CHECK_FALSE(book.find("both")->is_broad_on(Transport::icmp, 0));
  CHECK_FALSE(book.find("edge")->is_broad_on(Transport::tcp, 1000));
  CHECK_FALSE(book.find("icmp")->is_broad_on(Transport::icmp, 0));
  CHECK(book.find("wide")->is_broad_on(Transport::udp, 1001));
}

TEST_CASE("rule book: a two-way rule fits swapped roles, a one-way rule does not") {
  const Catalog catalog = estate_catalog();
  const RuleBook book(catalog, nullptr);
  const Identity ddc{catalog.roles.named_by(catalog.roles.find("ddc").value()), {}};
  const Identity vda{catalog.roles.named_by(catalog.roles.find("vda").value()), {}};
  CHECK(book.find("ddc-vda-http")->fits(ddc, vda));
  CHECK_FALSE(book.find("ddc-vda-http")->fits(vda, ddc));
  CHECK(book.find("ddc-vda-soap")->fits(vda, ddc));
  CHECK(book.find("ddc-vda-soap")->may_answer(ddc));
  CHECK_FALSE(book.find("ddc-vda-http")->may_answer(ddc));
}

TEST_CASE("rule book: an allowance fits the addresses and hosts that it names, beside roles") {
  const Catalog catalog = estate_catalog();
  const auto inventory = parse_inventory(std::string(kEstate) + R"(
[[allow]]
id = "a"
from = ["storefront", "10.20.9.0/24"]
to = ["vdas"]
transport = ["tcp"]
ports = ["8080"]
)",
                                         "site.toml", catalog);
  REQUIRE_MESSAGE(inventory, (inventory ? std::string() : message(inventory.error())));
  const RuleBook book(catalog, &*inventory);
  const Names no_names;
  const Parties parties(catalog, &*inventory, no_names);
  const auto fits = [&](std::string_view from, std::string_view to) {
    return book.find("a")->fits(parties.at(ip(from)), parties.at(ip(to)));
  };
  CHECK(fits("10.20.1.20", "10.20.2.7"));        // by role, to the host
  CHECK(fits("10.20.9.255", "10.20.2.7"));       // by network
  CHECK_FALSE(fits("10.20.8.1", "10.20.2.7"));   // another network
  CHECK_FALSE(fits("10.20.9.1", "10.20.1.20"));  // another host
  CHECK_FALSE(fits("10.20.2.7", "10.20.9.1"));   // the other way round
}

TEST_CASE("rule book: a host of an allowance is what the inventory assigns to it, by address or by name") {
  const Catalog catalog = estate_catalog();
  const auto inventory = parse_inventory(std::string(kEstate) + R"(
[[host]]
name = "special"
addresses = ["10.20.2.50"]
roles = ["vda"]
[[host]]
name = "partner"
names = ["*.partner.example"]
roles = ["sql-server"]
[[allow]]
id = "a"
from = ["vdas"]
to = ["partner"]
transport = ["tcp"]
ports = ["8080"]
)",
                                         "site.toml", catalog);
  REQUIRE_MESSAGE(inventory, (inventory ? std::string() : message(inventory.error())));
  const RuleBook book(catalog, &*inventory);
  Names names;
  add_interval(names[{ip("203.0.113.7"), "db.partner.example"}], {kStart, kStart + seconds(600)});
  const Parties parties(catalog, &*inventory, names);
  const auto fits = [&](std::string_view from, std::string_view to) {
    const ConversationKey key = talk(from, to, 8080);
    return book.find("a")->fits(parties.initiator(key, facts()), parties.responder(key, facts()));
  };
  CHECK(fits("10.20.2.7", "203.0.113.7"));
  CHECK_FALSE(fits("10.20.2.50", "203.0.113.7"));  // it has an entry of its own
  CHECK_FALSE(fits("10.20.2.7", "203.0.113.8"));
}

}  // namespace portproof::test
