// First data of a flow's side, from text, from hexadecimal digits or from the samples' payloads.
#pragma once

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>

#include "capture/identify/identify.hpp"
#include "tests/support/application.hpp"
#include "tests/support/packet_builder.hpp"

namespace portproof::test {

// `cut`: bytes that were sent but not captured. The name found lies in `text`, which must outlive it.
inline Recognition identify_text(std::string_view text, std::uint32_t cut = 0,
                                 std::uint8_t protocol = kProtocolTcp) {
  FirstData data;
  data.protocol = protocol;
  data.bytes = {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
  data.wire_length = static_cast<std::uint32_t>(text.size()) + cut;
  return identify(data);
}

inline std::string_view application_of(std::string_view text) {
  return name(identify_text(text).application);
}

// "16 0301" as bytes; spaces are ignored.
inline std::string hex(std::string_view digits) {
  const auto value = [](char digit) { return digit <= '9' ? digit - '0' : digit - 'a' + 10; };
  std::string bytes;
  int high = -1;
  for (const char digit : digits) {
    if (digit == ' ') continue;
    if (high < 0) {
      high = value(digit);
    } else {
      bytes += static_cast<char>(high * 16 + value(digit));
      high = -1;
    }
  }
  return bytes;
}

inline std::string zeroes(std::size_t count) {
  return std::string(count, '\0');
}

inline std::string text(const Bytes& bytes) {
  return {bytes.begin(), bytes.end()};
}

// The same bytes with one of them changed.
inline std::string with(std::string bytes, std::size_t at, int value) {
  bytes.at(at) = static_cast<char>(value);
  return bytes;
}

// One side's data, and what should be recognised in it.
struct Said {
  std::string_view what;
  std::string bytes;
  std::string_view application{"unknown"};  // its name
  Speaker speaker{Speaker::unknown};
};

// Each row gives the expected result. With its data cut anywhere by the capture, it gives the same or
// nothing.
inline void check_said(std::uint8_t protocol, std::initializer_list<Said> rows) {
  for (const Said& row : rows) {
    CAPTURE(row.what);
    const Recognition found = identify_text(row.bytes, 0, protocol);
    CHECK(name(found.application) == row.application);
    CHECK(found.speaker == row.speaker);
    CHECK(found.more_may_show == !is_identified(found.application));
    if (!is_identified(found.application)) continue;
    for (std::size_t size = 0; size < row.bytes.size(); ++size) {
      CAPTURE(size);
      const auto missing = static_cast<std::uint32_t>(row.bytes.size() - size);
      const Recognition cut = identify_text(std::string_view{row.bytes}.substr(0, size), missing, protocol);
      const bool alike = name(cut.application) == row.application &&
                         (cut.speaker == row.speaker || cut.speaker == Speaker::unknown);
      CHECK((alike || !is_identified(cut.application)));
    }
  }
}

}  // namespace portproof::test
