#include "report/page.hpp"

#include <algorithm>
#include <ostream>

#include "report/escape.hpp"
#include "report/wrap.hpp"

namespace portproof {
namespace {

// Texts start at this column whatever the indent: at 80 columns a SHA-256 just fits.
constexpr std::size_t kTextColumn = 16;

std::string_view code_of(Style style) {
  switch (style) {
    case Style::plain:
      return "";
    case Style::bold:
      return "\x1b[1m";
    case Style::red:
      return "\x1b[1;31m";
    case Style::green:
      return "\x1b[1;32m";
    case Style::yellow:
      return "\x1b[1;33m";
    case Style::dim:
      return "\x1b[2m";
  }
  return "";
}

}  // namespace

void Page::line(const std::string& text, Style style) {
  const bool styled = options_.color && style != Style::plain;
  if (styled) out_ << code_of(style);
  out_ << text;
  if (styled) out_ << "\x1b[0m";
  out_ << '\n';
}

void Page::blank() {
  out_ << '\n';
}

void Page::heading(std::string_view text, Style style) {
  blank();
  paragraph(text, 0, 2, style);
}

void Page::paragraph(std::string_view text, std::size_t indent, std::size_t hang, Style style) {
  const auto width = static_cast<std::size_t>(std::max(20, options_.width));
  const std::size_t left = indent + hang;
  const std::size_t room = width > left + 20 ? width - left : 20;
  bool first = true;
  for (const std::string& text_line : wrap(escape_terminal(text, options_.unicode), room)) {
    line(std::string(first ? indent : left, ' ') + text_line, style);
    first = false;
  }
}

void Page::field(std::string_view label, std::string_view text, std::size_t indent) {
  const auto width = static_cast<std::size_t>(std::max(20, options_.width));
  out_ << labelled(indent, escape_terminal(label, options_.unicode), kTextColumn - indent,
                   escape_terminal(text, options_.unicode), width);
}

void Page::command(std::string_view label, std::string_view text, std::size_t indent) {
  const auto width = static_cast<std::size_t>(std::max(20, options_.width));
  std::string lines =
      labelled(indent, label, kTextColumn - indent, escape_terminal(text, options_.unicode), width - 2);
  for (std::size_t at = lines.find('\n'); at + 1 < lines.size(); at = lines.find('\n', at + 3)) {
    lines.insert(at, " \\");
  }
  out_ << lines;
}

}  // namespace portproof
