#include "capture/evidence/limits.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <string>

using namespace portproof;

using Hits = std::vector<LimitsHit::Hit>;

TEST_CASE("limits: each is found by its name, and nothing else is") {
  for (const LimitRow& row : kLimits) CHECK(parse_limit(row.name) == row.limit);
  CHECK_FALSE(parse_limit("flow"));
  CHECK_FALSE(parse_limit("Flows"));
  CHECK_FALSE(parse_limit(""));
}

TEST_CASE("limits: those that were hit are listed by name, whatever the order in which they came") {
  LimitsHit hit;
  CHECK(hit.empty());
  CHECK(hit.all().empty());
  hit.add(Limit::stations, 0);
  CHECK(hit.empty());
  hit.add(Limit::loose_flows, 2);
  hit.add(Limit::dns_names, 1);
  hit.add(Limit::loose_flows, 3);
  CHECK_FALSE(hit.empty());
  CHECK(hit.all() == Hits{{Limit::dns_names, 1}, {Limit::loose_flows, 5}});
}

TEST_CASE("limits: pieces add up") {
  LimitsHit left;
  left.add(Limit::flows, 2);
  LimitsHit right;
  right.add(Limit::flows, 3);
  right.add(Limit::names, 1);
  left.add(right);
  CHECK(left.all() == Hits{{Limit::flows, 5}, {Limit::names, 1}});
}

TEST_CASE("limits: what came since is less by what was before, but for derived limits") {
  LimitsHit before;
  before.add(Limit::flows, 2);
  before.add(Limit::dns_names, 7);
  before.add(Limit::attempts, 9);
  LimitsHit later = before;
  later.add(Limit::flows, 3);
  later.set(Limit::attempts, 4);
  CHECK(later.since(before).all() == Hits{{Limit::attempts, 4}, {Limit::flows, 3}});
}

TEST_CASE("limits: docs/reference/memory.md has a line for each") {
  std::ifstream stream(PORTPROOF_SOURCE_DIR "/docs/reference/memory.md", std::ios::binary);
  const std::string page{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
  REQUIRE_FALSE(page.empty());
  const auto code = [](std::string_view text) { return text.empty() ? "" : "`" + std::string(text) + "`"; };
  for (const LimitRow& row : kLimits) {
    const std::string option = row.option.empty() ? " |" : " " + code(row.option) + " |";
    const std::string line = "\n| " + code(row.name) + " | " + std::string(row.effect) + " |" + option + "\n";
    CAPTURE(line);
    CHECK(page.find(line) != std::string::npos);
  }
}
