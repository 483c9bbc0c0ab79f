// Suggests the word that was probably meant, for messages about keys, roles and ids.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace portproof {

// The candidate that the fewest typos (a letter added, missing or wrong, or two swapped) turn into the text;
// the first if several are equally near. Empty if even the nearest is too far off to suggest.
std::string_view nearest_word(std::string_view text, std::span<const std::string_view> candidates);

// The end of a message: `; did you mean "..."?` with the nearest word, or empty if none is near.
std::string did_you_mean(std::string_view text, std::span<const std::string_view> candidates);

// The text in double quotes.
std::string in_quotes(std::string_view text);

}  // namespace portproof
