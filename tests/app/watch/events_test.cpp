#include "app/watch/events.hpp"

#include <doctest/doctest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include "tests/app/watch/events_file.hpp"

using namespace portproof;
using namespace portproof::test;

TEST_CASE("events beyond the rate are counted, and the count is written when there is room") {
  const EventsFile file;
  EventOptions options;
  options.path = file.path();
  options.per_second = 1;
  options.burst = 3;
  auto events = Events::open(options);
  REQUIRE(events);
  const Timestamp start = *parse_timestamp("2026-11-20T08:00:00Z");
  for (int count = 0; count < 10; ++count) events->send("first-flagged", start, ",\"n\":1");
  CHECK(file.lines().size() == 3);
  CHECK(events->held_back() == 7);
  events->settle(start + seconds(1), false);  // room for one only, which is reserved for a new event
  CHECK(file.lines().size() == 3);
  events->send("loss-began", start + seconds(2), "");
  REQUIRE(file.lines().size() == 5);
  CHECK(file.lines()[3] == R"({"event":"held-back","time":"2026-11-20T08:00:02.000000000Z","count":7})");
  CHECK(file.lines()[4] == R"({"event":"loss-began","time":"2026-11-20T08:00:02.000000000Z"})");
}

TEST_CASE("the count of events still held back is written at the end") {
  const EventsFile file;
  EventOptions options;
  options.path = file.path();
  options.burst = 2;
  auto events = Events::open(options);
  REQUIRE(events);
  const Timestamp start = *parse_timestamp("2026-11-20T08:00:00Z");
  for (int count = 0; count < 3; ++count) events->send("first-flagged", start, "");
  events->settle(start, true);
  CHECK(file.lines().size() == 3);
}

TEST_CASE("the count is written at the lowest rate, too, and not only at the end") {
  const EventsFile file;
  EventOptions options;
  options.path = file.path();
  options.per_second = 0.15;
  options.burst = 1.5;
  auto events = Events::open(options);
  REQUIRE(events);
  const Timestamp start = *parse_timestamp("2026-11-20T08:00:00Z");
  for (int count = 0; count < 5; ++count) events->send("first-flagged", start, "");
  CHECK(file.lines().size() == 2);
  for (int second = 5; second <= 20; second += 5) events->settle(start + seconds(second), false);
  REQUIRE(file.lines().size() == 3);
  CHECK(file.lines()[2].find("\"count\":3") != std::string::npos);
  events->send("first-flagged", start + seconds(21), "");  // and a new event gets its share
  CHECK(file.lines().size() == 4);
}

TEST_CASE("a file that cannot be created") {
  EventOptions options;
  options.path = "/nosuch/events";
  const auto events = Events::open(options);
  REQUIRE(!events);
  CHECK(events.error().kind == ErrorKind::cannot_create);
}

TEST_CASE("a reader that does not read blocks nobody") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const int before = ::dup(STDOUT_FILENO);
  ::dup2(ends[1], STDOUT_FILENO);
  EventOptions options;
  options.path = "-";
  options.per_second = 1e6;
  options.burst = 1e6;
  auto events = Events::open(options);
  REQUIRE(events);
  const Timestamp start = *parse_timestamp("2026-11-20T08:00:00Z");
  const std::string much = ",\"text\":\"" + std::string(1000, 'x') + "\"";
  for (int count = 0; count < 500; ++count) events->send("first-flagged", start, much);
  const std::uint64_t announced = events->sent();
  CHECK(announced > 10);
  std::array<char, 65'536> taken{};
  const ssize_t size = ::read(ends[0], taken.data(), taken.size());
  REQUIRE(size > 0);
  // The count is written in between, if there is room for that little.
  const std::string text(taken.data(), static_cast<std::size_t>(size));
  std::uint64_t counts = 0;
  for (std::size_t at = 0; (at = text.find("\"held-back\"", at)) != std::string::npos; ++at) ++counts;
  CHECK(announced + events->held_back() == 500 + counts);
  CHECK(text.back() == '\n');
  events->settle(start + seconds(1), true);
  CHECK(events->sent() == announced + 1);  // the count of what was held back
  ::dup2(before, STDOUT_FILENO);
  for (const int end : {before, ends[0], ends[1]}) ::close(end);
}

TEST_CASE("a line cut off by a full disk does not spoil the next") {
  const EventsFile file;
  EventOptions options;
  options.path = file.path();
  const Timestamp start = *parse_timestamp("2026-11-20T08:00:00Z");
  {
    auto events = Events::open(options);
    REQUIRE(events);
    events->send("loss-began", start, "");
    // A limit on file size, which cuts a line as a full disk does (setrlimit(2)).
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &before) == 0);
    const rlimit small{100, before.rlim_max};
    const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    events->send("link-down", start, "");
    events->send("link-up", start, "");
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &before) == 0);
    std::signal(SIGXFSZ, ignored);
    CHECK(events->held_back() == 1);  // the rest of the first line precedes the next one
    REQUIRE(file.lines().size() == 2);
    events->send("loss-ended", start, "");
    REQUIRE(file.lines().size() == 4);  // the count of what was held back came first
    CHECK(file.lines()[2].find("{\"event\":\"held-back\"") == 0);
    CHECK(file.lines()[3].find("{\"event\":\"loss-ended\"") == 0);
  }
  std::ofstream(file.path(), std::ios::app) << "{\"event\":\"li";
  auto next = Events::open(options);
  REQUIRE(next);
  next->send("link-up", start, "");
  REQUIRE(file.lines().size() == 6);
  CHECK(file.lines()[5].find("{\"event\":\"link-up\"") == 0);
}

TEST_CASE("an event file that was copied and truncated continues from its beginning") {
  const EventsFile file;
  EventOptions options;
  options.path = file.path();
  auto events = Events::open(options);
  REQUIRE(events);
  const Timestamp start = *parse_timestamp("2026-11-20T08:00:00Z");
  events->send("loss-began", start, "");
  REQUIRE(::truncate(file.path().c_str(), 0) == 0);
  events->send("loss-ended", start, "");
  REQUIRE(file.lines().size() == 1);
  CHECK(file.lines()[0] == R"({"event":"loss-ended","time":"2026-11-20T08:00:00.000000000Z"})");
}
