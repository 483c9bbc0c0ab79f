// `catalog lint`: checks editions and overlays, alone and together.
#pragma once

#include <string>
#include <vector>

#include "app/command/arguments.hpp"
#include "capture/base/error.hpp"

namespace portproof {

// Of a folder, if `words` names one: its edition, and that with each overlay in its subfolder and with all of
// them. Else of the catalog that the options choose. Without any, of everything that is compiled in. Prints
// the findings, and a line for each catalog that has none. The value is an exit status: that of bad data if
// anything was found.
Expected<int> lint_catalogs(const std::vector<std::string>& words, const Arguments& arguments);

}  // namespace portproof
