#include "report/listed_conversations.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>
#include <tuple>

namespace portproof {
namespace {

struct Made {
  Rank rank;
  bool answered;
};

// Conversations of many initiators, without judgement: only their keys count here.
struct Many {
  explicit Many(std::size_t count, unsigned seed) {
    std::mt19937 random(seed);
    std::set<ConversationKey> keys;
    while (keys.size() < count) {
      ConversationKey key;
      key.initiator.family = key.responder.family = IpFamily::v4;
      key.initiator.bytes[2] = static_cast<std::uint8_t>(random() % 16);
      key.initiator.bytes[3] = static_cast<std::uint8_t>(random());
      key.responder.bytes[3] = static_cast<std::uint8_t>(random() % 8);
      key.protocol = 6;
      key.port = static_cast<std::uint16_t>(random() % 64);
      keys.insert(key);
    }
    std::vector<ConversationKey> shuffled(keys.begin(), keys.end());
    std::shuffle(shuffled.begin(), shuffled.end(), random);
    for (const ConversationKey& key : shuffled) {
      conversations.append(key, {});
      made.push_back({static_cast<Rank>(random() % kRankCount), random() % 2 == 0});
    }
    judged = JudgedConversations(conversations);
  }
  Many(const Many&) = delete;
  Many& operator=(const Many&) = delete;

  [[nodiscard]] std::vector<std::size_t> listed(std::size_t most) const {
    ListedConversations listed(judged, most);
    for (std::size_t index = 0; index < made.size(); ++index) {
      listed.add(index, made[index].rank, made[index].answered);
    }
    return listed.take();
  }

  // The same by sorting all of them, twice.
  [[nodiscard]] std::vector<std::size_t> expected(std::size_t most) const {
    std::vector<std::size_t> indexes(made.size());
    for (std::size_t index = 0; index < indexes.size(); ++index) indexes[index] = index;
    std::sort(indexes.begin(), indexes.end(), [this](std::size_t left, std::size_t right) {
      return std::tuple(made[left].rank, !made[left].answered, judged.key(left)) <
             std::tuple(made[right].rank, !made[right].answered, judged.key(right));
    });
    indexes.resize(std::min(most, indexes.size()));
    std::sort(indexes.begin(), indexes.end(), [this](std::size_t left, std::size_t right) {
      return std::tuple(made[left].rank, judged.key(left)) < std::tuple(made[right].rank, judged.key(right));
    });
    return indexes;
  }

  std::vector<Made> made;
  Conversations conversations;
  JudgedConversations judged;
};

}  // namespace

TEST_CASE("the conversations listed are the ones that sorting all of them would choose") {
  for (const unsigned seed : {1U, 2U}) {
    const Many many(30'000, seed);
    for (const std::size_t most : {0U, 1U, 100U, 2999U, 6001U, 13'000U, 29'999U, 30'000U, 40'000U}) {
      CAPTURE(most);
      CHECK(many.listed(most) == many.expected(most));
    }
  }
}

TEST_CASE("a flood of attempts leaves room for answered conversations") {
  Many many(30'000, 3);
  for (Made& made : many.made) made = {Rank::flagged, false};
  many.made[17'000] = {Rank::flagged, true};
  const std::vector<std::size_t> listed = many.listed(10);
  CHECK(listed.size() == 10);
  CHECK(std::count(listed.begin(), listed.end(), 17'000U) == 1);
}

}  // namespace portproof
