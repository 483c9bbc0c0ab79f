#include "report/wrap.hpp"

#include <algorithm>

#include "report/escape.hpp"

namespace portproof {

std::vector<std::string> wrap(std::string_view escaped, std::size_t columns) {
  std::vector<std::string> lines{""};
  std::size_t used = 0;
  while (!escaped.empty()) {
    const std::size_t end = std::min(escaped.find(' '), escaped.size());
    const std::string_view word = escaped.substr(0, end);
    escaped.remove_prefix(std::min(end + 1, escaped.size()));
    if (word.empty()) continue;
    const std::size_t width = display_width(word);
    if (used > 0 && used + 1 + width > columns) {
      lines.emplace_back();
      used = 0;
    }
    if (used > 0) {
      lines.back() += ' ';
      ++used;
    }
    lines.back() += word;
    used += width;
  }
  return lines;
}

std::string labelled(std::size_t indent, std::string_view label, std::size_t label_columns,
                     std::string_view escaped, std::size_t width) {
  const std::size_t left = indent + label_columns;
  const std::size_t room = width > left + 20 ? width - left : 20;
  std::string out(indent, ' ');
  out += label;
  const std::size_t used = display_width(label);
  if (used < label_columns) {
    out.append(label_columns - used, ' ');
  } else {
    out += '\n';
    out.append(left, ' ');
  }
  bool first = true;
  for (const std::string& line : wrap(escaped, room)) {
    if (!first) out.append(left, ' ');
    out += line;
    out += '\n';
    first = false;
  }
  return out;
}

}  // namespace portproof
