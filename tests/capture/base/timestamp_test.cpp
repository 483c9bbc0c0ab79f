#include "capture/base/timestamp.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace portproof;

TEST_CASE("times print in UTC with nine decimal places") {
  CHECK(to_string(Timestamp{}) == "1970-01-01T00:00:00.000000000Z");
  CHECK(to_string(Timestamp::from_parts(1'795'161'600, 5)) == "2026-11-20T08:00:00.000000005Z");
  CHECK(to_string(Timestamp{-1}) == "1969-12-31T23:59:59.999999999Z");
  CHECK(to_string(Timestamp::from_parts(0xffffffff, 999'999'999)) == "2106-02-07T06:28:15.999999999Z");
  CHECK(to_string(Timestamp::latest()) == "2262-04-11T23:47:16.854775807Z");
  CHECK(to_string(Timestamp::earliest()) == "1677-09-21T00:12:43.145224192Z");
}

TEST_CASE("printed times parse back") {
  for (const Timestamp time : {Timestamp{}, Timestamp::from_parts(1'795'161'600, 123'456'789), Timestamp{-1},
                               Timestamp::from_parts(951'782'400, 0)}) {
    CHECK(parse_timestamp(to_string(time)) == time);
  }
  CHECK(parse_timestamp("2026-11-20T08:00:00Z") == Timestamp::from_parts(1'795'161'600, 0));
  CHECK(parse_timestamp("2026-11-20t08:00:00.5z") == Timestamp::from_parts(1'795'161'600, 500'000'000));
}

TEST_CASE("text that is not a time is rejected") {
  for (const char* text :
       {"", "2026-11-20", "2026-11-20T08:00:00", "2026-11-20T08:00:00+01:00", "2026-11-20T24:00:00Z",
        "2026-11-20T08:60:00Z", "2026-11-20T08:00:60Z", "2026-02-30T08:00:00Z", "2026-11-20T08:00:00.Z",
        "2026-11-20T08:00:00.1234567890Z", "2026-11-20T08:00:00.12a Z", "2026-11-20T08:00:00,5Z",
        "2026-11-20T-8:00:00Z", "2026-11-20 08:00:00Z", "0000-01-01T00:00:00Z", "2026-11-20T08:00:00ZZ"}) {
    CHECK_MESSAGE(!parse_timestamp(text), text);
  }
}

TEST_CASE("a date parses as its first nanosecond") {
  CHECK(parse_date("2026-11-20") == Timestamp::from_parts(1'795'132'800, 0));
  CHECK(parse_date("2024-02-29").has_value());
  for (const char* text : {"", "2026-13-01", "2023-02-29", "2026-1-1", "20261120", "2026-11-20 ",
                           "2026/11/20", "9999-01-01", "+026-11-20"}) {
    CHECK_MESSAGE(!parse_date(text), text);
  }
}

TEST_CASE("arithmetic saturates") {
  CHECK((Timestamp{5} - Timestamp{7}).nanoseconds == -2);
  CHECK(Timestamp{5} + Duration{7} == Timestamp{12});
  CHECK((Timestamp::latest() - Timestamp::earliest()).nanoseconds == Timestamp::latest().nanoseconds);
  CHECK((Timestamp::earliest() - Timestamp::latest()).nanoseconds == Timestamp::earliest().nanoseconds);
  CHECK(Timestamp::latest() + seconds(1) == Timestamp::latest());
  CHECK(Timestamp::earliest() + seconds(-1) == Timestamp::earliest());
  CHECK(Timestamp::earliest() < Timestamp{0});
  CHECK(Timestamp{0} < Timestamp::latest());
}
