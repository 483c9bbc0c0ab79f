// No input is ever changed: an output must be a different file, and two outputs two files.
#pragma once

#include <string>
#include <vector>

#include "capture/base/error.hpp"

namespace portproof {

// An option that names a file to write, and that file; empty for standard output or for none.
struct NamedOutput {
  std::string option;  // "-o"
  std::string path;
};

// Error of kind usage if an output is one of `inputs` or of `estate` (the files of inventory and catalog),
// under whatever name, symbolic or hard link, or if two outputs are one file; "-" is standard input, and an
// output without a path is standard output. cannot_create if an output is a link that leads nowhere. Devices,
// pipes and standard streams may be named any number of times.
Expected<void> check_outputs(const std::vector<NamedOutput>& outputs, const std::vector<std::string>& inputs,
                             const std::vector<std::string>& estate = {});

}  // namespace portproof
