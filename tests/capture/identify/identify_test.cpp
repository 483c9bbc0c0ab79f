#include "capture/identify/identify.hpp"

#include <doctest/doctest.h>

#include <array>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

std::string normal(std::string_view text) {
  std::array<char, 256> buffer;
  return std::string{normalise_name(text, buffer)};
}

}  // namespace

TEST_CASE("names as they are kept") {
  CHECK(normal("Shop.Example.COM.") == "shop.example.com");
  CHECK(normal("shop.example.com:8443") == "shop.example.com");
  CHECK(normal("localhost") == "localhost");
  CHECK(normal("_sip._tcp.example") == "_sip._tcp.example");
  CHECK(normal(std::string(63, 'a') + ".b") == std::string(63, 'a') + ".b");
}

TEST_CASE("text that is not a name") {
  for (const std::string_view text : {"", ".", "..", "a..b", ".a", "10.0.0.1", "10.0.0.1:80", "[fd20::1]:80",
                                      "fd20::1", "a b", "a\tb", "a.example:http", "caf\xc3\xa9.example",
                                      "<script>", "a\x1b[31m.example", "=cmd", "*.example", "a/b"}) {
    CAPTURE(text);
    CHECK(normal(text).empty());
  }
  CHECK(normal(std::string(64, 'a') + ".b").empty());
  CHECK(normal(std::string("a\0b", 3)).empty());
  std::string long_name;
  while (long_name.size() <= 256) long_name += "abcdefg.";
  CHECK(normal(long_name).empty());
}

TEST_CASE("a kept name does not change") {
  std::mt19937 random(11);
  constexpr std::string_view kLetters = "aB3.-_:@ \x80";
  for (int round = 0; round < 20'000; ++round) {
    std::string text;
    for (auto length = random() % 12; length > 0; --length) text += kLetters[random() % kLetters.size()];
    const std::string once = normal(text);
    if (!once.empty()) CHECK(normal(once) == once);
  }
}

TEST_CASE("protocols in which nothing is recognised are not examined twice") {
  CHECK(identify_text("x").more_may_show);
  CHECK_FALSE(identify_text("x", 0, kProtocolSctp).more_may_show);
}

TEST_CASE("noise is nothing, and neither are small numbers among zeroes") {
  std::mt19937 random(5);
  std::string bytes;
  int claims = 0;
  for (int round = 0; round < 20'000; ++round) {
    bytes.assign(std::array{1, 8, 20, 48, 136, 300}[random() % 6], '\0');
    const bool noise = round % 2 == 0;
    for (std::size_t at = 0; noise && at < bytes.size(); ++at) bytes[at] = static_cast<char>(random());
    for (int count = 0; !noise && count < 8; ++count) {
      bytes[random() % std::min<std::size_t>(bytes.size(), 64)] = static_cast<char>(random() % 13);
    }
    for (const std::uint8_t protocol : {kProtocolTcp, kProtocolUdp}) {
      if (identify_text(bytes, 0, protocol).application != kUnknownApplication) ++claims;
    }
  }
  CHECK(claims == 0);
}

TEST_CASE("protocols without a public mark stay unknown") {
  // The handshake of UDT, which EDT may have kept, and its data.
  const std::string handshake =
      hex("80000000 00000000 00000001 00000000 00000004 00000001 1a2b3c4d 000005dc 00002000 "
          "ffffffff 01020304 00000000") +
      zeroes(16);
  const std::string data = hex("00000001 c0000001 00012345 01020304") + std::string(1200, 'x');
  const std::string audio = hex("80600001 00000001 20261120") + std::string(160, 'x');  // RTP
  const std::string disk = hex("01000000 0a000000 00000000 00000000 01000000") + zeroes(1000);
  const std::string framing = hex("00 01 00 01 02 02 1f") + "net.tcp://store.example:808/abc";
  check_said(kProtocolUdp, {{"UDT handshake", handshake}, {"UDT", data}, {"audio", audio}, {"disk", disk}});
  check_said(kProtocolTcp, {{".NET", framing}, {"disk", disk}});
}

TEST_CASE("the manual has a row for every kind of HTTP") {
  std::ifstream manual(PORTPROOF_SOURCE_DIR "/docs/reference/identification.md");
  const std::string page{std::istreambuf_iterator<char>(manual), {}};
  for (const std::string_view kind : kHttpKindNames) {
    CAPTURE(kind);
    CHECK(page.find("\n| `" + std::string(kind) + "` |") != std::string::npos);
  }
}
