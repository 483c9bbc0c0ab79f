#include "report/table.hpp"

#include <algorithm>
#include <ostream>

#include "report/escape.hpp"
#include "report/wrap.hpp"

namespace portproof {
namespace {

constexpr std::size_t kGap = 2;        // columns between two columns
constexpr std::size_t kNarrowest = 8;  // the least width of a column whose cells are cut

using Row = std::function<std::vector<std::string>(std::size_t)>;

// How wide each column is naturally, and how narrow it may become.
struct Widths {
  std::vector<std::size_t> natural;
  std::vector<std::size_t> least;
};

std::size_t longest_word(std::string_view text) {
  std::size_t longest = 0;
  for (const std::string& word : wrap(text, 1)) longest = std::max(longest, display_width(word));
  return longest;
}

void measure(const std::vector<Column>& columns, const std::vector<std::string>& cells, bool unicode,
             Widths& widths) {
  for (std::size_t index = 0; index < columns.size(); ++index) {
    const std::string cell = escape_terminal(cells[index], unicode);
    const std::size_t natural = display_width(cell);
    std::size_t least = natural;
    if (columns[index].shrink == Shrink::cut) least = std::min(natural, kNarrowest);
    if (columns[index].shrink == Shrink::wrap) least = longest_word(cell);
    widths.natural[index] = std::max(widths.natural[index], natural);
    widths.least[index] = std::max(widths.least[index], least);
  }
}

std::size_t total_width(const std::vector<std::size_t>& widths, const std::vector<bool>& shown) {
  std::size_t total = 0;
  for (std::size_t index = 0; index < widths.size(); ++index) {
    if (shown[index]) total += widths[index] + (total > 0 ? kGap : 0);
  }
  return total;
}

// Repeatedly narrows the widest column that may still shrink, by one.
void shrink(const Widths& widths, const std::vector<bool>& shown, std::size_t room,
            std::vector<std::size_t>& chosen) {
  for (std::size_t total = total_width(chosen, shown); total > room; --total) {
    std::size_t* widest = nullptr;
    for (std::size_t index = 0; index < chosen.size(); ++index) {
      if (!shown[index] || chosen[index] <= widths.least[index]) continue;
      if (widest == nullptr || chosen[index] > *widest) widest = &chosen[index];
    }
    if (widest == nullptr) return;
    --*widest;
  }
}

// Leaves out columns, those with the highest `spare` first, until the rest fits when shrunk.
std::vector<bool> choose(const std::vector<Column>& columns, const Widths& widths, std::size_t room) {
  std::vector<bool> shown(columns.size(), true);
  while (total_width(widths.least, shown) > room) {
    std::size_t sparest = columns.size();
    for (std::size_t index = 0; index < columns.size(); ++index) {
      if (!shown[index] || columns[index].spare == 0) continue;
      if (sparest == columns.size() || columns[index].spare > columns[sparest].spare) sparest = index;
    }
    if (sparest == columns.size()) break;
    shown[sparest] = false;
  }
  return shown;
}

class Printer {
 public:
  Printer(const std::vector<Column>& columns, std::vector<std::size_t> widths, std::vector<bool> shown,
          const TableOptions& options, std::ostream& out)
      : columns_(columns),
        widths_(std::move(widths)),
        shown_(std::move(shown)),
        options_(options),
        out_(out) {}

  void print(const std::vector<std::string>& cells) {
    std::vector<std::vector<std::string>> lines;
    std::size_t height = 1;
    for (std::size_t index = 0; index < columns_.size(); ++index) {
      lines.push_back(shown_[index] ? cell_lines(cells[index], index) : std::vector<std::string>{});
      height = std::max(height, lines.back().size());
    }
    for (std::size_t line = 0; line < height; ++line) print_line(lines, line);
  }

 private:
  std::vector<std::string> cell_lines(const std::string& cell, std::size_t index) const {
    const std::string text = escape_terminal(cell, options_.unicode);
    switch (columns_[index].shrink) {
      case Shrink::never:
        return {text};
      case Shrink::cut:
        return {shorten(text, widths_[index], options_.unicode)};
      case Shrink::wrap:
        break;
    }
    return wrap(text, widths_[index]);
  }

  void print_line(const std::vector<std::vector<std::string>>& lines, std::size_t line) const {
    std::string text(static_cast<std::size_t>(std::max(0, options_.indent)), ' ');
    for (std::size_t index = 0; index < columns_.size(); ++index) {
      if (!shown_[index]) continue;
      const std::string cell = line < lines[index].size() ? lines[index][line] : "";
      const std::size_t used = display_width(cell);
      const std::string padding(widths_[index] > used ? widths_[index] - used : 0, ' ');
      text += columns_[index].align == Align::right ? padding + cell : cell + padding;
      text.append(kGap, ' ');
    }
    text.erase(text.find_last_not_of(' ') + 1);
    out_ << text << '\n';
  }

  const std::vector<Column>& columns_;
  std::vector<std::size_t> widths_;
  std::vector<bool> shown_;
  TableOptions options_;
  std::ostream& out_;
};

}  // namespace

void write_table(const std::vector<Column>& columns, std::size_t rows, const Row& row,
                 const TableOptions& options, std::ostream& out) {
  const auto room = static_cast<std::size_t>(std::max(20, options.width - options.indent));
  std::vector<std::string> titles;
  titles.reserve(columns.size());
  for (const Column& column : columns) titles.push_back(column.title);
  Widths widths{std::vector<std::size_t>(columns.size()), std::vector<std::size_t>(columns.size())};
  measure(columns, titles, options.unicode, widths);
  for (std::size_t number = 0; number < rows; ++number) {
    measure(columns, row(number), options.unicode, widths);
  }
  std::vector<bool> shown = choose(columns, widths, room);
  std::vector<std::size_t> chosen = widths.natural;
  shrink(widths, shown, room, chosen);
  Printer printer(columns, std::move(chosen), std::move(shown), options, out);
  printer.print(titles);
  for (std::size_t number = 0; number < rows; ++number) printer.print(row(number));
}

}  // namespace portproof
