#include "capture/evidence/chunks.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <numeric>
#include <string>

using namespace portproof;

namespace {

using Texts = Chunks<std::shared_ptr<std::string>>;
constexpr std::size_t kMany = Texts::kPerBlock * 2 + 77;

Texts many() {
  Texts texts;
  for (std::size_t index = 0; index < kMany; ++index) {
    texts.push_back(std::make_shared<std::string>(std::to_string(index)));
  }
  return texts;
}

}  // namespace

TEST_CASE("values keep their addresses while the sequence grows, is copied and moved") {
  const Texts texts = many();
  const Texts copy = texts;  // NOLINT(performance-unnecessary-copy-initialization): it is what is tested
  const Texts moved = Texts{copy};
  for (std::size_t index = 0; index < kMany; index += 1001) {
    REQUIRE(*texts[index] == std::to_string(index));
    REQUIRE(*moved[index] == std::to_string(index));
  }
  CHECK(copy.size() == kMany);
  CHECK(*texts.back() == std::to_string(kMany - 1));
  std::size_t count = 0;
  for (const auto& text : texts) count += text ? 1 : 0;
  CHECK(count == kMany);
}

TEST_CASE("values can be sorted") {
  Texts texts = many();
  std::vector<std::uint32_t> order(kMany);
  std::iota(order.rbegin(), order.rend(), 0U);
  texts.arrange(order);
  CHECK(*texts[0] == std::to_string(kMany - 1));
  CHECK(*texts.back() == "0");
}

TEST_CASE("values that are taken are released, and no others") {
  Texts texts = many();
  std::weak_ptr<std::string> first = texts[0];
  std::weak_ptr<std::string> last = texts.back();
  for (std::size_t index = 0; index + 1 < kMany; ++index) {
    REQUIRE(*texts.take(index) == std::to_string(index));
  }
  CHECK(first.expired());
  CHECK_FALSE(last.expired());
  texts.clear();
  CHECK(last.expired());
  CHECK(texts.empty());
}
