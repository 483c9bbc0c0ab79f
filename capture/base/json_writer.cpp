#include "capture/base/json_writer.hpp"

#include <fmt/core.h>

#include <cstdint>
#include <iterator>

namespace portproof {
namespace {

constexpr char32_t kReplacement = 0xFFFD;

struct Character {
  char32_t code{kReplacement};
  std::size_t length{1};  // in bytes
};

// What may follow the first byte of a character: how many bytes, and from where to where the first of them
// lies (which rules out overlong forms, surrogates and codes beyond U+10FFFF; all later ones are 80 to BF).
struct Continuation {
  std::size_t bytes{0};
  std::uint8_t least{0x80};
  std::uint8_t most{0xBF};
};

Continuation continuation_of(std::uint8_t lead) {
  if (lead < 0xC2 || lead > 0xF4) return {};
  if (lead < 0xE0) return {1};
  if (lead < 0xF0) {
    return {2, std::uint8_t(lead == 0xE0 ? 0xA0 : 0x80), std::uint8_t(lead == 0xED ? 0x9F : 0xBF)};
  }
  return {3, std::uint8_t(lead == 0xF0 ? 0x90 : 0x80), std::uint8_t(lead == 0xF4 ? 0x8F : 0xBF)};
}

// The character at the beginning of `text`. Where that is not UTF-8, U+FFFD for as many bytes as a character
// could have begun with, as the Unicode Standard recommends (3.9, "substitution of maximal subparts"), so
// that every program puts the same number of U+FFFD.
Character first_character(std::string_view text) {
  const auto byte = [text](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
  const std::uint8_t lead = byte(0);
  if (lead < 0x80) return {lead, 1};
  Continuation expected = continuation_of(lead);
  if (expected.bytes == 0) return {kReplacement, 1};
  char32_t code = lead & (0x3FU >> expected.bytes);
  for (std::size_t at = 1; at <= expected.bytes; ++at) {
    if (at == text.size() || byte(at) < expected.least || byte(at) > expected.most) {
      return {kReplacement, at};
    }
    code = (code << 6U) | (byte(at) & 0x3FU);
    expected.least = 0x80;
    expected.most = 0xBF;
  }
  return {code, expected.bytes + 1};
}

void append_unit(std::string& out, std::uint32_t unit) {
  fmt::format_to(std::back_inserter(out), "\\u{:04x}", unit);
}

void append_escaped(std::string& out, char32_t code) {
  constexpr char32_t kFirstSupplementary = 0x10000;
  switch (code) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      if (code < kFirstSupplementary) {
        append_unit(out, code);
      } else {  // as a pair of surrogates
        append_unit(out, 0xD800 + ((code - kFirstSupplementary) >> 10U));
        append_unit(out, 0xDC00 + ((code - kFirstSupplementary) & 0x3FFU));
      }
  }
}

bool stands_for_itself(char byte) {
  return byte >= ' ' && byte < '\x7f' && byte != '"' && byte != '\\';
}

void append_string(std::string& out, std::string_view text) {
  out += '"';
  while (!text.empty()) {
    std::size_t plain = 0;
    while (plain < text.size() && stands_for_itself(text[plain])) ++plain;
    out += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) break;
    const Character character = first_character(text);
    append_escaped(out, character.code);
    text.remove_prefix(character.length);
  }
  out += '"';
}

}  // namespace

void JsonWriter::key(std::string_view key) {
  separate();
  append_string(out_, key);
  out_ += ':';
  needs_comma_ = false;
}

void JsonWriter::value(std::string_view text) {
  separate();
  append_string(out_, text);
  needs_comma_ = true;
}

void JsonWriter::value(double number) {
  separate();
  fmt::format_to(std::back_inserter(out_), "{}", number);
  needs_comma_ = true;
}

std::string json_string(std::string_view text) {
  std::string out;
  append_string(out, text);
  return out;
}

}  // namespace portproof
