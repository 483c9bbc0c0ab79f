#include "report/escape.hpp"

#include <doctest/doctest.h>

#include <string>

namespace portproof {
namespace {

using namespace std::string_literals;

TEST_CASE("escape: harmless text stays as it is") {
  CHECK(escape_terminal("vda-01.example.com") == "vda-01.example.com");
  CHECK(escape_terminal("C:\\captures\\a b.pcap") == "C:\\captures\\a b.pcap");
  CHECK(escape_terminal("Zürich 東京") == "Zürich 東京");
  CHECK(escape_terminal("").empty());
}

TEST_CASE("escape: control characters are spelled out") {
  CHECK(escape_terminal("a\x1b[31mred\x1b[0m") == "a\\x1b[31mred\\x1b[0m");
  CHECK(escape_terminal("one\ntwo\r\tthree") == "one\\ntwo\\r\\tthree");
  CHECK(escape_terminal("bell\a, back\b, null\0, del\x7f"s) == "bell\\x07, back\\x08, null\\x00, del\\x7f");
}

TEST_CASE("escape: C1 controls are spelled out, as UTF-8 and as stray bytes") {
  CHECK(escape_terminal("\xc2\x9b"s + "31m") == "\\x9b31m");  // U+009B: the same as ESC [
  CHECK(escape_terminal("\x9b"s + "31m") == "\\x9b31m");
}

TEST_CASE("escape: characters that steer text direction or are invisible are spelled out") {
  CHECK(escape_terminal("a\u202eb") == "a\\u{202e}b");  // right-to-left override
  CHECK(escape_terminal("a\u2066b") == "a\\u{2066}b");  // left-to-right isolate
  CHECK(escape_terminal("a\u200bb") == "a\\u{200b}b");  // zero-width space
  CHECK(escape_terminal("a\u2028b") == "a\\u{2028}b");  // line separator
  CHECK(escape_terminal("\ufeff") == "\\u{feff}");
  CHECK(escape_terminal("\U000e0041") == "\\u{e0041}");  // a tag character
}

TEST_CASE("escape: bytes that are not UTF-8 are spelled out one by one") {
  CHECK(escape_terminal("a\xff\xfe") == "a\\xff\\xfe");
  CHECK(escape_terminal("\xc0\xaf") == "\\xc0\\xaf");                    // overlong '/'
  CHECK(escape_terminal("\xe0\x80\xaf") == "\\xe0\\x80\\xaf");           // overlong
  CHECK(escape_terminal("\xed\xa0\x80") == "\\xed\\xa0\\x80");           // a surrogate
  CHECK(escape_terminal("\xf4\x90\x80\x80") == "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
  CHECK(escape_terminal("cut \xe6\x9d") == "cut \\xe6\\x9d");
}

TEST_CASE("escape: without Unicode everything beyond ASCII is spelled out") {
  CHECK(escape_terminal("Zürich", false) == "Z\\u{00fc}rich");
}

TEST_CASE("escape: no pair of bytes lets through one that a terminal would act on") {
  for (int first = 0; first < 256; ++first) {
    for (int second = 0; second < 256; ++second) {
      const std::string escaped =
          escape_terminal(std::string{static_cast<char>(first), static_cast<char>(second)});
      for (const char letter : escaped) {
        const auto byte = static_cast<unsigned char>(letter);
        REQUIRE(byte >= 0x20);
        REQUIRE(byte != 0x7f);
      }
      REQUIRE(escape_terminal(escaped) == escaped);
    }
  }
}

TEST_CASE("escape: widths are a terminal's widths") {
  CHECK(display_width("abc") == 3);
  CHECK(display_width("Zürich") == 6);
  CHECK(display_width("東京") == 4);
  CHECK(display_width("e\u0301") == 1);
}

TEST_CASE("escape: text that is too long ends in an ellipsis") {
  CHECK(shorten("short", 5) == "short");
  CHECK(shorten("longer", 5) == "long…");
  CHECK(shorten("longer", 5, false) == "lo...");
  CHECK(shorten("東京都", 4) == "東…");
  CHECK(shorten("longer", 0).empty());
  CHECK(shorten("longer", 2, false) == "..");
}

}  // namespace
}  // namespace portproof
