// Text from the network or from a file, made harmless for a terminal. What could move the cursor, change
// colours, reorder or hide text is spelled out: control characters (C0, DEL, C1) and invalid UTF-8 as \n, \t,
// \r or \xNN, characters that steer the direction or that have no width as \u{NNNN}. What is harmless stays
// as it is, backslashes included: the result is for reading, not for reading back.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace portproof {

// With `unicode` false, everything beyond ASCII is spelled out as well.
std::string escape_terminal(std::string_view text, bool unicode = true);

// Columns that escaped text takes on a terminal.
std::size_t display_width(std::string_view escaped);

// At most `columns` columns of escaped text; where something had to go, the last of them is an ellipsis
// ("..." without `unicode`).
std::string shorten(std::string_view escaped, std::size_t columns, bool unicode = true);

}  // namespace portproof
