#include "classify/discover/discover.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>

#include "report/proposal.hpp"
#include "tests/classify/discover/evidence.hpp"

namespace portproof {
namespace {

using test::address;
using test::built_in;
using test::Story;

Proposal proposal_of(const Story& story, const Inventory* inventory = nullptr) {
  return discover(story.evidence, built_in(), inventory);
}

std::string ids(const Proposal& proposal, const std::vector<Finding>& findings) {
  RoleSet roles;
  for (const Finding& finding : findings) roles.insert(finding.role);
  std::string text;
  for (const std::string& id : proposal.roles.ids(roles)) text += (text.empty() ? "" : " ") + id;
  return text;
}

std::string proposed(const Proposal& proposal, std::string_view host) {
  return ids(proposal, proposal.labelling.hosts[*proposal.contacts.find(address(host))].proposed);
}

std::string possible(const Proposal& proposal, std::string_view host) {
  return ids(proposal, proposal.labelling.hosts[*proposal.contacts.find(address(host))].possible);
}

// Two controllers with their database, a store, and desktops .21 to .24 of 10.1.4 with their users.
Story small_site() {
  Story story;
  for (const char* ddc : {"10.1.1.1", "10.1.1.2"}) {
    story.talk(ddc, "10.1.1.9", 1433, "tds");
    story.talk(ddc, "10.1.1.8", 27'000, "flexlm").talk(ddc, "10.1.1.8", 7279, "flexlm");
    story.request("10.1.1.5", ddc, 80, HttpKind::xml_service);
  }
  for (int desk = 1; desk <= 4; ++desk) {
    const std::string vda = "10.1.4.2" + std::to_string(desk);
    const std::string user = "10.1.7." + std::to_string(desk);
    story.request(vda, desk % 2 == 0 ? "10.1.1.1" : "10.1.1.2", 80, HttpKind::registration);
    story.talk(user, vda, 2598, "cgp");
    story.talk(user, "10.1.1.5", 443, "tls", "store.test");
  }
  return story;
}

TEST_CASE("the roles of a small site fit together") {
  const Proposal proposal = proposal_of(small_site());
  CHECK(proposed(proposal, "10.1.1.1") == "ddc");
  CHECK(proposed(proposal, "10.1.1.2") == "ddc");
  CHECK(proposed(proposal, "10.1.1.5") == "storefront");
  CHECK(proposed(proposal, "10.1.1.8") == "license-server");
  CHECK(proposed(proposal, "10.1.1.9") == "sql-server");
  CHECK(proposed(proposal, "10.1.4.21") == "vda");
  CHECK(proposed(proposal, "10.1.7.1").empty());
  CHECK(proposal.users == 4);
}

TEST_CASE("desktops of a segment are one range") {
  const Proposal proposal = proposal_of(small_site());
  const auto line = std::find_if(proposal.lines.begin(), proposal.lines.end(),
                                 [](const ProposedLine& known) { return known.hosts.size() == 4; });
  REQUIRE(line != proposal.lines.end());
  REQUIRE(line->addresses.size() == 1);
  CHECK(to_string(line->addresses.front()) == "10.1.4.21-10.1.4.24");
}

TEST_CASE("a database suggested by one stray conversation, on a host that is busy with something else") {
  Story story = small_site();
  story.talk("10.1.7.1", "10.1.1.20", 445, "smb");
  story.talk("10.1.7.2", "10.1.1.20", 445, "smb");
  story.talk("10.1.1.1", "10.1.1.20", 1433, "tds");
  const Proposal proposal = proposal_of(story);
  CHECK(proposed(proposal, "10.1.1.20").empty());
  CHECK(possible(proposal, "10.1.1.20").find("sql-server") != std::string::npos);
}

TEST_CASE("ICA between two machines with no other link to the site is left to a person") {
  Story story = small_site();
  story.talk("10.1.7.8", "10.1.7.9", 1494, "ica");
  const Proposal proposal = proposal_of(story);
  CHECK(proposed(proposal, "10.1.7.9").empty());
  CHECK(possible(proposal, "10.1.7.9").find("vda") != std::string::npos);
}

TEST_CASE("a web site that desktops and users visit does not belong to Citrix") {
  Story story = small_site();
  for (int desk = 1; desk <= 4; ++desk) {
    story.talk("10.1.4.2" + std::to_string(desk), "10.1.1.30", 443, "tls", "news.test");
    story.talk("10.1.7." + std::to_string(desk), "10.1.1.30", 443, "tls", "news.test");
  }
  CHECK(proposed(proposal_of(story), "10.1.1.30").empty());
}

TEST_CASE("unanswered attempts and scans support nothing") {
  Story story = small_site();
  for (int desk = 1; desk <= 4; ++desk) story.knock("10.1.7." + std::to_string(desk), "10.1.1.40", 1494);
  for (std::uint16_t port = 100; port < 180; ++port) story.knock("10.1.7.99", "10.1.1.40", port);
  for (const auto port : std::array<std::uint16_t, 5>{27'000, 7279, 8286, 8288, 6910}) {
    story.talk("10.1.7.99", "10.1.1.41", port);
  }
  const Proposal proposal = proposal_of(story);
  CHECK(proposed(proposal, "10.1.1.40").empty());
  CHECK(proposed(proposal, "10.1.1.41").empty());
  REQUIRE(proposal.scanners.size() == 1);
  CHECK(proposal.contacts.hosts[proposal.scanners.front()].address == address("10.1.7.99"));
}

TEST_CASE("everything on one host: each role needs evidence of its own") {
  Story story;
  const char* const box = "10.1.1.1";
  for (int desk = 1; desk <= 4; ++desk) {
    const std::string vda = "10.1.4.2" + std::to_string(desk);
    const std::string user = "10.1.7." + std::to_string(desk);
    story.request(vda, box, 80, HttpKind::registration);
    story.talk(user, vda, 1494, "ica");
    story.request(user, box, 80, HttpKind::storefront);
  }
  story.talk("10.1.1.6", box, 27'000, "flexlm").talk("10.1.1.6", box, 7279, "flexlm");
  CHECK(proposed(proposal_of(story), box) == "ddc license-server storefront");
}

TEST_CASE("a domain controller is not a file server, nor a desktop of its admin") {
  Story story = small_site();
  for (int host = 1; host <= 9; ++host) {
    const std::string member = "10.1.7." + std::to_string(host);
    story.talk(member, "10.1.0.5", 88, "kerberos").talk(member, "10.1.0.5", 389, "ldap");
    story.talk(member, "10.1.0.5", 445, "smb").talk(member, "10.1.0.5", 135, "ms-rpc");
    story.datagrams(member, "10.1.0.5", 53, "dns").datagrams(member, "10.1.0.5", 123, "ntp");
  }
  CHECK(proposed(proposal_of(story), "10.1.0.5") == "dns-server domain-controller");
}

TEST_CASE("hosts that the inventory names are known, and not proposed again") {
  const auto inventory = parse_inventory(
      "[[host]]\nname = \"controllers\"\naddresses = [\"10.1.1.1-10.1.1.2\"]\nroles = [\"ddc\"]\n",
      "known.toml", built_in());
  REQUIRE(inventory);
  const Proposal proposal = proposal_of(small_site(), &*inventory);
  CHECK(proposed(proposal, "10.1.1.1").empty());
  CHECK(proposed(proposal, "10.1.1.9") == "sql-server");
}

TEST_CASE("empty evidence makes an empty proposal") {
  const Proposal proposal = proposal_of(Story{});
  CHECK(proposal.lines.empty());
  CHECK(proposal.undecided.empty());
  CHECK(proposal.internal.networks.empty());
}

TEST_CASE("the same evidence gives the same proposal, whatever the order of its inputs") {
  const Story story = small_site();
  std::ostringstream once;
  std::ostringstream again;
  write_proposal(proposal_of(story), {}, once);
  write_proposal(proposal_of(story), {}, again);
  CHECK(once.str() == again.str());
}

}  // namespace
}  // namespace portproof
