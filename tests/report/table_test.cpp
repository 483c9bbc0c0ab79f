#include "report/table.hpp"

#include <doctest/doctest.h>

#include <sstream>

namespace portproof {
namespace {

using Rows = std::vector<std::vector<std::string>>;

std::string table(const std::vector<Column>& columns, const Rows& rows, const TableOptions& options) {
  std::ostringstream out;
  write_table(
      columns, rows.size(), [&rows](std::size_t index) { return rows[index]; }, options, out);
  return out.str();
}

TEST_CASE("table: columns are as wide as their widest cell, numbers right-aligned") {
  CHECK(table({{"NAME"}, {"COUNT", Align::right}}, {{"a", "1"}, {"longer", "1000"}}, {}) ==
        "NAME    COUNT\n"
        "a           1\n"
        "longer   1000\n");
}

TEST_CASE("table: optional columns are dropped first") {
  TableOptions options;
  options.width = 20;
  CHECK(table({{"A"}, {"B", Align::left, Shrink::never, 1}, {"C", Align::left, Shrink::never, 2}},
              {{"aaaaaaaa", "bbbbbbbb", "cccccccc"}}, options) ==
        "A         B\n"
        "aaaaaaaa  bbbbbbbb\n");
}

TEST_CASE("table: then cells are cut or wrapped") {
  TableOptions options;
  options.width = 24;
  CHECK(table({{"A"}, {"B", Align::left, Shrink::wrap}}, {{"key", "some words that are long"}}, options) ==
        "A    B\n"
        "key  some words that are\n"
        "     long\n");
  CHECK(table({{"A"}, {"B", Align::left, Shrink::cut}}, {{"key", "some words that are long"}}, options) ==
        "A    B\n"
        "key  some words that ar…\n");
}

TEST_CASE("table: cells are escaped") {
  CHECK(table({{"A"}}, {{"\x1b[2J"}}, {}) == "A\n\\x1b[2J\n");
}

TEST_CASE("table: without rows there are still titles") {
  CHECK(table({{"A"}, {"B"}}, {}, {}) == "A  B\n");
}

}  // namespace
}  // namespace portproof
