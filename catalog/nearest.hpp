// The word that was probably meant: for "did you mean" in messages about keys, roles and ids.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace portproof {

// The candidate that the fewest typing slips (a letter more, less, other, or two swapped) turn into the
// text, the first of several; empty where even that one is too far off to be worth naming.
std::string_view nearest_word(std::string_view text, std::span<const std::string_view> candidates);

// `; did you mean "..."?` with the nearest word, or nothing where none is near: the end of a message.
std::string did_you_mean(std::string_view text, std::span<const std::string_view> candidates);

// The text in double quotes.
std::string in_quotes(std::string_view text);

}  // namespace portproof
