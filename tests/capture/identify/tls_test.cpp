#include <doctest/doctest.h>

#include <random>
#include <string>

#include "tests/capture/identify/data.hpp"

using namespace portproof;
using namespace portproof::test;
using namespace std::string_literals;

namespace {

std::string be16(std::size_t value) {
  return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xffU)};
}

std::string record(char type, const std::string& body) {
  return std::string{type} + "\x03\x01" + be16(body.size()) + body;
}

std::string handshake(char type, const std::string& body) {
  return std::string{type} + '\0' + be16(body.size()) + body;
}

std::string extension(std::size_t type, const std::string& body) {
  return be16(type) + be16(body.size()) + body;
}

std::string server_name(const std::string& name) {
  const std::string entry = '\0' + be16(name.size()) + name;
  return extension(0, be16(entry.size()) + entry);
}

const std::string kBeforeExtensions = "\x03\x03" + std::string(32, 'r') + '\x20' + std::string(32, 's') +
                                      be16(4) + "\x13\x01\x13\x02" + "\x01\0"s;

std::string client_hello(const std::string& extensions) {
  return record(22, handshake(1, kBeforeExtensions + be16(extensions.size()) + extensions));
}

const std::string kServerHello =
    record(22, handshake(2, "\x03\x03" + std::string(32, 'r') + '\0' + "\x13\x01" + '\0'));

}  // namespace

TEST_CASE("a ClientHello gives the server's name") {
  const std::string hello =
      client_hello(extension(43, "\x02\x03\x04") + server_name("a.example") + extension(21, "x"));
  const Recognition found = identify_text(hello);
  CHECK(found.application == Application::tls);
  CHECK(found.name_state == NameState::given);
  CHECK(found.name == "a.example");
}

TEST_CASE("a ClientHello that was seen whole and has no name says so") {
  CHECK(identify_text(client_hello(extension(43, "\x02\x03\x04"))).name_state == NameState::absent);
  CHECK(identify_text(client_hello("")).name_state == NameState::absent);
  CHECK(identify_text(client_hello(extension(0, ""))).name_state == NameState::absent);
  CHECK(identify_text(client_hello(server_name(""))).name_state == NameState::absent);
  // Without the length of the extensions: RFC 5246 allows it.
  const Recognition old = identify_text(record(22, handshake(1, kBeforeExtensions)));
  CHECK(old.application == Application::tls);
  CHECK(old.name_state == NameState::absent);
}

TEST_CASE("a ClientHello cut at every byte: never another name, never absent") {
  const std::string name = "a.example";
  const std::string hello =
      client_hello(extension(43, "\x02\x03\x04") + server_name(name) + extension(21, "x"));
  const std::size_t name_ends = hello.find(name) + name.size();
  for (std::size_t size = 0; size < hello.size(); ++size) {
    CAPTURE(size);
    const Recognition found = identify_text(std::string_view{hello}.substr(0, size), 1);
    CHECK(found.application == (size < 11 ? Application::unknown : Application::tls));
    CHECK(found.more_may_tell == (size < 11));
    CHECK(found.name_state == (size < name_ends ? NameState::unseen : NameState::given));
    if (found.name_state == NameState::given) CHECK(found.name == name);
  }
}

TEST_CASE("a hello that goes on in a second record has no end in the first") {
  const std::string body = kBeforeExtensions + be16(400) + extension(43, "\x02\x03\x04");
  const std::string hello =
      record(22, "\x01\0"s + be16(body.size() + 300) + body) + record(22, std::string(300, 'x'));
  const Recognition found = identify_text(hello);
  CHECK(found.application == Application::tls);
  CHECK(found.name_state == NameState::unseen);
}

TEST_CASE("servers and sessions under way") {
  CHECK(application_of(kServerHello) == Application::tls);
  CHECK(application_of(record(21, "\x01\x00"s) + kServerHello) == Application::tls);
  CHECK(application_of(record(23, std::string(100, 'x'))) == Application::tls);
  CHECK(application_of(record(23, std::string(100, 'x')).substr(0, 50)) == Application::tls);
  CHECK(application_of(record(20, "\x01") + record(22, std::string(40, '\x99'))) == Application::tls);
}

TEST_CASE("what only begins like TLS") {
  CHECK(application_of("\x16\x03\x01") == Application::unknown);
  CHECK(application_of(record(22, "")) == Application::unknown);
  CHECK(application_of("\x17\x02\x03\x00\x05hello"s) == Application::unknown);
  CHECK(application_of("\x17\x03\x03\xff\xffhello"s) == Application::unknown);
  CHECK(application_of("\x19\x03\x03\x00\x05hello"s) == Application::unknown);
  CHECK(application_of(record(23, "hello") + "and more") == Application::unknown);
  CHECK(application_of(record(20, "12")) == Application::unknown);
  // Hellos with impossible parts.
  CHECK(application_of(record(22, handshake(1, "\x03\x03 short"))) == Application::unknown);
  CHECK(application_of(record(22, handshake(1, "\x05\x03" + std::string(60, 'r')))) == Application::unknown);
  CHECK(application_of(record(22, handshake(1, "\x03\x03" + std::string(32, 'r') + '\x21' +
                                                   std::string(60, 's')))) == Application::unknown);
  CHECK(application_of(record(22, handshake(1, "\x03\x03" + std::string(32, 'r') + '\0' + be16(3) +
                                                   std::string(60, 's')))) == Application::unknown);
}

TEST_CASE("any bytes are survived") {
  std::mt19937 random(3);
  const std::string hello = client_hello(server_name("a.example"));
  for (int round = 0; round < 20'000; ++round) {
    std::string bytes = hello;
    for (int flips = 0; flips < 3; ++flips) bytes[random() % bytes.size()] = static_cast<char>(random());
    bytes.resize(1 + random() % bytes.size());
    const Recognition found = identify_text(bytes);
    if (found.name_state == NameState::given) CHECK(found.name.size() <= bytes.size());
  }
}
