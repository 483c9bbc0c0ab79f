#include "capture/evidence/loose_flows.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/capture/evidence/random_evidence.hpp"

using namespace portproof;
using namespace portproof::test;

TEST_CASE("loose flows come out as they went in, and sort by loose_before") {
  for (std::uint32_t seed = 1; seed <= 20; ++seed) {
    std::vector<LooseFlow> flows;
    for (const LooseFlow& flow : RandomEvidence(seed).make(400).loose) flows.push_back(flow);
    LooseFlows packed;
    for (auto flow = flows.rbegin(); flow != flows.rend(); ++flow) packed.push_back(*flow);
    for (std::size_t index = 0; index < flows.size(); ++index) {
      REQUIRE(packed[index] == flows[flows.size() - 1 - index]);
    }
    packed.sort();
    std::stable_sort(flows.begin(), flows.end(), loose_before);
    REQUIRE(packed.size() == flows.size());
    for (std::size_t index = 0; index < flows.size(); ++index) REQUIRE(packed[index] == flows[index]);
  }
}

TEST_CASE("loose flows of two pieces join into one, tunnels included") {
  LooseFlow plain;
  LooseFlow tunnelled;
  tunnelled.key.low.port = 1;
  tunnelled.facts.tunnels.push(parse_tunnel_layer("vxlan:5000").value());
  LooseFlows left;
  left.push_back(plain);
  LooseFlows right;
  right.push_back(tunnelled);
  left.append(std::move(right));
  REQUIRE(left.size() == 2);
  CHECK(left[0] == plain);
  CHECK(left[1] == tunnelled);
  CHECK(left.take(0) == plain);
  CHECK(left.take(1) == tunnelled);
}
