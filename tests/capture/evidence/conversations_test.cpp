#include "capture/evidence/conversations.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>

using namespace portproof;

namespace {

IpAddress address(std::uint32_t number, bool v6) {
  const std::array<std::uint8_t, 16> bytes{
      static_cast<std::uint8_t>(v6 ? 0xfd : 10), static_cast<std::uint8_t>(number >> 16U),
      static_cast<std::uint8_t>(number >> 8U), static_cast<std::uint8_t>(number)};
  return v6 ? IpAddress::v6(bytes.data()) : IpAddress::v4(bytes.data());
}

ConversationKey random_key(std::mt19937& random) {
  ConversationKey key;
  key.initiator = address(static_cast<std::uint32_t>(random() % 300), random() % 8 == 0);
  key.responder = address(static_cast<std::uint32_t>(random() % 300), random() % 8 == 0);
  key.protocol = kProtocolTcp;
  key.port = static_cast<std::uint16_t>(random() % 3);
  if (random() % 5 == 0) {
    key.name_state = NameState::given;
    key.name = "n" + std::to_string(random() % 3);
  }
  return key;
}

}  // namespace

TEST_CASE("conversations are found as in a map, and sort as in a map") {
  std::mt19937 random(11);
  Conversations conversations;
  std::map<ConversationKey, std::uint64_t> expected;
  // More than a block of them, and more than the few that are sorted by simple means.
  while (expected.size() < Chunks<Conversations::value_type>::kPerBlock + 5000) {
    const ConversationKey key = random_key(random);
    ++conversations[key].sessions;
    ++expected[key];
  }
  REQUIRE(conversations.size() == expected.size());
  CHECK_FALSE(conversations.is_sorted());
  for (const auto& [key, sessions] : expected) {
    REQUIRE(conversations.find(key) != nullptr);
    REQUIRE(conversations.find(key)->sessions == sessions);
  }
  const Conversations unsorted = conversations;
  conversations.sort();
  CHECK(conversations == unsorted);
  auto next = expected.begin();
  for (const auto& [key, facts] : conversations) {
    REQUIRE(key == next->first);
    REQUIRE(facts.sessions == next->second);
    REQUIRE(conversations.find(key) == &facts);
    ++next;
  }
  // Adding continues afterwards.
  ConversationKey other;
  other.port = 9;
  CHECK_FALSE(conversations.contains(other));
  ++conversations[other].sessions;
  CHECK(conversations.contains(other));
  CHECK_FALSE(conversations == unsorted);
}

TEST_CASE("what is taken out is gone, and nothing else") {
  std::mt19937 random(12);
  Conversations conversations;
  for (int count = 0; count < 500; ++count) ++conversations[random_key(random)].sessions;
  std::map<ConversationKey, bool> stays;
  std::vector<std::uint32_t> gone;
  for (std::uint32_t index = 0; index < conversations.size(); ++index) {
    const bool goes = random() % 3 == 0;
    stays[conversations.at(index).first] = !goes;
    if (goes) gone.push_back(index);
  }
  const std::size_t before = conversations.size();
  conversations.erase(gone);
  CHECK(conversations.size() == before - gone.size());
  std::size_t named = 0;
  for (const auto& [key, stay] : stays) {
    CHECK(conversations.contains(key) == stay);
    named += stay && key.name_state == NameState::given ? 1 : 0;
  }
  CHECK(conversations.count(NameState::given) == named);
}

TEST_CASE("a conversation takes 144 bytes") {
  CHECK(sizeof(Conversations::value_type) == 144);
}

TEST_CASE("conversations appended in order count as sorted") {
  Conversations conversations;
  ConversationKey key;
  for (std::uint16_t port = 1; port <= 3; ++port) {
    key.port = port;
    conversations.append(key, {});
  }
  CHECK(conversations.is_sorted());
  key.port = 2;
  key.protocol = 6;
  conversations.append(key, {});
  key.protocol = 0;
  key.port = 0;
  conversations.append(key, {});
  CHECK_FALSE(conversations.is_sorted());
  conversations.sort();
  CHECK(conversations.at(0).first.port == 0);
}
