#include "report/proposal.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <sstream>
#include <string>

#include "classify/inventory.hpp"
#include "report/proposal_reasons.hpp"
#include "tests/classify/discover/evidence.hpp"

namespace portproof {
namespace {

using test::built_in;
using test::Story;

std::string written(const Story& story, const ProposalSource& source = {}) {
  std::ostringstream out;
  write_proposal(discover(story.evidence, built_in(), nullptr), source, out);
  return out.str();
}

Story site() {
  Story story;
  for (int desk = 1; desk <= 4; ++desk) {
    const std::string vda = "10.1.4.2" + std::to_string(desk);
    story.request(vda, "10.1.1.1", 80, HttpKind::registration);
    story.talk("10.1.7." + std::to_string(desk), vda, 2598, "cgp");
  }
  return story;
}

TEST_CASE("the program reads what it proposes, and nothing in it is approved") {
  const std::string text = written(site());
  const auto inventory = parse_inventory(text, "proposed.toml", built_in());
  REQUIRE_MESSAGE(inventory, text);
  CHECK(inventory->hosts.size() == 2);
  CHECK(inventory->has_internal);
  CHECK(inventory->allows.empty());
  CHECK(inventory->waivers.empty());
  CHECK(inventory->versions.empty());
}

TEST_CASE("an empty proposal is a valid inventory, too") {
  const auto inventory = parse_inventory(written(Story{}), "proposed.toml", built_in());
  REQUIRE(inventory);
  CHECK(inventory->hosts.empty());
}

TEST_CASE("reasons and doubts are comments") {
  Story story = site();
  story.talk("10.1.7.8", "10.1.7.9", 1494, "ica");
  const std::string text = written(story);
  CHECK(text.find("answers 10.1.4.21 and 3 more on TCP 80 (http, registration)") != std::string::npos);
  CHECK(text.find("name = \"vdas from 10.1.4.21\"\naddresses = [\"10.1.4.21-10.1.4.24\"]") !=
        std::string::npos);
  CHECK(text.find("# name = \"undecided 10.1.7.9\"") != std::string::npos);
}

// A name that would close its comment and begin a host entry of its own, and one that would move a cursor.
TEST_CASE("text from the network cannot escape its comment") {
  Story story = site();
  const char* const kHostile =
      "x\n[[host]]\nname = \"mine\"\naddresses = [\"0.0.0.0/0\"]\nroles = [\"ddc\"]\n#";
  story.evidence.names[{test::address("10.1.1.1"), kHostile}] = {{test::kStart, test::kStart}};
  story.evidence.names[{test::address("10.1.1.1"), "\x1b[2J\xff"}] = {{test::kStart, test::kStart}};
  const std::string text =
      written(story, {.inputs = {"a\n[[waiver]]"}, .catalog = "x\r[[allow]]", .inventory = "i\n["});
  CHECK(std::all_of(text.begin(), text.end(),
                    [](char letter) { return letter == '\n' || (letter >= ' ' && letter < 0x7f); }));
  const auto inventory = parse_inventory(text, "proposed.toml", built_in());
  REQUIRE_MESSAGE(inventory, text);
  CHECK(inventory->hosts.size() == 2);
  CHECK(inventory->waivers.empty());
}

TEST_CASE("one address on two machines brings a warning") {
  Story story = site();
  for (const auto machine : std::array<std::uint8_t, 2>{1, 2}) {
    add_station(story.evidence.stations, test::address("10.1.1.1"),
                {{{2, 0, 0, 0, 0, machine}}, static_cast<std::uint32_t>(machine * 10) << 12U},
                {test::kStart, test::kStart});
  }
  const std::string text = written(story);
  CHECK(text.find("WARNING: 10.1.1.1 is used by 02:00:00:00:00:01 in VLAN 10 and by") != std::string::npos);
}

TEST_CASE("comments are wrapped, and continue indented") {
  const std::vector<std::string> lines =
      wrapped_comment("  " + std::string(100, 'a') + " " + std::string(40, 'b'));
  REQUIRE(lines.size() == 2);
  CHECK(lines[0] == "#   " + std::string(100, 'a'));
  CHECK(lines[1] == "#     " + std::string(40, 'b'));
  CHECK(wrapped_comment("").front() == "#");
}

}  // namespace
}  // namespace portproof
