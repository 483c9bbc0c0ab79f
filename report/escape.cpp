#include "report/escape.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

namespace portproof {
namespace {

struct CodeRange {
  char32_t first;
  char32_t last;
};

// Characters that change the direction of text, have no width, or break lines. None is needed to read a name,
// and each can make one name look like another.
constexpr std::array<CodeRange, 16> kSpelledOut{{{0xAD, 0xAD},
                                                 {0x34F, 0x34F},
                                                 {0x61C, 0x61C},
                                                 {0x115F, 0x1160},
                                                 {0x17B4, 0x17B5},
                                                 {0x180B, 0x180F},
                                                 {0x200B, 0x200F},
                                                 {0x2028, 0x202E},
                                                 {0x2060, 0x206F},
                                                 {0x3164, 0x3164},
                                                 {0xE000, 0xF8FF},
                                                 {0xFE00, 0xFE0F},
                                                 {0xFEFF, 0xFEFF},
                                                 {0xFFA0, 0xFFA0},
                                                 {0xFFF0, 0xFFFB},
                                                 {0xE0000, 0x10FFFF}}};

// Combining marks of the scripts that occur in names; they are drawn on the preceding character.
constexpr std::array<CodeRange, 6> kCombining{
    {{0x300, 0x36F}, {0x483, 0x489}, {0x591, 0x5BD}, {0x64B, 0x65F}, {0x1AB0, 0x1AFF}, {0x20D0, 0x20FF}}};

// Characters that take two columns: mainly East Asian wide ones and emoji.
constexpr std::array<CodeRange, 9> kWide{{{0x1100, 0x115E},
                                          {0x2E80, 0x303E},
                                          {0x3041, 0xA4CF},
                                          {0xAC00, 0xD7A3},
                                          {0xF900, 0xFAFF},
                                          {0xFE30, 0xFE6F},
                                          {0xFF00, 0xFF60},
                                          {0x1F300, 0x1FAFF},
                                          {0x20000, 0x3FFFD}}};

template <std::size_t count>
bool in(const std::array<CodeRange, count>& ranges, char32_t code) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [code](const CodeRange& range) { return range.first <= code && code <= range.last; });
}

struct Character {
  char32_t code{0};
  std::size_t length{1};  // in bytes
};

// The first character of the text; nothing if its bytes are not valid UTF-8 (overlong forms, surrogates and
// values above U+10FFFF included).
std::optional<Character> first_character(std::string_view text) {
  const auto byte = [text](std::size_t index) { return static_cast<std::uint8_t>(text[index]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return Character{lead, 1};
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || text.size() < length) return std::nullopt;
  char32_t code = lead & (0xFFU >> (length + 1));
  for (std::size_t index = 1; index < length; ++index) {
    if ((byte(index) & 0xC0U) != 0x80U) return std::nullopt;
    code = (code << 6U) | (byte(index) & 0x3FU);
  }
  constexpr std::array<char32_t, 5> kLeast{0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code < kLeast[length] || surrogate || code > 0x10FFFF) return std::nullopt;
  return Character{code, length};
}

void append_spelled_out(std::string& out, std::string_view bytes, char32_t code) {
  if (code == '\n') {
    out += "\\n";
  } else if (code == '\r') {
    out += "\\r";
  } else if (code == '\t') {
    out += "\\t";
  } else if (bytes.size() == 1 || code < 0xA0) {
    // C1 controls are spelled as one byte with their code, because terminals treat both forms alike.
    out += fmt::format("\\x{:02x}", static_cast<std::uint32_t>(code));
  } else {
    out += fmt::format("\\u{{{:04x}}}", static_cast<std::uint32_t>(code));
  }
}

std::size_t width_of(char32_t code) {
  return in(kCombining, code) ? 0 : in(kWide, code) ? 2 : 1;
}

}  // namespace

std::string escape_terminal(std::string_view text, bool unicode) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto character = first_character(text);
    if (!character) {
      append_spelled_out(out, text.substr(0, 1), static_cast<std::uint8_t>(text.front()));
      text.remove_prefix(1);
      continue;
    }
    const std::string_view bytes = text.substr(0, character->length);
    const char32_t code = character->code;
    const bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    if (control || (code >= 0x80 && (!unicode || in(kSpelledOut, code)))) {
      append_spelled_out(out, bytes, code);
    } else {
      out += bytes;
    }
    text.remove_prefix(character->length);
  }
  return out;
}

std::size_t display_width(std::string_view escaped) {
  std::size_t columns = 0;
  while (!escaped.empty()) {
    const Character character = first_character(escaped).value_or(Character{});
    columns += width_of(character.code);
    escaped.remove_prefix(character.length);
  }
  return columns;
}

std::string shorten(std::string_view escaped, std::size_t columns, bool unicode) {
  if (display_width(escaped) <= columns) return std::string(escaped);
  const std::string_view ellipsis = unicode ? "…" : "...";
  const std::size_t ellipsis_columns = unicode ? 1 : 3;
  if (columns < ellipsis_columns) return std::string(columns, '.');
  const std::size_t room = columns - ellipsis_columns;
  std::string out;
  for (std::size_t used = 0; !escaped.empty();) {
    const Character character = first_character(escaped).value_or(Character{});
    used += width_of(character.code);
    if (used > room) break;
    out += escaped.substr(0, character.length);
    escaped.remove_prefix(character.length);
  }
  return out += ellipsis;
}

}  // namespace portproof
