// Reads a TOML file whole. Whatever the path leads to (a device that never ends, a file named by mistake), no
// more is read than an inventory or a catalog can be long.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "capture/base/error.hpp"

namespace portproof {

inline constexpr std::size_t kLongestTomlFile = std::size_t{16} << 20U;

// `subject` is what messages call it: "the inventory". Pipes work too. Errors: input_missing, no_permission,
// io; bad_data for a file that is too long.
Expected<std::string> read_toml_file(const std::string& path, std::string_view subject);

}  // namespace portproof
