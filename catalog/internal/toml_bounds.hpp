// How much a TOML text may hold before the parser sees it. For every dot of a key and every bracket, the
// parser makes a table within a table, and walks them by recursion: a key of 10,000 parts, 20 KB of text,
// overflows the stack. So the text is measured first.
//
//   [[host]]                    2 brackets deep
//   names = ["a.example"]       a key of 1 part; dots in strings are no parts
//   a.b.c = {d.e = 1}           a key of 3 parts, then one of 2, 1 bracket deep
//
// The scanner knows of TOML only where strings and comments begin and end. Up to the first fault of a text it
// sees the same keys and brackets as the parser; what comes after that, nobody reads.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "catalog/toml_value.hpp"

namespace portproof {

// Far beyond any inventory or catalog that people keep.
inline constexpr std::size_t kLongestTomlLine = std::size_t{256} << 10U;
inline constexpr std::size_t kMostKeyParts = 16;
inline constexpr std::size_t kDeepestToml = 32;  // brackets within brackets

// The first bound that the text exceeds, with its line; nothing if it keeps to all of them.
std::optional<TomlFault> exceeded_bound(std::string_view text);

}  // namespace portproof
