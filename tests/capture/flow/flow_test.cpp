#include "capture/flow/flow.hpp"

#include <doctest/doctest.h>

#include <random>
#include <vector>

#include "capture/identify/identify.hpp"
#include "tests/support/application.hpp"

using namespace portproof;
using portproof::test::application;

namespace {

constexpr Timestamp kBegin = Timestamp::from_parts(1'000'000, 0);

SideFacts sent(bool SideFacts::*what) {
  SideFacts side;
  side.packets = 1;
  side.*what = true;
  return side;
}

SideFacts sent(bool SideFacts::*what, bool SideFacts::*also) {
  SideFacts side = sent(what);
  side.*also = true;
  return side;
}

// `low` began.
FlowState tcp_state(const SideFacts& low, const SideFacts& high) {
  FlowFacts facts;
  facts.sides = {low, high};
  return state_of(kProtocolTcp, facts, Side::low);
}

}  // namespace

TEST_CASE("how a TCP connection fared") {
  const SideFacts nothing;
  const SideFacts syn = sent(&SideFacts::syn);
  const SideFacts rst = sent(&SideFacts::rst);
  const SideFacts data = sent(&SideFacts::ack, &SideFacts::data);

  CHECK(tcp_state(syn, nothing) == FlowState::attempted);
  CHECK(tcp_state(syn, rst) == FlowState::refused);
  CHECK(tcp_state(syn, sent(&SideFacts::syn_ack)) == FlowState::established);
  CHECK(tcp_state(data, data) == FlowState::established);
  CHECK(tcp_state(data, sent(&SideFacts::ack, &SideFacts::rst)) == FlowState::established);

  // An ICMP error takes the place of an answer; after a real answer it makes no difference.
  CHECK(tcp_state(sent(&SideFacts::syn, &SideFacts::icmp_refused), nothing) == FlowState::refused);
  CHECK(tcp_state(sent(&SideFacts::ack, &SideFacts::icmp_refused), data) == FlowState::established);

  // Answers to something that was never seen.
  CHECK(tcp_state(data, nothing) == FlowState::one_way);
  CHECK(tcp_state(nothing, data) == FlowState::one_way);
  CHECK(tcp_state(sent(&SideFacts::syn, &SideFacts::ack), nothing) == FlowState::one_way);
  CHECK(tcp_state(nothing, sent(&SideFacts::syn_ack)) == FlowState::one_way);
  CHECK(tcp_state(rst, nothing) == FlowState::one_way);
}

TEST_CASE("how other flows fared") {
  FlowFacts facts;
  facts.side(Side::low).packets = 1;
  CHECK(state_of(kProtocolUdp, facts, Side::low) == FlowState::attempted);
  CHECK(state_of(kProtocolUdp, facts, Side::high) == FlowState::one_way);
  facts.side(Side::low).icmp_refused = true;
  CHECK(state_of(kProtocolUdp, facts, Side::low) == FlowState::refused);
  facts.side(Side::high).packets = 1;
  CHECK(state_of(kProtocolUdp, facts, Side::low) == FlowState::established);
}

TEST_CASE("one direction captured: acknowledgements or data without their counterpart") {
  FlowFacts facts;
  facts.side(Side::low) = sent(&SideFacts::syn);
  CHECK_FALSE(is_one_way(kProtocolTcp, facts));
  facts.side(Side::low) = sent(&SideFacts::rst);
  CHECK_FALSE(is_one_way(kProtocolTcp, facts));
  facts.side(Side::low) = sent(&SideFacts::ack);
  CHECK(is_one_way(kProtocolTcp, facts));
  CHECK_FALSE(is_one_way(kProtocolUdp, facts));
  facts.side(Side::low).icmp_refused = true;
  CHECK_FALSE(is_one_way(kProtocolTcp, facts));
}

TEST_CASE("when a flow has ended") {
  const FlowTimeouts timeouts;
  FlowFacts facts;
  facts.last = kBegin;
  const auto runs = [&](std::uint8_t protocol, Duration later, bool syn = false) {
    return continues(timeouts, protocol, facts, kBegin + later, syn);
  };
  CHECK(runs(kProtocolTcp, seconds(3600)));
  CHECK_FALSE(runs(kProtocolTcp, Duration{seconds(3600).nanoseconds + 1}));
  CHECK(runs(kProtocolUdp, seconds(180)));
  CHECK_FALSE(runs(kProtocolUdp, seconds(181)));
  CHECK_FALSE(runs(kProtocolIcmp, seconds(61)));

  SUBCASE("a SYN opens nothing on a flow under way") {
    CHECK(runs(kProtocolTcp, seconds(5), true));
  }
  SUBCASE("a RST ends it after ten seconds, or at the next SYN") {
    facts.side(Side::high) = sent(&SideFacts::rst);
    CHECK(runs(kProtocolTcp, seconds(10)));
    CHECK_FALSE(runs(kProtocolTcp, seconds(11)));
    CHECK_FALSE(runs(kProtocolTcp, seconds(1), true));
  }
  SUBCASE("one FIN does not end a connection that was seen to open") {
    facts.initiator = Side::low;
    facts.sides = {sent(&SideFacts::syn, &SideFacts::fin), sent(&SideFacts::syn_ack)};
    CHECK(runs(kProtocolTcp, seconds(11)));
    CHECK(runs(kProtocolTcp, seconds(1), true));
    facts.side(Side::high).fin = true;
    CHECK_FALSE(runs(kProtocolTcp, seconds(11)));
    CHECK_FALSE(runs(kProtocolTcp, seconds(1), true));
  }
  SUBCASE("one FIN may be the last of a connection whose other FIN was not captured") {
    facts.sides = {sent(&SideFacts::ack, &SideFacts::fin), sent(&SideFacts::ack)};
    CHECK(runs(kProtocolTcp, seconds(11)));
    CHECK_FALSE(runs(kProtocolTcp, seconds(11), true));
    facts.initiator = Side::low;
    facts.side(Side::high) = SideFacts{};
    CHECK_FALSE(runs(kProtocolTcp, seconds(11), true));
  }
}

namespace {

// Part of a flow as the flow table could have made it, no earlier than `earliest`.
FlowFacts random_part(std::mt19937& random, std::uint64_t frame, Timestamp earliest) {
  const auto below = [&random](unsigned limit) { return static_cast<unsigned>(random() % limit); };
  FlowFacts facts;
  facts.first = earliest + seconds(below(3));
  facts.last = facts.first + seconds(below(5));
  facts.first_frame = frame;
  facts.first_input = 0;
  facts.first_sender = static_cast<Side>(below(2));
  if (below(2) == 0) {
    facts.initiator = static_cast<Side>(below(2));
    facts.basis = DirectionBasis::syn;
    facts.openings = 1;
  }
  for (SideFacts& side : facts.sides) {
    side.packets = below(9);
    side.bytes = below(999);
    side.syn = below(2) == 0;
    side.data = below(2) == 0;
    side.examined = static_cast<std::uint8_t>(below(kExaminedPackets + 1));
  }
  SideFacts& teller = facts.side(static_cast<Side>(below(2)));
  if (below(3) > 0 && teller.examined > 0) {
    teller.announced = true;
    facts.application = below(2) == 0 ? application("tls") : application("http");
    facts.name_state = static_cast<NameState>(below(4));
  }
  if (below(4) == 0) facts.banners = ApplicationSet(below(8) << 1U);
  return facts;
}

FlowFacts both(FlowFacts left, const FlowFacts& right) {
  join(left, right);
  return left;
}

}  // namespace

TEST_CASE("parts of a flow join the same way in either order, and neighbours in any grouping") {
  std::mt19937 random(7);
  for (int round = 0; round < 20'000; ++round) {
    const FlowFacts a = random_part(random, 1, kBegin);
    const FlowFacts b = random_part(random, 2, a.first);
    const FlowFacts c = random_part(random, 3, b.first);
    REQUIRE(both(a, b) == both(b, a));
    REQUIRE(both(both(a, b), c) == both(a, both(b, c)));
    FlowFacts left = a;
    FlowFacts right = b;
    const bool name_of_b = join(left, b).take_name;
    const bool name_of_a = join(right, a).take_name;
    if (left.name_state == NameState::given) REQUIRE(name_of_a != name_of_b);
    if (left.name_state != NameState::given) REQUIRE_FALSE((name_of_a || name_of_b));
  }
}

TEST_CASE("what a flow turned to, and what only looks like that") {
  const auto later = [](std::string_view first, std::string_view seen, HttpKinds kinds = {}) {
    FlowFacts facts;
    facts.application = application(first);
    facts.kinds = kinds;
    facts.banners.set(static_cast<std::size_t>(application(first)));
    facts.banners.set(static_cast<std::size_t>(application(seen)));
    return later_applications(facts).any();
  };
  CHECK(later("ica", "ssh"));
  CHECK(later("http", "tls"));
  CHECK_FALSE(later("ldap", "tls"));  // after StartTLS
  CHECK(later("tls", "ldap"));
  HttpKinds tunnel;
  tunnel.set(static_cast<std::size_t>(HttpKind::tunnel));
  CHECK_FALSE(later("http", "tls", tunnel));
  CHECK(later("http", "ssh", tunnel));
  CHECK_FALSE(later("socks", "tls"));
  CHECK_FALSE(later("socks", "http"));
  CHECK(later("socks", "ssh"));
}

TEST_CASE("the earlier part says who began, and what it failed to recognise stays unknown") {
  FlowFacts early;
  early.first = kBegin;
  early.first_frame = 5;
  FlowFacts late;
  late.first = kBegin + seconds(1);
  late.first_frame = 1;
  late.first_input = 1;
  late.initiator = Side::high;
  late.basis = DirectionBasis::syn;
  late.openings = 1;
  late.application = application("tls");
  late.side(Side::high).announced = true;
  late.side(Side::high).examined = 1;

  SUBCASE("a SYN on a flow under way shows nothing; data that comes first does") {
    const FlowFacts joined = both(late, early);
    CHECK_FALSE(joined.initiator);
    CHECK(joined.openings == 0);
    CHECK(joined.first_frame == 5);
    CHECK(joined.application == application("tls"));
  }
  SUBCASE("the first packets of that side had been examined") {
    early.side(Side::high).examined = kExaminedPackets;
    CHECK(both(late, early).application == kUnknownApplication);
  }
  SUBCASE("the first packets of the other side had been examined") {
    early.side(Side::low).examined = kExaminedPackets;
    CHECK(both(late, early).application == application("tls"));
  }
}
