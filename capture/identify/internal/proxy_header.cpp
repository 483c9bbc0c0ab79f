#include "capture/identify/internal/proxy_header.hpp"

#include <algorithm>

#include "capture/base/ascii.hpp"
#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

using namespace std::string_view_literals;

constexpr std::string_view kTextMark = "PROXY "sv;                  // section 2.1
constexpr std::string_view kBinaryMark = "\r\n\r\n\0\r\nQUIT\n"sv;  // section 2.2

// A part of an address or a port.
bool is_address_character(char letter) {
  return is_digit(letter) || letter == ':' || letter == '.' ||
         (to_lower_case(letter) >= 'a' && to_lower_case(letter) <= 'f');
}

// Two addresses and two ports, each behind a space.
bool are_ends(std::string_view text) {
  constexpr auto kFields = 4;
  const bool printed = std::all_of(text.begin(), text.end(),
                                   [](char letter) { return letter == ' ' || is_address_character(letter); });
  return printed && text.starts_with(' ') && std::count(text.begin(), text.end(), ' ') == kFields;
}

// "PROXY TCP4 192.0.2.1 192.0.2.2 50000 443\r\n". Of an unknown connection anything may stand there.
std::size_t text_header_length(std::string_view text) {
  constexpr std::size_t kLongest = 107;
  const std::size_t end = text.substr(0, kLongest).find("\r\n");
  if (end == std::string_view::npos) return 0;
  const std::string_view line = text.substr(kTextMark.size(), end - kTextMark.size());
  const bool known = line.starts_with("TCP4") || line.starts_with("TCP6");
  const bool right = known ? are_ends(line.substr(4)) : line.starts_with("UNKNOWN");
  return right ? end + 2 : 0;
}

// The mark, version 2 with its command, family and transport, and the length of the rest.
std::size_t binary_header_length(const FirstData& data) {
  ByteCursor at(data.bytes);
  at.skip(kBinaryMark.size());
  const std::uint8_t command = at.u8();
  const std::uint8_t family = at.u8();
  const std::uint16_t length = at.be16();
  const std::size_t fixed = data.bytes.size() - at.remaining();
  constexpr std::uint8_t kLocal = 0x20;
  constexpr std::uint8_t kProxy = 0x21;
  const bool right =
      !at.failed() && (command == kLocal || command == kProxy) && (family >> 4U) <= 3 && (family & 0xfU) <= 2;
  return right ? std::min(fixed + length, sent(data)) : 0;
}

}  // namespace

std::size_t proxy_header_length(const FirstData& data) {
  const std::string_view text = text_of(data.bytes);
  if (text.starts_with(kTextMark)) return text_header_length(text);
  return text.starts_with(kBinaryMark) ? binary_header_length(data) : 0;
}

}  // namespace portproof
