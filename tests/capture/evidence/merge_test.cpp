#include <doctest/doctest.h>

#include "capture/evidence/evidence.hpp"
#include "tests/capture/evidence/random_evidence.hpp"

using namespace portproof;
using namespace portproof::test;

TEST_CASE("evidence merges to the same in any order and grouping") {
  for (std::uint32_t seed = 0; seed < 200; ++seed) {
    CAPTURE(seed);
    RandomEvidence random(seed);
    const Evidence a = random.make();
    const Evidence b = random.make();
    const Evidence c = random.make();
    const Evidence left = merge(merge(a, b).value(), c).value();
    REQUIRE(merge(a, merge(b, c).value()).value() == left);
    REQUIRE(merge(merge(c, a).value(), b).value() == left);
    REQUIRE(merge(b, a).value() == merge(a, b).value());
  }
}

TEST_CASE("empty evidence changes nothing") {
  const Evidence some = RandomEvidence(1).make();
  CHECK(merge(some, Evidence{}).value() == some);
  CHECK(merge(Evidence{}, some).value() == some);
  // Whatever settings it was made with.
  Evidence nothing;
  nothing.settings.timeouts.tcp = seconds(5);
  CHECK(merge(nothing, some).value() == some);
}

TEST_CASE("evidence of different settings does not merge, and the message names them") {
  const auto merged = [](void (*change)(ObservationSettings&)) {
    Evidence other = RandomEvidence(1).make();
    change(other.settings);
    return merge(RandomEvidence(1).make(), other);
  };
  const auto names = [&](void (*change)(ObservationSettings&), const std::string& setting) {
    const auto refused = merged(change);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().kind == ErrorKind::bad_data);
    CHECK(refused.error().what.find("(" + setting + ")") != std::string::npos);
  };
  names([](ObservationSettings& settings) { settings.timeouts.udp = seconds(5); }, "the flow timeouts");
  names([](ObservationSettings& settings) { settings.decode.peel_tunnels = false; }, "--keep-tunnels");
  names([](ObservationSettings& settings) { settings.decode.max_tunnels = 1; }, "--tunnel-depth");
  names([](ObservationSettings& settings) { settings.decode.key_vlan = true; }, "--key-vlan");
  names(
      [](ObservationSettings& settings) {
        settings.decode.max_tunnels = 1;
        settings.decode.key_vlan = true;
      },
      "--tunnel-depth, --key-vlan");
}

TEST_CASE("frame numbers stay with their input, wherever that input ends up") {
  const auto piece = [](Timestamp first, const std::string& path) {
    Evidence evidence;
    Input input;
    input.path = path;
    input.first = input.last = first;
    evidence.inputs.push_back(input);
    ConversationKey key;
    key.port = 80;
    ConversationFacts& facts = evidence.conversations[key];
    facts.sessions = 1;
    facts.first = facts.last = first;
    facts.first_frame = {0, 7};
    LooseFlow flow;
    flow.facts.first = first;
    evidence.loose.push_back(flow);
    return evidence;
  };
  const Evidence merged = merge(piece(kStart + seconds(9), "late"), piece(kStart, "early")).value();
  REQUIRE(merged.inputs.size() == 2);
  CHECK(merged.inputs[0].path == "early");
  REQUIRE(merged.conversations.size() == 1);
  const ConversationFacts& facts = merged.conversations.begin()->second;
  CHECK(facts.sessions == 2);
  CHECK(facts.first == kStart);
  CHECK(facts.last == kStart + seconds(9));
  CHECK(facts.first_frame == FrameRef{0, 7});
  REQUIRE(merged.loose.size() == 2);
  CHECK(merged.loose[0].facts.first_input == 0);
  CHECK(merged.loose[1].facts.first_input == 1);
}

TEST_CASE("the accounting law") {
  Accounting accounting;
  CHECK(accounting.balanced());
  accounting.frames = 1;
  CHECK_FALSE(accounting.balanced());
  accounting.rejected[2] = 1;
  CHECK(accounting.balanced());
  accounting.flows_opened = 1;
  CHECK_FALSE(accounting.balanced());
  accounting.flows_closed[3] = 1;
  CHECK(accounting.balanced());
  Accounting twice = accounting;
  twice.add(accounting);
  CHECK(twice.frames == 2);
  CHECK(twice.rejected[2] == 2);
  CHECK(twice.balanced());
}
