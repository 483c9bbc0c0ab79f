#include "capture/evidence/attempts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <vector>

#include "tests/support/application.hpp"

using namespace portproof;
using portproof::test::application;

namespace {

ConversationKey attempt(std::uint32_t responder, std::uint16_t port) {
  const std::array<std::uint8_t, 4> bytes{10, 1, static_cast<std::uint8_t>(responder >> 8U),
                                          static_cast<std::uint8_t>(responder)};
  ConversationKey key;
  key.initiator = parse_ip_address("10.0.0.66").value();
  key.responder = IpAddress::v4(bytes.data());
  key.protocol = kProtocolTcp;
  key.port = port;
  return key;
}

ConversationFacts once(std::int64_t time) {
  ConversationFacts facts;
  facts.sessions = facts.flows = facts.packets = 1;
  facts.first = facts.last = Timestamp{time};
  facts.state = FlowState::attempted;
  return facts;
}

}  // namespace

TEST_CASE("records of attempts add up the same in any order and grouping") {
  constexpr std::array<std::uint16_t, 3> kPorts{22, 80, 8080};
  std::vector<std::pair<ConversationKey, ConversationFacts>> all;
  for (std::uint32_t responder = 0; responder < 1500; ++responder) {
    for (const std::uint16_t port : kPorts) all.emplace_back(attempt(responder, port), once(responder));
  }
  std::mt19937 random(9);
  Attempts expected;
  for (const auto& [key, facts] : all) expected.add(AttemptsKind::scan, key, facts);
  CHECK(expected.conversations == 4500);
  CHECK(expected.examples.size() == kAttemptExamples);
  CHECK(expected.more_ends);
  CHECK(expected.first_port == 22);
  CHECK(expected.last_port == 8080);
  CHECK(expected.examples.begin()->second.first_port == 22);
  CHECK(expected.examples.begin()->second.last_port == 8080);
  for (int round = 0; round < 5; ++round) {
    std::shuffle(all.begin(), all.end(), random);
    std::vector<Attempts> parts(4);
    for (const auto& [key, facts] : all) parts[random() % 4].add(AttemptsKind::scan, key, facts);
    for (const std::size_t part : {1, 2, 3}) parts[0].add(parts[part]);
    REQUIRE(parts[0] == expected);
  }
}

TEST_CASE("an attempt is a conversation that was never answered and showed nothing") {
  const ConversationKey key = attempt(1, 80);
  CHECK(is_attempt(key, once(0)));
  ConversationFacts facts = once(0);
  facts.state = FlowState::refused;
  CHECK(is_attempt(key, facts));
  facts.state = FlowState::one_way;
  CHECK_FALSE(is_attempt(key, facts));
  facts.state = FlowState::established;
  CHECK_FALSE(is_attempt(key, facts));
  ConversationKey syslog = key;
  syslog.application = application("syslog");
  CHECK_FALSE(is_attempt(syslog, once(0)));
}
