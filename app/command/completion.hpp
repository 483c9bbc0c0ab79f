// Scripts that complete portproof's command lines in a shell, made from the tables of commands and options.
#pragma once

#include <span>
#include <string>

#include "app/command/command.hpp"

namespace portproof {

// For bash, and for zsh with its bashcompinit: `source <(portproof help --completion bash)`.
std::string bash_completion(std::span<const Command> commands);

// For fish: `portproof help --completion fish | source`.
std::string fish_completion(std::span<const Command> commands);

}  // namespace portproof
