#include "capture/evidence/listeners.hpp"

#include <doctest/doctest.h>

#include "capture/evidence/settle.hpp"
#include "capture/observe/observe.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr int kSynAck = kTcpSyn | kTcpAck;
constexpr std::uint16_t kService = 52'000;  // high, so that the order of ports says nothing

FlowKey under_way(std::string_view client, std::uint16_t client_port) {
  FlowKey key;
  key.low = {parse_ip_address("10.0.0.1").value(), kService};
  key.high = {parse_ip_address(client).value(), client_port};
  key.protocol = kProtocolTcp;
  return key;
}

ConversationFacts of_state(FlowState state, DirectionBasis basis) {
  ConversationFacts facts;
  facts.state = state;
  facts.basis = basis;
  return facts;
}

std::optional<Side> listening(FlowState state, DirectionBasis basis) {
  Conversations conversations;
  ConversationKey key;
  key.initiator = parse_ip_address("10.0.0.7").value();
  key.responder = parse_ip_address("10.0.0.1").value();
  key.protocol = kProtocolTcp;
  key.port = kService;
  conversations[key] = of_state(state, basis);
  Listeners listeners(conversations);
  listeners.sort();
  return listeners.side_of(under_way("10.0.0.9", 40'000));
}

PacketBuilder there(std::string_view client, int flags) {
  return Eth().ipv4(client, "10.0.0.1").tcp(40'000, kService, flags);
}
PacketBuilder back(std::string_view client, int flags) {
  return Eth().ipv4("10.0.0.1", client).tcp(kService, 40'000, flags);
}

}  // namespace

TEST_CASE("an end listens if a connection to it was opened and answered") {
  CHECK(listening(FlowState::established, DirectionBasis::syn) == Side::low);
  CHECK(listening(FlowState::attempted, DirectionBasis::syn) == std::nullopt);
  CHECK(listening(FlowState::refused, DirectionBasis::syn) == std::nullopt);
  CHECK(listening(FlowState::established, DirectionBasis::port_order) == std::nullopt);
}

TEST_CASE("a connection under way went to the end that accepts others, but not if both do, or neither") {
  MemorySource source;
  source.add(back("10.0.0.9", kTcpAck).seq(1).ack(1).payload("...."));
  const auto direction = [&source] {
    source.rewind();
    const Conversations conversations = settled_conversations(observe(source, {}), no_oracle);
    for (const auto& [key, facts] : conversations) {
      if (key.initiator == parse_ip_address("10.0.0.9").value()) return facts.basis;
    }
    return DirectionBasis::first_packet;
  };
  CHECK(direction() == DirectionBasis::first_packet);
  source.add(there("10.0.0.7", kTcpSyn).seq(100));
  CHECK(direction() == DirectionBasis::first_packet);
  source.add(back("10.0.0.7", kSynAck).seq(200).ack(101));
  CHECK(direction() == DirectionBasis::listener);
  // The client's port, too, is seen to accept.
  source.add(Eth().ipv4("10.0.0.7", "10.0.0.9").tcp(41'000, 40'000, kTcpSyn).seq(100));
  source.add(Eth().ipv4("10.0.0.9", "10.0.0.7").tcp(40'000, 41'000, kSynAck).seq(200).ack(101));
  CHECK(direction() == DirectionBasis::first_packet);
}
