// What `portproof help` prints: the list of commands, and the page about one.
#pragma once

#include <span>
#include <string>

#include "app/command/command.hpp"

namespace portproof {

// One line per command.
std::string overview(std::span<const Command> commands);

// Usage, description, examples and options, in 80 columns.
std::string help_of(const Command& command);

}  // namespace portproof
