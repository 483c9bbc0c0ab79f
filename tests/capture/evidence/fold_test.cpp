#include "capture/evidence/fold.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

#include "tests/support/application.hpp"

using namespace portproof;
using portproof::test::application;

namespace {

ConversationKey named(int number, std::string_view spoken = "tls") {
  ConversationKey key;
  key.protocol = kProtocolTcp;
  key.port = 443;
  key.application = application(spoken);
  key.name_state = NameState::given;
  key.name = "n" + std::to_string(1000 + number);
  return key;
}

ConversationFacts one_session() {
  ConversationFacts facts;
  facts.sessions = 1;
  return facts;
}

}  // namespace

TEST_CASE("of more than 64 names the first stay, whatever the order and the grouping") {
  std::vector<int> numbers(200);
  for (int number = 0; number < 200; ++number) numbers[static_cast<std::size_t>(number)] = number;
  std::mt19937 random(5);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(numbers.begin(), numbers.end(), random);
    Conversations conversations;
    for (const int number : numbers) {
      conversations[named(number)].add(one_session());
      if (random() % 3 == 0) keep_names(conversations);
    }
    keep_names(conversations);
    REQUIRE(conversations.size() == 65);
    for (int number = 0; number < 64; ++number) CHECK(conversations.contains(named(number)));
    ConversationKey others = named(0);
    others.name_state = NameState::other;
    others.name.clear();
    REQUIRE(conversations.contains(others));
    CHECK(conversations[others].sessions == 136);
  }
}

TEST_CASE("a name counts once, however many applications give it, and other services keep theirs") {
  Conversations conversations;
  for (int number = 0; number < 65; ++number) {
    conversations[named(number)].add(one_session());
    conversations[named(number, "http")].add(one_session());
  }
  ConversationKey elsewhere = named(99);
  elsewhere.port = 8443;
  conversations[elsewhere].add(one_session());
  keep_names(conversations);
  CHECK(conversations.size() == 2 * 64 + 2 + 1);
  CHECK(conversations.contains(named(63, "http")));
  CHECK_FALSE(conversations.contains(named(64)));
  CHECK(conversations.contains(elsewhere));

  Evidence evidence;
  evidence.conversations = conversations;
  note_derived_limits(evidence);
  CHECK(evidence.limits_hit[Limit::names] == 2);
}

TEST_CASE("a flow of a tunnel's outer packets makes a conversation that carries") {
  FlowKey key;
  key.low.address = parse_ip_address("10.0.0.1").value();
  key.high.address = parse_ip_address("10.0.0.2").value();
  key.protocol = kProtocolGre;
  key.kind = FlowKind::carrier;
  const auto [conversation, facts] = conversation_of(key, {}, {}, {Side::low, DirectionBasis::first_packet});
  CHECK(facts.carries);
  CHECK(conversation.kind == FlowKind::plain);
  CHECK(transport_of(conversation) == Transport::gre);
}

TEST_CASE("echoes and other messages of ICMP are conversations apart") {
  FlowKey key;
  key.protocol = kProtocolIcmpV6;
  key.kind = FlowKind::echo_of_high;
  CHECK(transport_of(conversation_of(key, {}, {}, {}).first) == Transport::icmp);
  key.kind = FlowKind::icmp_other;
  CHECK(transport_of(conversation_of(key, {}, {}, {}).first) == Transport::icmp_other);
}
