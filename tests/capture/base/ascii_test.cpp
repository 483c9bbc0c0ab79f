#include "capture/base/ascii.hpp"

#include <doctest/doctest.h>

using namespace portproof;

TEST_CASE("ascii: the edges of digits and letters") {
  for (const char digit : {'0', '5', '9'}) CHECK(is_digit(digit));
  for (const char other : {'/', ':', 'a', '\xb2', '\0'}) CHECK_FALSE(is_digit(other));
  for (const char letter : {'a', 'z', 'A', 'Z', '0', '9'}) CHECK(is_alphanumeric(letter));
  for (const char other : {'`', '{', '@', '[', '_', '-', '\xe9'}) CHECK_FALSE(is_alphanumeric(other));
  for (const char printed : {'!', '~'}) CHECK(is_visible(printed));
  for (const char other : {' ', '\x7f', '\n', '\xe9'}) CHECK_FALSE(is_visible(other));
}

TEST_CASE("ascii: only capital letters change") {
  CHECK(to_lower_case("AZ az @[`{ 09 \xc9") == "az az @[`{ 09 \xc9");
}

TEST_CASE("ascii: texts that differ in case only are equal") {
  CHECK(equal_ignoring_case("Upgrade", "uPGRADE"));
  CHECK(equal_ignoring_case("", ""));
  CHECK_FALSE(equal_ignoring_case("Upgrade", "Upgraded"));
  CHECK_FALSE(equal_ignoring_case("\x0d", "-"));  // apart by the bit that parts the cases
  CHECK(begins_ignoring_case("EHLO host", "ehlo "));
  CHECK(begins_ignoring_case("ehlo", ""));
  CHECK_FALSE(begins_ignoring_case("EHL", "ehlo"));
}

TEST_CASE("ascii: blanks at both ends are trimmed, and no others") {
  CHECK(trimmed(" \t a b \r") == "a b");
  CHECK(trimmed("ab") == "ab");
  CHECK(trimmed(" \t\r").empty());
  CHECK(trimmed("").empty());
  CHECK(trimmed("a\n") == "a\n");
}
