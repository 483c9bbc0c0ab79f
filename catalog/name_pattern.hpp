// DNS name patterns: "*.digicert.com". `*` stands for one or more whole labels. Case and a final dot do not
// matter. A pattern without `*` matches only that name.
#pragma once

#include <string_view>

namespace portproof {

bool matches_name_pattern(std::string_view pattern, std::string_view name);

// Is the text a pattern that can match something: labels of letters, digits, '-', '_' of 1 to 63
// characters, `*` only as a whole label?
bool is_name_pattern(std::string_view text);

}  // namespace portproof
