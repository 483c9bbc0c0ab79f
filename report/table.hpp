// A text table that fits a terminal: columns as wide as their widest cell. If that is too wide, dispensable
// columns are left out first; then cells in columns that may shrink are cut with an ellipsis or wrapped.
// Cells are escaped here (report/escape.hpp), so callers need not do it.
//
// Each row is requested twice, once to measure and once to print, so that a list of a million flows is never
// held as text.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace portproof {

enum class Align : std::uint8_t { left, right };

// What may happen to a column's cells if the table is too wide.
enum class Shrink : std::uint8_t {
  never,
  cut,   // with an ellipsis, to 8 columns at least
  wrap,  // onto several lines, at spaces
};

struct Column {
  std::string title;
  Align align{Align::left};
  Shrink shrink{Shrink::never};
  int spare{0};  // if room is short, columns with the highest number are left out first; 0: never
};

struct TableOptions {
  int width{80};
  int indent{0};
  bool unicode{true};
};

// `row` returns the cells of rows 0 to `rows` - 1, one per column.
void write_table(const std::vector<Column>& columns, std::size_t rows,
                 const std::function<std::vector<std::string>(std::size_t)>& row, const TableOptions& options,
                 std::ostream& out);

}  // namespace portproof
