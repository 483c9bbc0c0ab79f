// What is said to whoever runs the program: on standard error.
#pragma once

#include <string_view>

namespace portproof {

// Writes it as it is, line ends and all. That it cannot be written is no fault of what the program is there
// for, and nobody could be told: a full disk or a reader that went away leaves reports and evidence alone.
void say(std::string_view text) noexcept;

// From now on whatever standard error has no room for at once is left out: a pipe that nobody empties, or a
// terminal that was stopped, must not hold up the program. Call it before rights are given up.
void say_without_waiting();

}  // namespace portproof
