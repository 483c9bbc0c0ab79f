// The files of inventory and catalog, which a watch reads again at SIGHUP, when it has few rights left and
// must not be held up.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "app/command/command.hpp"
#include "app/command/estate.hpp"

namespace portproof {

// The folders that they lie in, those included that links lead to. A folder and not the file alone, for
// editors put a new file in the place of the old one.
std::vector<std::string> folders_of_estate(const Arguments& arguments);

// As estate_of does it, of files only: one error more, of kind bad_data, where a pipe or a device stands in
// the place of one, which might wait for ever.
Expected<std::unique_ptr<const Estate>> estate_of_files(const Arguments& arguments);

}  // namespace portproof
