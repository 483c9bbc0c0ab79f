#include "classify/internal/parties_met.hpp"

#include <doctest/doctest.h>

#include <random>

#include "tests/classify/estate_builder.hpp"

namespace portproof::test {
namespace {

// Names of one address, each valid for a minute of its own.
Names names_of(const IpAddress& address, unsigned count) {
  Names names;
  for (unsigned number = 0; number < count; ++number) {
    const Timestamp from = kStart + seconds(60 * number);
    add_interval(names[{address, "host" + std::to_string(number) + ".example"}], {from, from + seconds(59)});
  }
  return names;
}

ConversationFacts facts_at(std::int64_t from, std::int64_t until) {
  ConversationFacts made = facts();
  made.first = kStart + seconds(from);
  made.last = kStart + seconds(until);
  return made;
}

}  // namespace

TEST_CASE("parties met: an address with the same names is the same party, however many names there are") {
  for (const unsigned count : {3U, 64U, 65U, 200U}) {
    CAPTURE(count);
    const Catalog catalog = estate_catalog();
    const Names names = names_of(ip("203.0.113.7"), count);
    const Parties parties(catalog, nullptr, names);
    JudgedConversations judged;
    const std::vector<OneWayMirror> mirrors;
    PartiesMet met(parties, names, mirrors, judged);
    const ConversationKey key = talk("10.0.0.1", "203.0.113.7", 443);
    std::mt19937 random(count);
    for (int round = 0; round < 400; ++round) {
      const auto from = static_cast<std::int64_t>(random() % (count * 60));
      const ConversationFacts facts = facts_at(from, from + static_cast<std::int64_t>(random() % 120));
      const Party expected = parties.responder(key, facts);
      const Party& found = judged.party(met.responder(key, facts));
      CHECK(found.names == expected.names);
      CHECK(found.names_omitted == expected.names_omitted);
    }
    // The name of one minute, or of two or three consecutive minutes, or none at the end.
    CHECK(judged.parties() <= 3 * count + 1);
    const std::size_t before = judged.parties();
    for (int round = 0; round < 3; ++round) met.responder(key, facts_at(10, 20));
    CHECK(judged.parties() <= before + 1);
  }
}

}  // namespace portproof::test
