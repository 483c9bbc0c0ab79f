#include "classify/name_servers.hpp"

#include <doctest/doctest.h>

#include <string>

#include "classify/audit.hpp"
#include "tests/classify/estate_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr const char* kServer = "10.20.1.53";
constexpr const char* kStranger = "198.51.100.2";

constexpr std::string_view kSite = R"(
[site]
internal = ["10.20.0.0/16"]
[[host]]
name = "vdas"
addresses = ["10.20.2.0/24"]
roles = ["vda"]
[[host]]
name = "ddc by name"
names = ["ddc9.corp.example"]
roles = ["ddc"]
)";
const std::string kWithServer = std::string(kSite) +
                                "[[host]]\nname = \"dns\"\naddresses = [\"10.20.1.53\"]\n"
                                "roles = [\"dns-server\"]\n";

// Who asked which server, and what that said: ddc9.corp.example has the address.
class Story {
 public:
  Story& asks(std::string_view host, std::string_view server) {
    evidence_.conversations[talk(host, server, 53, "dns", kProtocolUdp)] = facts();
    return *this;
  }
  Story& answers(std::string_view server, std::string_view address = "10.20.9.9") {
    const NameInterval interval{kStart, kStart + seconds(600)};
    add_interval(evidence_.names[{ip(address), "ddc9.corp.example", NameSource::dns, ip(server)}], interval);
    return *this;
  }
  [[nodiscard]] bool believes(const std::string& site, std::string_view server) const {
    const auto inventory = parse_inventory(site, "site.toml", catalog_);
    REQUIRE_MESSAGE(inventory, (inventory ? std::string() : message(inventory.error())));
    return NameServers(&*inventory, evidence_).are_believed(ip(server));
  }
  // Of the conversation that a DDC may have with a VDA.
  [[nodiscard]] Verdict verdict(const std::string& site, std::string_view from = "10.20.9.9") const {
    Evidence evidence = evidence_;
    evidence.inputs.emplace_back();
    const ConversationKey key = talk(from, "10.20.2.1", 80, "http");
    evidence.conversations[key] = facts();
    const auto inventory = parse_inventory(site, "site.toml", catalog_);
    REQUIRE(inventory);
    const Audit audited = audit(std::move(evidence), catalog_, &*inventory, {});
    for (const JudgedConversation& one : audited.conversations) {
      if (one.key == key) return one.judgement.verdict;
    }
    FAIL("the conversation is not there");
    return Verdict::unrelated;
  }

 private:
  Catalog catalog_{estate_catalog()};
  Evidence evidence_;
};

}  // namespace

TEST_CASE("where the inventory lists name servers, no other is believed") {
  Story story;
  story.asks("10.20.2.1", kStranger).asks("10.20.7.7", kStranger).answers(kServer).answers(kStranger);
  CHECK(story.believes(kWithServer, kServer));
  CHECK_FALSE(story.believes(kWithServer, kStranger));
  CHECK(Story().answers(kServer).verdict(kWithServer) == Verdict::documented);
  CHECK(Story().answers(kStranger).asks("10.20.2.1", kStranger).verdict(kWithServer) == Verdict::unexpected);
}

TEST_CASE("otherwise a server is believed that a listed host asks, or two hosts of the estate") {
  const std::string site{kSite};
  CHECK(Story().asks("10.20.2.1", kStranger).believes(site, kStranger));
  CHECK(Story().asks("10.20.7.7", kStranger).asks("10.20.7.8", kStranger).believes(site, kStranger));
  CHECK_FALSE(Story().asks("10.20.7.7", kStranger).believes(site, kStranger));
  CHECK_FALSE(
      Story().asks("198.51.100.1", kStranger).asks("198.51.100.3", kStranger).believes(site, kStranger));
  CHECK_FALSE(Story().asks("10.20.2.1", kServer).believes(site, kStranger));
}

TEST_CASE("without an inventory every server is believed") {
  CHECK(NameServers(nullptr, {}).are_believed(ip(kStranger)));
}

TEST_CASE("DNS makes a listed inside address no other host") {
  CHECK(Story().answers(kServer, "10.20.2.9").verdict(kWithServer, "10.20.2.9") == Verdict::unexpected);
}
