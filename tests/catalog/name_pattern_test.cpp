#include "catalog/name_pattern.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace portproof;

TEST_CASE("a pattern without a star matches only that name") {
  CHECK(matches_name_pattern("s3.amazonaws.com", "s3.amazonaws.com"));
  CHECK(matches_name_pattern("s3.amazonaws.com", "S3.AmazonAWS.Com"));
  CHECK_FALSE(matches_name_pattern("s3.amazonaws.com", "x.s3.amazonaws.com"));
  CHECK_FALSE(matches_name_pattern("s3.amazonaws.com", "amazonaws.com"));
  CHECK_FALSE(matches_name_pattern("s3.amazonaws.com", "s3.amazonaws.com.evil.example"));
}

TEST_CASE("a star stands for one or more labels, never for none or for part of one") {
  CHECK(matches_name_pattern("*.nssvc.net", "reg.nssvc.net"));
  CHECK(matches_name_pattern("*.nssvc.net", "global-all.g.nssvc.net"));
  CHECK(matches_name_pattern("*.nssvc.net", "a.b.c.d.nssvc.net"));
  CHECK_FALSE(matches_name_pattern("*.nssvc.net", "nssvc.net"));
  CHECK_FALSE(matches_name_pattern("*.nssvc.net", "evilnssvc.net"));
  CHECK_FALSE(matches_name_pattern("*.nssvc.net", "x.nssvc.net.evil.example"));
}

TEST_CASE("a star may appear anywhere, and more than once") {
  CHECK(matches_name_pattern("a.*.c", "a.b.c"));
  CHECK(matches_name_pattern("a.*.c", "a.c.c"));
  CHECK(matches_name_pattern("a.*.c", "a.b.c.d.c"));
  CHECK_FALSE(matches_name_pattern("a.*.c", "a.c"));
  CHECK_FALSE(matches_name_pattern("a.*.c", "a.b.c.d"));
  CHECK(matches_name_pattern("*.*.net", "a.b.net"));
  CHECK_FALSE(matches_name_pattern("*.*.net", "b.net"));
  CHECK(matches_name_pattern("*.b.*", "a.b.b.c"));
  CHECK_FALSE(matches_name_pattern("*.b.*", "b.c"));
  CHECK(matches_name_pattern("*", "anything.at.all"));
}

TEST_CASE("a trailing dot makes no difference, and an empty name is not a name") {
  CHECK(matches_name_pattern("*.digicert.com", "ocsp.digicert.com."));
  CHECK(matches_name_pattern("*.digicert.com.", "ocsp.digicert.com"));
  CHECK_FALSE(matches_name_pattern("*.digicert.com", ""));
  CHECK_FALSE(matches_name_pattern("*.digicert.com", "."));
  CHECK_FALSE(matches_name_pattern("", "a"));
  CHECK_FALSE(matches_name_pattern("", ""));
}

TEST_CASE("a name designed to be slow costs little") {
  std::string name;
  for (int label = 0; label < 126; ++label) name += "a.";
  name += "b";
  std::string pattern;
  for (int label = 0; label < 60; ++label) pattern += "*.a.";
  CHECK_FALSE(matches_name_pattern(pattern + "c", name));
  CHECK_FALSE(matches_name_pattern("*.b", "a." + name));  // longer than any name
}

TEST_CASE("valid and invalid patterns") {
  CHECK(is_name_pattern("*.citrix.com"));
  CHECK(is_name_pattern("host_1.x-y.example."));
  CHECK(is_name_pattern("localhost"));
  CHECK(is_name_pattern("*"));
  CHECK(is_name_pattern(std::string(63, 'a') + ".example"));
  for (const char* const text : {"", ".", "..", "a..b", ".a", "a..", "a*.b", "*a.b", "**.b", "a b.c",
                                 "https://a.b", "a.b/c", "a.b:443", "\xc3\xa9.example"}) {
    CAPTURE(text);
    CHECK_FALSE(is_name_pattern(text));
  }
  CHECK_FALSE(is_name_pattern(std::string(64, 'a') + ".example"));
  CHECK_FALSE(is_name_pattern(std::string(254, 'a')));
}
