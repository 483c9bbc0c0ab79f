// Fragments of one packet in two inputs.
#include "capture/evidence/edge_fragments.hpp"

#include <doctest/doctest.h>

#include "capture/evidence/attempts_pool.hpp"
#include "capture/evidence/settle.hpp"
#include "capture/observe/observe.hpp"
#include "tests/support/memory_source.hpp"
#include "tests/support/packet_builder.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

constexpr std::uint8_t kUdp = 17;
constexpr std::size_t kLater = static_cast<std::size_t>(NoFlowReason::later_fragment);

Bytes first(std::uint32_t id) {
  return Eth().ipv4("10.0.0.9", "10.0.0.1").fragment(0, true, id).udp(5000, 53).payload("12345678");
}
Bytes later(std::uint32_t id) {
  return Eth().ipv4("10.0.0.9", "10.0.0.1").protocol(kUdp).fragment(16, false, id).payload("1234");
}

Evidence input(const char* path, const std::vector<Bytes>& frames, std::int64_t second) {
  MemorySource source;
  source.set_path(path);
  for (const Bytes& frame : frames) source.add(frame, kStart + seconds(second));
  return observe(source, {});
}

SettledEvidence settled(Evidence left, Evidence right) {
  return settle(merge(std::move(left), std::move(right)).value(), no_oracle, kMostAttempts);
}

}  // namespace

TEST_CASE("a later fragment counts to the flow of its first one in the input before") {
  const SettledEvidence found = settled(input("b", {later(7)}, 10), input("a", {first(7)}, 0));
  REQUIRE(found.conversations.size() == 1);
  const ConversationFacts& facts = found.conversations.begin()->second;
  CHECK(facts.flows == 1);
  CHECK(facts.packets == 2);
  CHECK(facts.bytes == first(7).size() + later(7).size());
  REQUIRE(found.inputs.size() == 2);
  CHECK(found.inputs[1].accounting.no_flow[kLater] == 0);
  CHECK(found.inputs[1].accounting.in_flows == 1);
  CHECK(found.inputs[1].accounting.balanced());
}

TEST_CASE("but not to another packet's, or one that came later or too long before") {
  for (const auto& [id, second] : {std::pair{8U, 10}, {7U, -1}, {7U, 31}}) {
    CAPTURE(id);
    CAPTURE(second);
    const SettledEvidence found = settled(input("a", {first(7)}, 0), input("b", {later(id)}, second));
    REQUIRE(found.conversations.size() == 1);
    CHECK(found.conversations.begin()->second.packets == 1);
    CHECK(found.inputs[second < 0 ? 0 : 1].accounting.no_flow[kLater] == 1);
  }
}

TEST_CASE("an input keeps only fragments that another may need") {
  CHECK(input("a", {first(7), later(7)}, 0).fragments.size() == 1);
  CHECK(input("a", {later(7), first(7)}, 0).fragments.size() == 2);
  MemorySource source;
  source.add(first(7), kStart);
  source.add(Eth().arp("10.0.0.1", "10.0.0.2"), kStart + seconds(20));
  source.add(later(8), kStart + seconds(40));
  CHECK(observe(source, {}).fragments.empty());
  source.rewind();
  ObserveOptions whole;
  whole.collect.is_whole = true;
  CHECK(observe(source, whole).fragments.empty());
}
