// Where a command's result goes: standard output, or a file that is either complete or absent.
#pragma once

#include <cstdio>
#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include "capture/base/error.hpp"

namespace portproof {

// Writes and flushes; 0, or an Error of kind io.
Expected<int> write_standard_output(std::string_view text);

// Calls `write` with a stream that goes to `path`, or to standard output if `path` is empty or "-". A file is
// written under a temporary name beside it, synced and renamed. A link stays, and what it leads to is
// replaced; devices, pipes and descriptors (/dev/stdout) are written to as they are. Errors: cannot_create if
// the file cannot be made, io if writing fails.
Expected<void> write_output(const std::string& path, const std::function<void(std::ostream&)>& write);

// Is it a terminal, and how wide? 80 if that is not known.
bool is_terminal(std::FILE* stream);
int terminal_width(std::FILE* stream);

// Colour goes only to a terminal, and only if NO_COLOR is unset or empty (https://no-color.org).
bool wants_color(std::FILE* stream);

}  // namespace portproof
