#include "catalog/toml_file.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include "tests/support/temporary_folder.hpp"

using namespace portproof;
using namespace portproof::test;

TEST_CASE("a TOML file is read whole") {
  const TemporaryFolder folder;
  const std::string text = "a = 1\n";
  const std::string path =
      folder.save("site.toml", {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
  CHECK(read_toml_file(path, "the inventory") == text);
}

TEST_CASE("a TOML file that is not there") {
  const TemporaryFolder folder;
  const auto text = read_toml_file(folder.file("none.toml"), "the inventory");
  REQUIRE_FALSE(text);
  CHECK(text.error().kind == ErrorKind::input_missing);
  CHECK(text.error().what == "cannot read the inventory: No such file or directory");
}

TEST_CASE("what never ends is no TOML file") {
  const auto text = read_toml_file("/dev/zero", "the inventory");
  REQUIRE_FALSE(text);
  CHECK(text.error().kind == ErrorKind::bad_data);
  CHECK(text.error().what == "is longer than 16 MiB, the most that is read of the inventory");
}
