#include "catalog/internal/toml_bounds.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace portproof;

namespace {

std::string repeated(std::size_t times, std::string_view what) {
  std::string text;
  for (std::size_t time = 0; time < times; ++time) text += what;
  return text;
}

// "a.a.a", of so many parts.
std::string key_of(std::size_t parts) {
  return repeated(parts - 1, "a.") + "a";
}

// The line of the first excess; 0 for none.
std::size_t line_of_excess(const std::string& text) {
  const auto fault = exceeded_bound(text);
  return fault ? fault->line : 0;
}

}  // namespace

TEST_CASE("toml bounds: a key may have so many parts, wherever it stands") {
  const std::string most = key_of(kMostKeyParts);
  const std::string more = key_of(kMostKeyParts + 1);
  struct Place {
    std::string before;
    std::string after;
  };
  for (const Place& place : {Place{"", " = 1\n"}, Place{"[", "]\n"}, Place{"[[", "]]\n"},
                             Place{"x = {", " = 1}\n"}, Place{"x = {b = 1, ", " = 1}\n"}}) {
    CAPTURE(place.before);
    CHECK(line_of_excess("\n" + place.before + most + place.after) == 0);
    CHECK(line_of_excess("\n" + place.before + more + place.after) == 2);
  }
  // A part in quotes is a part like any other; its dots are not.
  CHECK(line_of_excess("\"a.b.c\"." + key_of(kMostKeyParts - 1) + " = 1\n") == 0);
  CHECK(line_of_excess("\"a.b.c\"." + most + " = 1\n") == 1);
}

TEST_CASE("toml bounds: dots in strings and comments are no parts of a key") {
  const std::string dots = repeated(100, ".");
  for (const std::string& text :
       {"a = \"" + dots + "\"\n", "a = '" + dots + "'\n", "a = \"\"\"\n" + dots + "\n\"\"\"\n",
        "a = '''\n" + dots + "\n'''\n", "# " + dots + "\n",
        "a = [\"1.1.1.1\"," + repeated(50, "\"1.2.3.4\", ") + "]\n",
        "a = [" + repeated(50, "0.5, ") + "]\n"}) {
    CAPTURE(text);
    CHECK(line_of_excess(text) == 0);
  }
}

TEST_CASE("toml bounds: strings end where they end for the parser") {
  const std::string deep = key_of(100) + " = 1\n";
  for (const std::string& before : {std::string("a = \"x\\\"\"\n"), std::string("a = 'x\\'\n"),
                                    std::string("a = \"\"\n"), std::string("a = \"\"\"x\"\"\"\n"),
                                    std::string("a = '''x'''\n"), std::string("a = \"\"\"\\\"\"\"\"\n"),
                                    std::string("a = \"x # y\"\n"), std::string("a = \"x\" # \"\n")}) {
    CAPTURE(before);
    CHECK(line_of_excess(before + deep) == 2);
  }
  // Up to two quotes before the closing three are text; what follows on the line is no string.
  for (const char* const quotes : {"\"\"\"", "'''"}) {
    for (const std::size_t more : {0, 1, 2}) {
      const std::string text = std::string("x = {a = ") + quotes + "foo" + quotes +
                               std::string(more, quotes[0]) + ", " + key_of(100) + " = 1}\n";
      CAPTURE(text);
      CHECK(line_of_excess(text) == 1);
    }
  }
}

TEST_CASE("toml bounds: brackets nest so deep, arrays and tables alike") {
  CHECK(line_of_excess("a = " + repeated(kDeepestToml, "[") + repeated(kDeepestToml, "]") + "\n") == 0);
  CHECK(line_of_excess("\na = " + repeated(kDeepestToml + 1, "[") + repeated(kDeepestToml + 1, "]") + "\n") ==
        2);
  CHECK(line_of_excess("a = " + repeated(20, "{b = [") + "\n") == 1);
  // Brackets that were closed do not count, nor do those in strings.
  CHECK(line_of_excess(repeated(1000, "[[host]]\nx = [[1], [2]]\n")) == 0);
  CHECK(line_of_excess("a = \"" + repeated(100, "[") + "\"\n") == 0);
}

TEST_CASE("toml bounds: a line may be so long") {
  const std::string most(kLongestTomlLine - 6, 'x');
  CHECK(line_of_excess("a = \"" + most + "\"\n") == 0);
  CHECK(line_of_excess("a = \"" + most + "\"") == 0);
  CHECK(line_of_excess("\na = \"" + most + "x\"\n") == 2);
  CHECK(line_of_excess("\na = \"" + most + "x\"") == 2);
  CHECK(line_of_excess("\n# " + most + "xxxxxx\n") == 2);
  CHECK(line_of_excess("a = '''\n\n" + most + "xxxxxxxx\n'''\n") == 3);
}

TEST_CASE("toml bounds: the parser survives what the bounds allow, and never sees the rest") {
  const std::string part = key_of(kMostKeyParts);
  std::string text = "[" + part + "]\n" + part + " = ";
  for (std::size_t depth = 0; depth < kDeepestToml; ++depth) text += "{" + part + " = ";
  text += "1" + repeated(kDeepestToml, "}") + "\n";
  CHECK(parse_toml(text));

  const auto refused = parse_toml("a = 1\n" + key_of(10'000) + " = 1\n");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().line == 2);
  CHECK(refused.error().what == "a key has more than 16 parts");
}
