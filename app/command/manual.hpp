// The manual page portproof(1), in roff, as `portproof help --man` prints it. It is not a file of the
// repository: `portproof help --man > portproof.1` makes it.
#pragma once

#include <span>
#include <string>

#include "app/command/command.hpp"

namespace portproof {

std::string manual_page(std::span<const Command> commands, std::string_view version);

}  // namespace portproof
