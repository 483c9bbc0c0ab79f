// A TOML document as plain values with their lines. This is the fence around the TOML library: in this folder
// only toml_value.cpp includes it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace portproof {

struct TomlMember;

struct TomlValue {
  enum class Kind : std::uint8_t { text, boolean, number, date, array, table };

  Kind kind{Kind::table};
  std::size_t line{0};              // from 1
  std::string text;                 // of a text; of a number or a date, as TOML writes it
  bool truth{false};                // of a boolean
  std::vector<TomlValue> items;     // of an array
  std::vector<TomlMember> members;  // of a table, in the order of its keys' names
};

struct TomlMember {
  std::string key;
  TomlValue value;
};

// "text", "a number"...: for messages.
std::string_view description(TomlValue::Kind kind);

// Where and why a text is not valid TOML.
struct TomlFault {
  std::size_t line{0};
  std::string what;
};

// The whole document as a table, or the first fault in it. A text that would make the parser nest too deeply,
// or with lines of an absurd length, is such a fault (catalog/internal/toml_bounds.hpp).
tl::expected<TomlValue, TomlFault> parse_toml(std::string_view text);

}  // namespace portproof
