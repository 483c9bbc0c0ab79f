// Paragraphs for a terminal.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace portproof {

// The text broken at spaces into lines of at most `columns` columns. A longer word has a line of its own,
// unbroken, so that an address or a path can still be copied. Never empty.
std::vector<std::string> wrap(std::string_view escaped, std::size_t columns);

// "  LABEL     text text text" with further lines aligned below the first line's text, each ending in a
// newline. A label that fills its columns has a line of its own.
std::string labelled(std::size_t indent, std::string_view label, std::size_t label_columns,
                     std::string_view escaped, std::size_t width);

}  // namespace portproof
