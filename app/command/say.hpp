// Messages to the person who runs the program, on standard error.
#pragma once

#include <string_view>

namespace portproof {

// Writes the text as it is, including line ends. Failing to write is ignored: nobody could be told, and a
// full disk or a reader that has gone must not affect reports and evidence.
void say(std::string_view text) noexcept;

// From now on, whatever standard error has no room for is dropped: a pipe that nobody empties, or a stopped
// terminal, must not hold up the program. Call it before rights are given up.
void say_without_waiting();

}  // namespace portproof
