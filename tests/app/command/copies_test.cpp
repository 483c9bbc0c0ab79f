#include "app/command/copies.hpp"

#include <doctest/doctest.h>

#include <filesystem>
#include <string>

#include "tests/support/bytes.hpp"
#include "tests/support/temporary_folder.hpp"

using namespace portproof;
using namespace portproof::test;
namespace fs = std::filesystem;

namespace {

// Longer than what is compared first.
Bytes content(std::uint8_t first, std::uint8_t last) {
  Bytes bytes(10'000, 7);
  bytes.front() = first;
  bytes.back() = last;
  return bytes;
}

}  // namespace

TEST_CASE("copies: the first file of equal content stays, in the order of the list") {
  const TemporaryFolder folder;
  const std::string a = folder.save("a", content(1, 1));
  const std::string b = folder.save("b", content(1, 2));  // differs at the end only
  const std::string c = folder.save("c", content(2, 1));  // differs at the beginning
  const std::string again = folder.save("again", content(1, 2));
  const std::string once_more = folder.save("once-more", content(1, 2));
  std::vector<std::string> paths{a, b, again, c, once_more};
  const std::vector<Copy> copies = take_out_copies(paths);
  CHECK(paths == std::vector<std::string>{a, b, c});
  REQUIRE(copies.size() == 2);
  CHECK(copies[0].path == again);
  CHECK(copies[0].original == b);
  CHECK(copies[1].path == once_more);
  CHECK(copies[1].original == b);
  CHECK(sentence(copies[0]) == again + " has the same content as " + b + " and counts once");
}

TEST_CASE("copies: two names of one file are one") {
  const TemporaryFolder folder;
  const std::string file = folder.save("file", content(1, 1));
  fs::create_hard_link(file, folder.file("hard"));
  fs::create_symlink(file, folder.file("soft"));
  std::vector<std::string> paths{folder.file("soft"), file, folder.file("hard")};
  CHECK(take_out_copies(paths).size() == 2);
  CHECK(paths == std::vector<std::string>{folder.file("soft")});
}

TEST_CASE("copies: what is empty, missing or a stream is nobody's copy") {
  const TemporaryFolder folder;
  const std::string empty = folder.save("empty", Bytes{});
  const std::string also_empty = folder.save("also-empty", Bytes{});
  std::vector<std::string> paths{"-", empty, also_empty, folder.file("none"), folder.path};
  const std::vector<std::string> all = paths;
  CHECK(take_out_copies(paths).empty());
  CHECK(paths == all);
}
