// Syslog: messages that begin with a priority (RFC 5424, 6.2.1; RFC 3164, 4.1.1), over TCP also after their
// length in decimal (RFC 6587, 3.4.1). They have no answer.

#include <algorithm>

#include "capture/base/ascii.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

// "<134>" and text.
bool is_message(std::string_view text) {
  constexpr int kHighest = 191;
  constexpr std::size_t kShown = 16;  // of text, which must have been captured
  if (!text.starts_with('<')) return false;
  const std::size_t end = text.substr(0, 5).find('>');
  if (end == std::string_view::npos || end < 2) return false;
  const std::string_view digits = text.substr(1, end - 1);
  if (!std::all_of(digits.begin(), digits.end(), is_digit) || (digits.size() > 1 && digits[0] == '0')) {
    return false;
  }
  int priority = 0;
  for (const char digit : digits) priority = priority * 10 + (digit - '0');
  if (priority > kHighest) return false;

  const std::string_view content = text.substr(end + 1, kShown);
  // Text has no control characters; it may have bytes beyond ASCII.
  const bool visible = std::all_of(content.begin(), content.end(),
                                   [](char letter) { return letter < 0 || letter >= ' ' || letter == '\t'; });
  return content.size() == kShown && visible && content[0] != '<';
}

// "57 <134>..." without the length; nothing if there is none.
std::string_view without_count(std::string_view text) {
  constexpr std::size_t kMostDigits = 5;
  std::size_t digits = 0;
  while (digits < kMostDigits && digits < text.size() && is_digit(text[digits])) ++digits;
  const bool counted = digits > 0 && text[0] != '0' && digits < text.size() && text[digits] == ' ';
  return counted ? text.substr(digits + 1) : std::string_view{};
}

Recognition found(bool right) {
  return right ? recognised(Application::syslog, Speaker::asks) : kNotRecognised;
}

}  // namespace

template <>
Recognition recognise<Application::syslog, kProtocolUdp>(const FirstData& data) {
  return found(is_message(text_of(data.bytes)));
}

template <>
Recognition recognise<Application::syslog, kProtocolTcp>(const FirstData& data) {
  const std::string_view text = text_of(data.bytes);
  return found(is_message(text) || is_message(without_count(text)));
}

}  // namespace portproof
