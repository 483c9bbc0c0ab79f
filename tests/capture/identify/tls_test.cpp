#include <doctest/doctest.h>

#include <random>
#include <string>

#include "tests/capture/identify/data.hpp"
#include "tests/capture/identify/hellos.hpp"
#include "tests/support/application.hpp"

using namespace portproof;
using namespace portproof::test;
using namespace std::string_literals;

namespace {

// Without the length of its extensions, which an old hello may omit.
const std::string kBeforeExtensions = hello_body("").substr(0, hello_body("").size() - 2);

std::string client_hello(const std::string& extensions) {
  return tls_record(22, tls_handshake(1, hello_body(extensions)));
}

const std::string kServerHello =
    tls_record(22, tls_handshake(2, "\x03\x03" + std::string(32, 'r') + '\0' + "\x13\x01" + '\0'));

}  // namespace

TEST_CASE("a ClientHello gives the server's name") {
  const std::string hello = client_hello(tls_extension(43, "\x02\x03\x04") +
                                         server_name_extension("a.example") + tls_extension(21, "x"));
  const Recognition found = identify_text(hello);
  CHECK(found.application == application("tls"));
  CHECK(found.name_state == NameState::given);
  CHECK(found.name == "a.example");
}

TEST_CASE("a ClientHello that was seen whole and has no name says so") {
  CHECK(identify_text(client_hello(tls_extension(43, "\x02\x03\x04"))).name_state == NameState::absent);
  CHECK(identify_text(client_hello("")).name_state == NameState::absent);
  CHECK(identify_text(client_hello(tls_extension(0, ""))).name_state == NameState::absent);
  CHECK(identify_text(client_hello(server_name_extension(""))).name_state == NameState::absent);
  // Without the length of the extensions: RFC 5246 allows it.
  const Recognition old = identify_text(tls_record(22, tls_handshake(1, kBeforeExtensions)));
  CHECK(old.application == application("tls"));
  CHECK(old.name_state == NameState::absent);
}

TEST_CASE("a ClientHello cut at every byte gives never another name, never absent") {
  const std::string name = "a.example";
  const std::string hello =
      client_hello(tls_extension(43, "\x02\x03\x04") + server_name_extension(name) + tls_extension(21, "x"));
  const std::size_t name_ends = hello.find(name) + name.size();
  for (std::size_t size = 0; size < hello.size(); ++size) {
    CAPTURE(size);
    const Recognition found = identify_text(std::string_view{hello}.substr(0, size), 1);
    CHECK(found.application == (size < 11 ? kUnknownApplication : application("tls")));
    CHECK(found.more_may_show == (size < 11));
    CHECK(found.name_state == (size < name_ends ? NameState::unseen : NameState::given));
    if (found.name_state == NameState::given) CHECK(found.name == name);
  }
}

TEST_CASE("a hello is unfinished if its sender has not sent the rest yet, not if the capture cut it") {
  const std::string hello = client_hello(long_extensions("a.example"));
  CHECK_FALSE(identify_text(hello).unfinished);
  for (const std::size_t size : {20U, 100U, 1400U}) {
    CAPTURE(size);
    CHECK(identify_text(std::string_view{hello}.substr(0, size)).unfinished);
    CHECK_FALSE(identify_text(std::string_view{hello}.substr(0, size), 1).unfinished);
  }
  const std::string named =
      client_hello(server_name_extension("a.example") + tls_extension(51, std::string(999, 'k')));
  CHECK_FALSE(identify_text(std::string_view{named}.substr(0, 200)).unfinished);
  CHECK(identify_text(hello).speaker == Speaker::asks);
  CHECK(identify_text(kServerHello).speaker == Speaker::answers);
}

TEST_CASE("a hello that continues in a second record does not end in the first") {
  const std::string body = kBeforeExtensions + be16(400) + tls_extension(43, "\x02\x03\x04");
  const std::string hello =
      tls_record(22, "\x01\0"s + be16(body.size() + 300) + body) + tls_record(22, std::string(300, 'x'));
  const Recognition found = identify_text(hello);
  CHECK(found.application == application("tls"));
  CHECK(found.name_state == NameState::unseen);
  CHECK(found.unfinished);
}

TEST_CASE("servers and sessions under way") {
  CHECK(application_of(kServerHello) == "tls");
  CHECK(application_of(tls_record(21, "\x01\x00"s) + kServerHello) == "tls");
  CHECK(application_of(tls_record(23, std::string(100, 'x'))) == "tls");
  CHECK(application_of(tls_record(23, std::string(100, 'x')).substr(0, 50)) == "tls");
  CHECK(application_of(tls_record(20, "\x01") + tls_record(22, std::string(40, '\x99'))) == "tls");
}

TEST_CASE("messages that only begin like TLS") {
  CHECK(application_of("\x16\x03\x01") == "unknown");
  CHECK(application_of(tls_record(22, "")) == "unknown");
  CHECK(application_of("\x17\x02\x03\x00\x05hello"s) == "unknown");
  CHECK(application_of("\x17\x03\x03\xff\xffhello"s) == "unknown");
  CHECK(application_of("\x19\x03\x03\x00\x05hello"s) == "unknown");
  CHECK(application_of(tls_record(23, "hello") + "and more") == "unknown");
  CHECK(application_of(tls_record(20, "12")) == "unknown");
  // Hellos with impossible parts.
  CHECK(application_of(tls_record(22, tls_handshake(1, "\x03\x03 short"))) == "unknown");
  CHECK(application_of(tls_record(22, tls_handshake(1, "\x05\x03" + std::string(60, 'r')))) == "unknown");
  CHECK(application_of(tls_record(22, tls_handshake(1, "\x03\x03" + std::string(32, 'r') + '\x21' +
                                                           std::string(60, 's')))) == "unknown");
  CHECK(application_of(tls_record(22, tls_handshake(1, "\x03\x03" + std::string(32, 'r') + '\0' + be16(3) +
                                                           std::string(60, 's')))) == "unknown");
}

TEST_CASE("any bytes do no harm") {
  std::mt19937 random(3);
  const std::string hello = client_hello(server_name_extension("a.example"));
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = hello;
    for (int flips = 0; flips < 3; ++flips) bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(1 + random() % bytes.size());
    const Recognition found = identify_text(bytes);
    if (found.name_state == NameState::given) CHECK(found.name.size() <= bytes.size());
  }
}
