#include "capture/evidence/settle.hpp"

#include <doctest/doctest.h>

#include "capture/evidence/attempts_pool.hpp"
#include "tests/capture/evidence/two_ends.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

struct Part {
  std::int64_t first;
  std::int64_t last;
  bool syn;
  bool reset;
};

std::vector<LooseFlow> joined_parts(const std::vector<Part>& parts, std::uint8_t protocol) {
  Evidence evidence;
  evidence.inputs.resize(1);
  std::uint64_t frame = 0;
  for (const Part& part : parts) {
    LooseFlow flow;
    flow.key = key_between(protocol, "10.0.0.1", 1494, "10.0.0.2", 50000);
    flow.facts = talking();
    flow.facts.first = kStart + seconds(part.first);
    flow.facts.last = kStart + seconds(part.last);
    flow.facts.first_frame = ++frame;
    flow.facts.sides[0].rst = part.reset;
    if (part.syn) {
      flow.facts.initiator = Side::high;
      flow.facts.basis = DirectionBasis::syn;
      flow.facts.openings = 1;
    }
    evidence.loose.push_back(flow);
  }
  return joined(evidence).flows;
}

}  // namespace

TEST_CASE("parts of a flow join if a packet would still have belonged to the flow") {
  CHECK(joined_parts({{0, 9, true, false}, {20, 30, false, false}}, kProtocolTcp).size() == 1);
  CHECK(joined_parts({{0, 9, true, false}, {3610, 3620, false, false}}, kProtocolTcp).size() == 2);
  CHECK(joined_parts({{0, 9, false, false}, {189, 200, false, false}}, kProtocolUdp).size() == 1);
  CHECK(joined_parts({{0, 9, false, false}, {190, 200, false, false}}, kProtocolUdp).size() == 2);
  CHECK(joined_parts({{0, 9, true, true}, {19, 19, false, false}}, kProtocolTcp).size() == 1);
  CHECK(joined_parts({{0, 9, true, true}, {20, 20, false, false}}, kProtocolTcp).size() == 2);
}

TEST_CASE("what is asked at the port that an answer came from is no part of that answer") {
  const auto flows = [](std::uint16_t asked, bool asks_there) {
    Evidence evidence;
    evidence.inputs.resize(1);
    for (const std::int64_t second : {0, 10}) {
      LooseFlow flow;
      flow.key = key_between(kProtocolUdp, "10.0.0.1", 9161, "10.0.0.2", 50000);
      flow.facts.side(Side::low).packets = 1;
      flow.facts.first = flow.facts.last = kStart + seconds(second);
      flow.facts.first_frame = static_cast<std::uint64_t>(second) + 1;
      if (second == 0) {
        flow.facts.asked_port = asked;
        flow.facts.initiator = Side::high;
        flow.facts.basis = DirectionBasis::request;
      } else if (asks_there) {
        flow.facts.side(Side::high).packets = 1;
      }
      evidence.loose.push_back(flow);
    }
    return joined(evidence).flows.size();
  };
  CHECK(flows(443, true) == 2);
  CHECK(flows(443, false) == 1);
  CHECK(flows(69, true) == 1);
}

TEST_CASE("a SYN begins a flow of its own only if the one before has ended") {
  CHECK(joined_parts({{0, 9, true, true}, {10, 11, true, false}}, kProtocolTcp).size() == 2);
  const auto again = joined_parts({{0, 9, true, false}, {10, 11, true, false}}, kProtocolTcp);
  REQUIRE(again.size() == 1);
  CHECK(again[0].facts.openings == 1);
  const auto forged = joined_parts({{0, 9, false, false}, {10, 11, true, false}}, kProtocolTcp);
  REQUIRE(forged.size() == 1);
  CHECK_FALSE(forged[0].facts.initiator);
}

TEST_CASE("settling joins the parts of a flow into one conversation, and leaves the original untouched") {
  Evidence evidence;
  evidence.inputs.resize(1);
  evidence.protocols["igmp"].packets = 3;
  LooseFlow flow;
  flow.key = key_between(kProtocolTcp, "10.0.0.1", 1494, "10.0.0.2", 50000);
  flow.facts = talking();
  evidence.loose.push_back(flow);
  flow.facts.first = flow.facts.last = kStart + seconds(60);
  evidence.loose.push_back(flow);
  const SettledEvidence settled = settle(evidence, no_oracle, kMostAttempts);
  REQUIRE(settled.conversations.size() == 1);
  CHECK(settled.conversations.at(0).second.flows == 1);
  CHECK(settled.conversations.at(0).second.packets == 4);
  CHECK(settled.inputs == evidence.inputs);
  CHECK(settled.protocols == evidence.protocols);
  CHECK(evidence.loose.size() == 2);
  CHECK(evidence.conversations.empty());
}

TEST_CASE("how long a capture has run counts across consecutive inputs") {
  Evidence evidence;
  for (const auto& [first, last] : {std::pair{0, 100}, {150, 300}, {400, 900}}) {
    Input input;
    input.first = kStart + seconds(first);
    input.last = kStart + seconds(last);
    evidence.inputs.push_back(input);
  }
  LooseFlow flow;
  flow.key = key_between(kProtocolUdp, "10.0.0.1", 53, "10.0.0.2", 50000);
  flow.facts = talking();
  const auto basis_at = [&](std::int64_t second, std::uint32_t input) {
    flow.facts.first = flow.facts.last = kStart + seconds(second);
    flow.facts.first_input = input;
    evidence.loose.clear();
    evidence.loose.push_back(flow);
    const Conversations conversations = settled_conversations(evidence, no_oracle);
    REQUIRE(conversations.size() == 1);
    return conversations.begin()->second.basis;
  };
  CHECK(basis_at(100, 0) == DirectionBasis::first_packet);
  CHECK(basis_at(180, 1) == DirectionBasis::first_packet);
  CHECK(basis_at(181, 1) == DirectionBasis::first_packet_after_run);
  CHECK(basis_at(580, 2) == DirectionBasis::first_packet);  // the 100 s before the third were not captured
  CHECK(basis_at(581, 2) == DirectionBasis::first_packet_after_run);
}

namespace {

// One datagram, in a conversation that is part of the evidence.
void send(Evidence& evidence, const char* from, const char* to, bool broadcast, std::uint16_t port = 69) {
  ConversationKey key;
  key.initiator = parse_ip_address(from).value();
  key.responder = parse_ip_address(to).value();
  key.protocol = kProtocolUdp;
  key.port = port;
  ConversationFacts facts;
  facts.flows = facts.sessions = facts.packets = 1;
  facts.first = facts.last = kStart;
  facts.state = FlowState::attempted;
  facts.broadcasts = broadcast ? Broadcasts::all : Broadcasts::none;
  evidence.conversations[key].add(facts);
}

// How many of the conversations went to a broadcast address.
int broadcasts(const Evidence& evidence) {
  int count = 0;
  for (const auto& [key, facts] : settled_conversations(evidence, no_oracle))
    count += facts.broadcasts == Broadcasts::all ? 1 : 0;
  return count;
}

}  // namespace

TEST_CASE("an address is a broadcast address only if every frame to it was a broadcast, and it sent none") {
  Evidence all;
  all.inputs.resize(1);
  send(all, "10.0.0.9", "10.0.0.255", true);
  send(all, "10.0.0.9", "10.0.0.255", true);
  send(all, "10.0.0.8", "10.0.0.255", true, 67);
  CHECK(broadcasts(all) == 2);
  SUBCASE("one frame of the conversation was none") {
    send(all, "10.0.0.9", "10.0.0.255", false);
    CHECK(broadcasts(all) == 0);
  }
  SUBCASE("a frame of another conversation was none") {
    send(all, "10.0.0.7", "10.0.0.255", false, 80);
    CHECK(broadcasts(all) == 0);
  }
  SUBCASE("the address sent something") {
    send(all, "10.0.0.255", "10.0.0.7", false, 80);
    CHECK(broadcasts(all) == 0);
  }
  SUBCASE("255.255.255.255 is one, whatever the frames") {
    send(all, "10.0.0.7", "255.255.255.255", true, 80);
    send(all, "10.0.0.7", "255.255.255.255", false, 81);
    CHECK(broadcasts(all) == 3);
  }
}
