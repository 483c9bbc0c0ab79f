// No input is ever changed: an output must be another file, and two outputs two files.
#pragma once

#include <string>
#include <vector>

#include "capture/base/error.hpp"

namespace portproof {

// An option that names a file to write, and that file; empty for none.
struct NamedOutput {
  std::string option;  // "-o"
  std::string path;
};

// Error of kind usage where an output is a file of `inputs`, by whatever name or link, or two outputs are one
// file; "-" is standard input. cannot_create where an output is a link that leads nowhere. Devices, pipes and
// standard streams may be named as often as one likes.
Expected<void> check_outputs(const std::vector<NamedOutput>& outputs, const std::vector<std::string>& inputs);

}  // namespace portproof
