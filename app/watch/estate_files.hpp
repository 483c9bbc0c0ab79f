// The files of inventory and catalog. A watch reads them again at SIGHUP, when it has few rights left and
// must not be held up.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/command/command.hpp"
#include "app/command/estate.hpp"

namespace portproof {

// Their folders, including those that links lead to. A folder and not only the file, because editors replace
// a file by a new one.
std::vector<std::string> folders_of_estate(const Arguments& arguments);

// Like estate_of, but refuses anything but regular files with one more error, bad_data: a pipe or a device
// might block the watch.
Expected<std::unique_ptr<const Estate>> estate_of_files(const Arguments& arguments);

}  // namespace portproof
