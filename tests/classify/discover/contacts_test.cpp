#include "classify/discover/contacts.hpp"

#include <doctest/doctest.h>

#include "tests/classify/discover/evidence.hpp"
#include "tests/support/application.hpp"

namespace portproof {
namespace {

using test::address;
using test::application;
using test::Story;

TEST_CASE("an answered conversation is a contact, an attempt is not") {
  Story story;
  story.talk("10.0.0.1", "10.0.0.2", 80, "http", "a.test");
  story.talk("10.0.0.1", "10.0.0.2", 80, "http", "b.test");  // the same service, another name
  story.knock("10.0.0.3", "10.0.0.2", 80);
  const Contacts contacts = contacts_of(story.evidence, nullptr);
  REQUIRE(contacts.contacts.size() == 1);
  CHECK(contacts.contacts.front().sessions == 2);
  CHECK(contacts.contacts.front().names == std::vector<std::string>{"a.test", "b.test"});
  REQUIRE(contacts.hosts.size() == 3);
  CHECK(contacts.hosts[*contacts.find(address("10.0.0.3"))].ends.empty());
  CHECK(contacts.hosts[*contacts.find(address("10.0.0.3"))].knocked == 1);
  CHECK_FALSE(contacts.find(address("10.0.0.4")));
}

TEST_CASE("messages that expect no answer are contacts if they are recognised") {
  Story story;
  ConversationKey key;
  key.initiator = address("10.0.0.1");
  key.responder = address("10.0.0.2");
  key.protocol = kProtocolUdp;
  key.port = 514;
  ConversationFacts facts;
  facts.state = FlowState::attempted;
  story.evidence.conversations[key].add(facts);
  CHECK(contacts_of(story.evidence, nullptr).contacts.empty());
  key.application = application("syslog");
  story.evidence.conversations[key].add(facts);
  CHECK(contacts_of(story.evidence, nullptr).contacts.size() == 1);
}

TEST_CASE("a host that probes many ports is a scanner, and says nothing about others") {
  Story story;
  for (std::uint16_t port = 1; port <= kScannedDoors; ++port) story.knock("10.0.0.9", "10.0.0.2", port);
  story.talk("10.0.0.9", "10.0.0.2", 1494, "ica");
  // Another host, which is answered on many ports of one host.
  for (std::uint16_t port = 1; port <= kScannedDoors; ++port) story.talk("10.0.0.8", "10.0.0.2", port);
  // Dynamic ports, which a system assigns on its own, do not count.
  for (std::uint16_t port = 1; port <= kScannedDoors; ++port) {
    story.talk("10.0.0.7", "10.0.0.2", static_cast<std::uint16_t>(50'000 + port));
  }
  const Contacts contacts = contacts_of(story.evidence, nullptr);
  CHECK(contacts.hosts[*contacts.find(address("10.0.0.9"))].scanner);
  CHECK(contacts.hosts[*contacts.find(address("10.0.0.8"))].scanner);
  CHECK_FALSE(contacts.hosts[*contacts.find(address("10.0.0.7"))].scanner);
  CHECK(contacts.contacts.size() == kScannedDoors);
}

TEST_CASE("private addresses are inside, and addresses that are not hosts take no part") {
  Story story;
  story.talk("10.0.0.1", "203.0.113.1", 443, "tls");
  story.datagrams("10.0.0.1", "224.0.0.251", 5353);
  story.talk("127.0.0.1", "127.0.0.1", 80);
  story.datagrams("10.0.0.1", "255.255.255.255", 67, "dhcp");
  const Contacts contacts = contacts_of(story.evidence, nullptr);
  REQUIRE(contacts.hosts.size() == 3);
  CHECK(contacts.hosts[0].place == Place::inside);
  CHECK(contacts.hosts[1].place == Place::outside);
  CHECK(contacts.hosts[2].place == Place::broadcast);
}

}  // namespace
}  // namespace portproof
