#include "capture/evidence/orientation.hpp"

#include <doctest/doctest.h>

#include "capture/base/applications.hpp"
#include "tests/capture/evidence/two_ends.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

const ServiceOracle kHighServes = [](const FlowKey&) { return Side::high; };
const ServiceOracle kLowServes = [](const FlowKey&) { return Side::low; };

struct Answer {
  Side initiator;
  DirectionBasis basis;
  friend bool operator==(const Answer&, const Answer&) = default;
};

Answer answer(const FlowKey& key, const FlowFacts& facts, bool had_run,
              const ServiceOracle& oracle = no_oracle) {
  const Orientation orientation = orient(key, facts, had_run, oracle);
  return {orientation.initiator, orientation.basis};
}

}  // namespace

TEST_CASE("TCP: a captured opening, the catalog, the ports, the first packet") {
  const FlowKey key = key_between(kProtocolTcp, "10.0.0.1", 1494, "10.0.0.2", 50000);
  FlowFacts facts = talking();
  CHECK(answer(key, facts, true) == Answer{Side::high, DirectionBasis::port_order});
  CHECK(answer(key, facts, true, kHighServes) == Answer{Side::low, DirectionBasis::catalog});
  CHECK(answer(key, facts, true, kLowServes) == Answer{Side::high, DirectionBasis::catalog});
  // A port match never overrides a SYN that was seen and answered.
  facts.side(Side::low).syn = facts.side(Side::low).answered = facts.side(Side::high).syn_ack = true;
  CHECK(answer(key, facts, true, kLowServes) == Answer{Side::low, DirectionBasis::syn});
}

TEST_CASE("TCP: if the ports do not help, the first packet decides") {
  FlowFacts facts = talking();
  for (const auto& [low, high] : {std::pair{1494, 1494}, {40'000, 60'000}, {60'000, 32'768}}) {
    const FlowKey key = key_between(kProtocolTcp, "10.0.0.1", static_cast<std::uint16_t>(low), "10.0.0.2",
                                    static_cast<std::uint16_t>(high));
    CHECK(answer(key, facts, true) == Answer{Side::low, DirectionBasis::first_packet});
    facts.first_sender = Side::high;
    CHECK(answer(key, facts, true) == Answer{Side::high, DirectionBasis::first_packet});
    facts.first_sender = Side::low;
  }
  const FlowKey two_services = key_between(kProtocolTcp, "10.0.0.1", 8080, "10.0.0.2", 443);
  CHECK(answer(two_services, facts, true) == Answer{Side::low, DirectionBasis::port_order});
}

TEST_CASE("others: a first packet after a run, the catalog, any first packet") {
  const FlowKey key = key_between(kProtocolUdp, "10.0.0.1", 53, "10.0.0.2", 50000);
  const FlowFacts facts = talking();
  CHECK(answer(key, facts, true, kLowServes) == Answer{Side::low, DirectionBasis::first_packet_after_run});
  CHECK(answer(key, facts, false, kLowServes) == Answer{Side::high, DirectionBasis::catalog});
  CHECK(answer(key, facts, false) == Answer{Side::low, DirectionBasis::first_packet});
}

TEST_CASE("nothing makes a broadcast or multicast address the initiator") {
  const ServiceOracle oracles[] = {no_oracle, kLowServes, kHighServes};
  for (const char* group : {"224.0.0.251", "239.255.255.250", "255.255.255.255", "ff02::fb"}) {
    CAPTURE(group);
    for (const std::uint8_t protocol : {kProtocolTcp, kProtocolUdp}) {
      const bool v6 = parse_ip_address(group)->family == IpFamily::v6;
      const FlowKey key = key_between(protocol, v6 ? "fd20::1" : "10.0.0.1", 5353, group, 53);
      for (const Side first_sender : {Side::low, Side::high}) {
        for (const bool firm : {false, true}) {
          FlowFacts facts = talking();
          facts.first_sender = first_sender;
          if (firm) {
            facts.initiator = Side::high;
            facts.basis = DirectionBasis::syn;
          }
          for (const ServiceOracle& oracle : oracles) {
            CHECK(answer(key, facts, true, oracle).initiator == Side::low);
            CHECK(answer(key, facts, false, oracle).initiator == Side::low);
          }
        }
      }
    }
  }
}

TEST_CASE("nor an unspecified address, or a directed broadcast, that never sent anything") {
  FlowFacts facts = talking();
  facts.first_sender = Side::high;
  facts.side(Side::low).packets = 0;
  const FlowKey to_zero = key_between(kProtocolUdp, "0.0.0.0", 68, "10.0.0.1", 67);
  CHECK(answer(to_zero, facts, false, kHighServes).initiator == Side::high);
  // 0.0.0.0 may rightly ask (DHCP).
  FlowFacts asks = talking();
  asks.side(Side::high).packets = 0;
  const FlowKey from_zero = key_between(kProtocolUdp, "0.0.0.0", 68, "255.255.255.255", 67);
  CHECK(answer(from_zero, asks, false, kLowServes).initiator == Side::low);

  const FlowKey directed = key_between(kProtocolUdp, "10.0.0.1", 137, "10.0.0.255", 138);
  CHECK(answer(directed, asks, false, kLowServes).initiator == Side::high);
  asks.broadcasts = Broadcasts::all;
  CHECK(answer(directed, asks, false, kLowServes) == Answer{Side::low, DirectionBasis::first_packet});
}

namespace {

// 10.0.0.1:1494 and 10.0.0.2:50000, so the ports say that the high side began.
FlowKey ica() {
  return key_between(kProtocolTcp, "10.0.0.1", 1494, "10.0.0.2", 50000);
}

// `low` sent a SYN, and both sides have sent data; nothing shows that the SYN was answered.
FlowFacts claimed_by_low() {
  FlowFacts facts = talking();
  facts.side(Side::low).syn = true;
  facts.side(Side::low).data = facts.side(Side::high).data = true;
  return facts;
}

const Answer kContestedLow{Side::low, DirectionBasis::contested};
const Answer kContestedHigh{Side::high, DirectionBasis::contested};

}  // namespace

TEST_CASE("TCP without its opening: payload, catalog, listener, ports, first packet") {
  FlowFacts facts = talking();
  const auto direction = [&](const FlowKey& key, const ServiceOracle& documented,
                             const ServiceOracle& listening) {
    const Orientation found = orient(key, facts, true, documented, listening);
    CHECK_FALSE(found.final);
    return Answer{found.initiator, found.basis};
  };
  CHECK(direction(ica(), kHighServes, kLowServes) == Answer{Side::low, DirectionBasis::catalog});
  CHECK(direction(ica(), no_oracle, kHighServes) == Answer{Side::low, DirectionBasis::listener});
  CHECK(direction(ica(), no_oracle, no_oracle) == Answer{Side::high, DirectionBasis::port_order});
  facts.asker = Side::low;
  CHECK(direction(ica(), kLowServes, kLowServes) == Answer{Side::low, DirectionBasis::payload});
}

TEST_CASE("TCP: a SYN that nothing confirms stands unless the next basis says the opposite") {
  const FlowFacts claimed = claimed_by_low();
  CHECK(answer(ica(), claimed, true) == kContestedHigh);  // the ports contradict it
  CHECK(answer(ica(), claimed, true, kHighServes) == Answer{Side::low, DirectionBasis::syn});
  FlowFacts asked = claimed;
  asked.asker = Side::low;
  CHECK(answer(ica(), asked, true) == Answer{Side::low, DirectionBasis::syn});
  asked.asker = Side::high;
  CHECK(answer(ica(), asked, true, kHighServes) == kContestedHigh);

  SUBCASE("with an answer, it stands in any case") {
    FlowFacts answered = claimed;
    answered.side(Side::low).answered = answered.side(Side::high).syn_ack = true;
    CHECK(answer(ica(), answered, true, kLowServes) == Answer{Side::low, DirectionBasis::syn});
    CHECK(orient(ica(), answered, true, no_oracle).final);
  }
  SUBCASE("and if the other end was refused, or was not seen at all") {
    FlowFacts attempt = talking();
    attempt.side(Side::low).syn = true;
    attempt.side(Side::high).rst = true;
    CHECK(answer(ica(), attempt, true) == Answer{Side::low, DirectionBasis::syn});
    CHECK(orient(ica(), attempt, true, no_oracle).final);
    attempt.side(Side::high) = {};
    CHECK(answer(ica(), attempt, true) == Answer{Side::low, DirectionBasis::syn});
  }
}

TEST_CASE("TCP: two openings of equal weight contest each other") {
  FlowFacts facts = claimed_by_low();
  facts.side(Side::high).syn = true;
  CHECK(answer(ica(), facts, true) == kContestedHigh);  // by the ports
  CHECK(answer(ica(), facts, true, kHighServes) == kContestedLow);
  CHECK_FALSE(orient(ica(), facts, true, no_oracle).final);
}

TEST_CASE("TCP: who sent a SYN began, whatever its address") {
  const FlowKey key = key_between(kProtocolTcp, "79.218.110.244", 80, "237.244.174.255", 1905);
  FlowFacts facts = talking();
  facts.side(Side::high).syn = facts.side(Side::high).answered = facts.side(Side::low).syn_ack = true;
  CHECK(answer(key, facts, true) == Answer{Side::high, DirectionBasis::syn});
}

TEST_CASE("others: an answer that nobody was seen to ask for is not firm") {
  const FlowKey key = key_between(kProtocolUdp, "10.0.0.1", 161, "10.0.0.2", 50000);
  FlowFacts facts = talking();
  facts.initiator = Side::high;
  facts.basis = DirectionBasis::request;
  CHECK(answer(key, facts, true) == Answer{Side::high, DirectionBasis::payload});
  facts.first_sender = Side::high;
  CHECK(answer(key, facts, true) == Answer{Side::high, DirectionBasis::request});
  facts.first_sender = Side::low;
  facts.asked_port = 69;
  CHECK(answer(key, facts, true) == Answer{Side::high, DirectionBasis::request});
}

TEST_CASE("others: a handshake over datagrams that begins with the answer is contested") {
  const FlowKey key = key_between(kProtocolUdp, "10.0.0.1", 1494, "10.0.0.2", 4444);
  for (const Application application : {Application::dtls, Application::quic}) {
    FlowFacts facts = talking();
    facts.initiator = Side::high;
    facts.basis = DirectionBasis::request;
    facts.application = application;
    CHECK(answer(key, facts, true) == kContestedHigh);
    CHECK(answer(key, facts, false) == kContestedHigh);
    facts.first_sender = Side::high;
    CHECK(answer(key, facts, true) == Answer{Side::high, DirectionBasis::request});
  }
}
