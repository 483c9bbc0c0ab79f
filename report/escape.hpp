// Makes text from the network or from a file harmless for a terminal. Whatever could move the cursor, change
// colours, or reorder or hide text is spelled out: control characters (C0, DEL, C1) and invalid UTF-8 as \n,
// \t, \r or \xNN, characters that change the direction or have no width as \u{NNNN}. Everything else stays as
// it is, including backslashes: the result is for people and cannot be decoded.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace portproof {

// If `unicode` is false, everything beyond ASCII is spelled out as well.
std::string escape_terminal(std::string_view text, bool unicode = true);

// The number of columns that escaped text takes on a terminal.
std::size_t display_width(std::string_view escaped);

// At most `columns` columns of escaped text. If cut, it ends in an ellipsis ("..." without `unicode`).
std::string shorten(std::string_view escaped, std::size_t columns, bool unicode = true);

}  // namespace portproof
