// A text table that fits a terminal: columns as wide as their widest cell. Where that is too wide, columns
// that can be done without go first, then cells of the columns that may shrink are cut with an ellipsis or
// wrapped. Cells are escaped here (report/escape.hpp); nobody else has to.
//
// Rows are asked for twice, once to measure and once to print, so that a list of a million flows is never
// held as text.
#pragma once

#include <functional>
#include <iosfwd>
#include <string>
#include <vector>

namespace portproof {

enum class Align : std::uint8_t { left, right };

// What may happen to a column's cells where the table is too wide.
enum class Shrink : std::uint8_t {
  never,
  cut,   // with an ellipsis, to 8 columns at least
  wrap,  // on several lines, at spaces
};

struct Column {
  std::string title;
  Align align{Align::left};
  Shrink shrink{Shrink::never};
  int spare{0};  // columns with the highest number are left out first where room is short; 0: never
};

struct TableOptions {
  int width{80};
  int indent{0};
  bool unicode{true};
};

// `row` gives the cells of row 0 to `rows` - 1, one a column.
void write_table(const std::vector<Column>& columns, std::size_t rows,
                 const std::function<std::vector<std::string>(std::size_t)>& row, const TableOptions& options,
                 std::ostream& out);

}  // namespace portproof
