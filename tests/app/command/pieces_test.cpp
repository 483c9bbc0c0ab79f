#include "app/command/pieces.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <string>
#include <vector>

using namespace portproof;

namespace {

// A capture in which 10.0.0.66 tried 40 ports of a host, and one host answered 10.0.0.67.
Evidence piece(unsigned number) {
  Evidence evidence;
  Input input;
  input.path = std::to_string(number);
  input.first = Timestamp{number};
  input.last = input.first;
  evidence.inputs.push_back(input);
  ConversationFacts facts;
  facts.sessions = facts.flows = facts.packets = 1;
  facts.first = facts.last = Timestamp{number};
  facts.state = FlowState::attempted;
  ConversationKey key;
  key.protocol = kProtocolTcp;
  key.initiator = parse_ip_address("10.0.0.66").value();
  key.responder = parse_ip_address("10.1.0." + std::to_string(number % 7)).value();
  for (std::uint16_t port = 1; port <= 40; ++port) {
    key.port = static_cast<std::uint16_t>(port * (1 + number % 3));
    evidence.conversations[key] = facts;
  }
  key.initiator = parse_ip_address("10.0.0.67").value();
  facts.state = FlowState::established;
  facts.answered = true;
  evidence.conversations[key] = facts;
  evidence.conversations.sort();
  return evidence;
}

Evidence put_together(const std::vector<unsigned>& order, std::size_t most_attempts) {
  EvidencePieces pieces({}, most_attempts);
  for (const unsigned number : order) {
    const bool nothing = number % 5 == 3;
    REQUIRE(pieces.add(number, nothing ? std::optional<Evidence>{} : piece(number)).has_value());
  }
  return pieces.take().value();
}

}  // namespace

TEST_CASE("pieces of evidence come in any order, even if attempts fold") {
  std::mt19937 random(11);
  for (const unsigned count : {1U, 2U, 7U, 16U, 37U}) {
    CAPTURE(count);
    std::vector<unsigned> order(count);
    std::iota(order.begin(), order.end(), 0U);
    const Evidence whole = put_together(order, kMostAttempts);
    const Evidence folded = put_together(order, 100);
    CHECK(whole.inputs.size() == count - (count + 1) / 5);
    CHECK(whole.attempts.empty());
    CHECK(folded.attempts.size() == (count > 2 ? 1 : 0));
    for (int round = 0; round < 5; ++round) {
      std::shuffle(order.begin(), order.end(), random);
      REQUIRE(put_together(order, kMostAttempts) == whole);
      REQUIRE(put_together(order, 100) == folded);
    }
  }
}

TEST_CASE("pieces that were shown are kept, and later ones join them") {
  EvidencePieces pieces({});
  for (const unsigned number : {0U, 1U, 2U}) REQUIRE(pieces.add(number, piece(number)).has_value());
  const auto shows = [&pieces](std::size_t inputs) {
    const auto seen = pieces.show([inputs](const Evidence& evidence) -> Expected<void> {
      CHECK(evidence.inputs.size() == inputs);
      return {};
    });
    CHECK(seen.has_value());
  };
  shows(3);
  shows(3);
  for (const unsigned number : {3U, 4U}) REQUIRE(pieces.add(number, piece(number)).has_value());
  shows(5);
  CHECK(pieces.take().value().inputs.size() == 5);
}

TEST_CASE("pieces: nothing at all is empty evidence") {
  ObservationSettings settings;
  settings.timeouts.udp = seconds(7);
  EvidencePieces pieces(settings);
  REQUIRE(pieces.add(0, {}).has_value());
  Evidence nothing;
  nothing.settings = settings;
  CHECK(pieces.take().value() == nothing);
}
