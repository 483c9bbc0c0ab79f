#include "capture/base/json_writer.hpp"

#include <doctest/doctest.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>

namespace portproof::test {
namespace {

using Json = nlohmann::ordered_json;

// The library's own rendering: the reference that ours must equal byte for byte.
std::string reference(const Json& value) {
  return value.dump(-1, ' ', true, Json::error_handler_t::replace);
}

template <typename Value>
std::string written(const Value& value) {
  std::string out;
  JsonWriter(out).value(value);
  return out;
}

TEST_CASE("json writer: puts commas and colons where they belong") {
  std::string out;
  JsonWriter json(out);
  json.begin_object();
  json.member("empty", std::vector<std::string>{});
  json.member("names", std::vector<std::string>{"a", "b"});
  json.key("inner");
  json.begin_array();
  json.begin_object();
  json.end_object();
  json.begin_object();
  json.member("port", std::uint16_t{443});
  json.member("open", true);
  json.end_object();
  json.value(nullptr);
  json.end_array();
  json.key("spliced");
  json.splice(R"({"x":1})");
  json.member("last", "end");
  json.end_object();
  CHECK(
      out ==
      R"({"empty":[],"names":["a","b"],"inner":[{},{"port":443,"open":true},null],"spliced":{"x":1},"last":"end"})");
}

TEST_CASE("json writer: an absent value is null") {
  CHECK(written(std::optional<std::string>{}) == "null");
  CHECK(written(std::optional<std::string>{"x"}) == "\"x\"");
  CHECK(written(text_or_null("")) == "null");
  CHECK(written(text_or_null("x")) == "\"x\"");
}

TEST_CASE("json writer: integers of every width are numbers") {
  CHECK(written(std::uint8_t{65}) == "65");
  CHECK(written(std::int8_t{-128}) == "-128");
  CHECK(written(std::numeric_limits<std::uint64_t>::max()) == "18446744073709551615");
  CHECK(written(std::numeric_limits<std::int64_t>::min()) == "-9223372036854775808");
}

TEST_CASE("json writer: fractions have the shortest digits") {
  for (const double number : {0.5, 0.1, 1.25, 0.001, 0.0001, 0.000001, 123456.789, 9223372036.854776, 1e-9}) {
    CHECK(written(number) == reference(number));
  }
}

TEST_CASE("json writer: every text of one and two bytes is written as the library writes it") {
  for (unsigned int first = 0; first < 256; ++first) {
    CHECK(json_string(std::string(1, static_cast<char>(first))) ==
          reference(std::string(1, static_cast<char>(first))));
    for (unsigned int second = 0; second < 256; ++second) {
      const std::string text{static_cast<char>(first), static_cast<char>(second), 'x'};
      if (json_string(text) != reference(text)) FAIL("differs for ", first, " ", second);
    }
  }
}

TEST_CASE(
    "json writer: random texts of bytes at the borders of UTF-8 are written as the library writes them") {
  constexpr std::string_view kBytes =
      "a\"\\\n\x1f\x7f\x80\x8f\x90\x9f\xa0\xbf\xc0\xc1\xc2\xdf\xe0\xe1\xec\xed\xee\xef\xf0\xf1\xf3\xf4\xf5"
      "\xff";
  std::mt19937 random(1);
  for (int round = 0; round < 200'000; ++round) {
    std::string text(1 + random() % 8, ' ');
    for (char& byte : text) byte = kBytes[random() % kBytes.size()];
    if (json_string(text) != reference(text)) FAIL("differs: ", json_string(text), " ", reference(text));
  }
}

TEST_CASE("json writer: a character beyond the first 65,536 is a pair of surrogates") {
  CHECK(json_string("\U0001F600") == R"("\ud83d\ude00")");
  CHECK(json_string("\xf0\x9f\x98") == R"("\ufffd")");  // truncated: one replacement
}

}  // namespace
}  // namespace portproof::test
