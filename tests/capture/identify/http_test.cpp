#include <doctest/doctest.h>

#include <string>

#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;

namespace {

struct Row {
  std::string_view what;
  std::string_view bytes;
  std::string_view application;
  NameState name_state;
  std::string_view name;
};

constexpr std::string_view kHttp = "http";
constexpr std::string_view kUnknown = "unknown";

}  // namespace

TEST_CASE("requests, responses and their look-alikes") {
  const Row rows[] = {
      {"a request", "GET / HTTP/1.1\r\nAccept: */*\r\nhOST:  a.example:80 \r\n\r\n", kHttp, NameState::given,
       "a.example:80"},
      {"after a blank line", "\r\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n", kHttp, NameState::given,
       "a.example"},
      {"after two", "\r\n\nGET / HTTP/1.1\r\nHost: a.example\r\n\r\n", kHttp, NameState::given, "a.example"},
      {"after too many", "\n\n\n\n\nGET / HTTP/1.1\r\n\r\n", kUnknown, NameState::unseen, ""},
      {"after a space", " GET / HTTP/1.1\r\n\r\n", kUnknown, NameState::unseen, ""},
      {"line ends without CR", "GET / HTTP/1.1\nHost: a.example\n\n", kHttp, NameState::given, "a.example"},
      {"the first Host counts", "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", kHttp, NameState::given, "a"},
      {"whole, without Host", "GET / HTTP/1.0\r\nAccept: */*\r\n\r\n", kHttp, NameState::absent, ""},
      {"an empty Host", "GET / HTTP/1.1\r\nHost:\r\n\r\n", kHttp, NameState::absent, ""},
      {"a field that ends in host", "GET / HTTP/1.1\r\nX-Host: b\r\n\r\n", kHttp, NameState::absent, ""},
      {"cut before the Host", "GET / HTTP/1.1\r\nAccept: */*\r\n", kHttp, NameState::unseen, ""},
      {"cut within the Host", "GET / HTTP/1.1\r\nHost: a.exam", kHttp, NameState::unseen, ""},
      {"cut within the target", "GET /long/and/longer", kHttp, NameState::unseen, ""},
      {"a Host in the body does not count", "POST / HTTP/1.1\r\n\r\nHost: b\r\n", kHttp, NameState::absent,
       ""},
      {"a WebDAV method", "PROPFIND /x HTTP/1.1\r\nHost: a\r\n\r\n", kHttp, NameState::given, "a"},
      {"the whole server", "OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n", kHttp, NameState::given, "a"},
      {"through a proxy", "CONNECT b.example:443 HTTP/1.1\r\nHost: b.example\r\n\r\n", kHttp,
       NameState::absent, ""},
      {"from a proxy", "GET http://b.example/ HTTP/1.1\r\nHost: b.example\r\n\r\n", kHttp, NameState::absent,
       ""},
      {"HTTP/2 without TLS", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", kHttp, NameState::unseen, ""},
      {"a response", "HTTP/1.1 200 OK\r\nHost: a\r\n\r\n", kHttp, NameState::unseen, ""},
      {"a response without reason", "HTTP/1.0 404\r\n", kHttp, NameState::unseen, ""},
      {"no status", "HTTP/1.1 OK", kUnknown, NameState::unseen, ""},
      {"RTSP", "OPTIONS * RTSP/1.0\r\n\r\n", kUnknown, NameState::unseen, ""},
      {"SIP", "OPTIONS sip:a@b SIP/2.0\r\n\r\n", kUnknown, NameState::unseen, ""},
      {"an unknown method", "FETCH / HTTP/1.1\r\n\r\n", kUnknown, NameState::unseen, ""},
      {"lower case", "get / HTTP/1.1\r\n\r\n", kUnknown, NameState::unseen, ""},
      {"no version", "GET /\r\n", kUnknown, NameState::unseen, ""},
      {"one space too many", "GET / x HTTP/1.1\r\n", kUnknown, NameState::unseen, ""},
      {"prose", "POST offices are closed", kUnknown, NameState::unseen, ""},
      {"binary", "GET /\x01\x02\x03 HTTP/1.1\r\n", kUnknown, NameState::unseen, ""},
  };
  for (const Row& row : rows) {
    CAPTURE(row.what);
    const Recognition found = identify_text(row.bytes);
    CHECK(name(found.application) == row.application);
    CHECK(found.name_state == row.name_state);
    CHECK(found.name == row.name);
    CHECK(found.more_may_show == (row.application == kUnknown));
  }
}

TEST_CASE("a request cut at every byte is HTTP or unknown, and its name is whole or missing") {
  const std::string request = "GET /index HTTP/1.1\r\nHost: a.example\r\nAccept: */*\r\n\r\n";
  for (std::size_t size = 0; size < request.size(); ++size) {
    const Recognition found = identify_text(std::string_view{request}.substr(0, size));
    if (found.name_state == NameState::given) CHECK(found.name == "a.example");
    CHECK(found.name_state != NameState::absent);
    CHECK((name(found.application) == kHttp || size < 5));
  }
}
