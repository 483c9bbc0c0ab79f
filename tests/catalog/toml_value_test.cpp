#include "catalog/toml_value.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace portproof;

namespace {

const TomlValue& at(const TomlValue& table, std::string_view key) {
  for (const TomlMember& member : table.members) {
    if (member.key == key) return member.value;
  }
  FAIL("no such key");
  return table;
}

}  // namespace

TEST_CASE("values keep their kind, text and line") {
  const auto root = parse_toml(
      "word = \"x\"\n"
      "yes = true\n"
      "count = 42\n"
      "share = 0.5\n"
      "day = 2020-06-01\n"
      "list = [\n"
      "  \"one\",\n"
      "  \"two\",\n"
      "]\n"
      "[table]\n"
      "inner = 'y'\n"
      "[[rows]]\n"
      "n = 1\n"
      "[[rows]]\n"
      "n = 2\n");
  REQUIRE(root);
  CHECK(at(*root, "word").text == "x");
  CHECK(at(*root, "word").kind == TomlValue::Kind::text);
  CHECK(at(*root, "yes").truth);
  CHECK(at(*root, "count").kind == TomlValue::Kind::number);
  CHECK(at(*root, "count").text == "42");
  CHECK(at(*root, "share").kind == TomlValue::Kind::number);
  CHECK(at(*root, "day").kind == TomlValue::Kind::date);
  CHECK(at(*root, "day").text == "2020-06-01");
  CHECK(at(*root, "day").line == 5);
  CHECK(at(*root, "list").line == 6);
  REQUIRE(at(*root, "list").items.size() == 2);
  CHECK(at(*root, "list").items[1].line == 8);
  CHECK(at(*root, "table").line == 10);
  CHECK(at(at(*root, "table"), "inner").line == 11);
  REQUIRE(at(*root, "rows").items.size() == 2);
  CHECK(at(*root, "rows").items[0].line == 12);
  CHECK(at(*root, "rows").items[1].line == 14);
}

TEST_CASE("text that is not TOML is an error with its line") {
  for (const char* const text :
       {"a = 1\nb = \nc = 2\n", "a = 1\nb = \"unfinished\n", "a = 1\na = 2\n", "\n[[x]\n"}) {
    CAPTURE(text);
    const auto root = parse_toml(text);
    REQUIRE_FALSE(root);
    CHECK(root.error().line == 2);
    CHECK(root.error().what.starts_with("not valid TOML: "));
  }
}

TEST_CASE("an endlessly nested document is an error, not a crash") {
  CHECK_FALSE(parse_toml("a = " + std::string(100'000, '[')));
  std::string keys = "a";
  for (int depth = 0; depth < 10; ++depth) keys += ".a";
  CHECK(parse_toml(keys + " = 1"));
  for (int depth = 0; depth < 100'000; ++depth) keys += ".a";
  CHECK_FALSE(parse_toml(keys + " = 1"));
}
