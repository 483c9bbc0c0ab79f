#include "report/wrap.hpp"

#include <doctest/doctest.h>

namespace portproof {
namespace {

TEST_CASE("wrap: breaks at spaces, never within a word") {
  CHECK(wrap("one two three", 7) == std::vector<std::string>{"one two", "three"});
  CHECK(wrap("one two three", 80) == std::vector<std::string>{"one two three"});
  CHECK(wrap("a fd20:1:2:3:4:5:6:7 b", 10) == std::vector<std::string>{"a", "fd20:1:2:3:4:5:6:7", "b"});
  CHECK(wrap("", 10) == std::vector<std::string>{""});
}

TEST_CASE("wrap: continuation lines of a labelled text start under its first line") {
  CHECK(labelled(2, "hosts", 8, "one two three four five six", 32) ==
        "  hosts   one two three four\n"
        "          five six\n");
  CHECK(labelled(0, "long label", 4, "x", 80) == "long label\n    x\n");
}

}  // namespace
}  // namespace portproof
