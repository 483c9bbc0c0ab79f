#include "capture/identify/pieces.hpp"

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <vector>

using namespace portproof;

namespace {

// Pieces in 64 bytes, as text; '.' was never written.
struct Message {
  Pieces pieces;
  std::vector<std::uint8_t> bytes = std::vector<std::uint8_t>(64, '.');

  bool add(std::uint64_t offset, const std::string& text) {
    return pieces.add(bytes, offset, {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  }
  [[nodiscard]] std::string whole() const {
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(pieces.whole())};
  }
};

}  // namespace

TEST_CASE("pieces in any order are one message") {
  Message message;
  message.add(6, "gh");
  message.add(2, "cd");
  CHECK(message.whole().empty());
  message.add(0, "ab");
  CHECK(message.whole() == "abcd");
  message.add(4, "ef");
  CHECK(message.whole() == "abcdefgh");
}

TEST_CASE("the first data to arrive stays") {
  Message message;
  message.add(2, "cd");
  message.add(6, "gh");
  message.add(0, "XXXXXXXXXX");
  CHECK(message.whole() == "XXcdXXghXX");
  message.add(0, "YYYY");
  CHECK(message.whole() == "XXcdXXghXX");
}

TEST_CASE("data after the end is ignored") {
  Message message;
  CHECK(message.add(60, "abcdefgh"));
  CHECK(message.add(64, "x"));
  CHECK(message.add(0xffffffffffffffff, "x"));
  message.add(0, std::string(60, '-'));
  CHECK(message.whole() == std::string(60, '-') + "abcd");
}

TEST_CASE("too many holes") {
  Message message;
  message.bytes.resize(200);
  for (std::size_t hole = 0; hole < Pieces::kMost; ++hole) CHECK(message.add(1 + 2 * hole, "x"));
  CHECK_FALSE(message.add(1 + 2 * Pieces::kMost, "x"));
  CHECK(message.add(0, "xxxx"));  // fills one of them
  CHECK(message.whole() == "xxxx");
  CHECK(message.add(1 + 2 * Pieces::kMost, "x"));
}

TEST_CASE("random pieces, compared with a simple count of every byte") {
  std::mt19937 random(5);
  for (int round = 0; round < 500; ++round) {
    Message message;
    std::string expected(64, '.');
    for (auto count = random() % 30; count > 0; --count) {
      const std::size_t offset = random() % 64;
      const std::string text(1 + random() % 9, static_cast<char>('a' + random() % 26));
      CHECK(message.add(offset, text));
      for (std::size_t at = offset; at < std::min<std::size_t>(64, offset + text.size()); ++at) {
        if (expected[at] == '.') expected[at] = text[0];
      }
    }
    CHECK(message.whole() == expected.substr(0, expected.find('.')));
    CHECK(std::string(message.bytes.begin(), message.bytes.end()) == expected);
  }
}
