#include "tests/bench/traffic/payload.hpp"

#include "tests/bench/traffic/draw.hpp"

namespace portproof::bench {
namespace {

void put(Bytes& to, std::string_view text) {
  to.insert(to.end(), text.begin(), text.end());
}

void put16(Bytes& to, std::size_t value) {
  to.push_back(static_cast<std::uint8_t>(value >> 8U));
  to.push_back(static_cast<std::uint8_t>(value));
}

void put(Bytes& to, const Bytes& bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

// A handshake message in one record (RFC 8446, 5.1 and 4).
Bytes tls_record(std::uint8_t message, const Bytes& body) {
  Bytes record{0x16, 0x03, 0x01};
  put16(record, body.size() + 4);
  record.push_back(message);
  record.push_back(0);
  put16(record, body.size());
  put(record, body);
  return record;
}

Bytes tls_client_hello(std::string_view name) {
  Bytes names;
  names.push_back(0);  // host_name (RFC 6066, section 3)
  put16(names, name.size());
  put(names, name);
  Bytes extensions;
  put16(extensions, 0);  // server_name
  put16(extensions, names.size() + 2);
  put16(extensions, names.size());
  put(extensions, names);
  put16(extensions, 21);  // padding (RFC 7685): hellos have about this length
  put16(extensions, 300);
  extensions.insert(extensions.end(), 300, 0);
  Bytes body{0x03, 0x03};
  put(body, noise(32, name.size()));
  body.push_back(0);  // no session
  put16(body, 4);
  put16(body, 0x1301);
  put16(body, 0xc02f);
  body.push_back(1);
  body.push_back(0);
  put16(body, extensions.size());
  put(body, extensions);
  return tls_record(1, body);
}

void put_question(Bytes& to, std::string_view name) {
  while (!name.empty()) {
    const std::size_t end = std::min(name.find('.'), name.size());
    to.push_back(static_cast<std::uint8_t>(end));
    put(to, name.substr(0, end));
    name.remove_prefix(std::min(end + 1, name.size()));
  }
  to.push_back(0);
  put16(to, 1);  // A
  put16(to, 1);  // IN
}

}  // namespace

Bytes client_hello(Speaks what, std::string_view server_name) {
  Bytes bytes;
  switch (what) {
    case Speaks::tls:
      return tls_client_hello(server_name);
    case Speaks::http:
      put(bytes, "GET /index.html HTTP/1.1\r\nHost: ");
      put(bytes, server_name);
      put(bytes, "\r\nUser-Agent: traffic\r\nAccept: */*\r\n\r\n");
      return bytes;
    case Speaks::ica:
      put(bytes, std::string_view{"\x7f\x7f"
                                  "ICA\0",
                                  6});
      return bytes;
    case Speaks::cgp:
      put(bytes,
          "\x1a"
          "CGP/01");
      put(bytes, noise(40, 1));
      return bytes;
    case Speaks::opaque:
      break;
  }
  return noise(120, server_name.size());
}

Bytes server_hello(Speaks what) {
  Bytes bytes;
  switch (what) {
    case Speaks::tls:
      return tls_record(2, noise(90, 2));
    case Speaks::http:
      put(bytes, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 100000\r\n\r\n");
      put(bytes, noise(400, 3));
      return bytes;
    case Speaks::ica:
    case Speaks::cgp:
      return client_hello(what, {});
    case Speaks::opaque:
      break;
  }
  return noise(200, 4);
}

Bytes dns_query(std::string_view name, std::uint16_t id) {
  Bytes bytes;
  for (const unsigned word : {unsigned{id}, 0x0100U, 1U, 0U, 0U, 0U}) put16(bytes, word);
  put_question(bytes, name);
  return bytes;
}

Bytes dns_answer(std::string_view name, std::uint16_t id, Host address) {
  Bytes bytes;
  for (const unsigned word : {unsigned{id}, 0x8180U, 1U, 1U, 0U, 0U}) put16(bytes, word);
  put_question(bytes, name);
  put16(bytes, 0xc00c);  // the name in the question
  for (const unsigned word : {1U, 1U, 0U, 300U, 4U}) put16(bytes, word);
  put16(bytes, (0x0a000000U + address) >> 16U);
  put16(bytes, address & 0xffffU);
  return bytes;
}

Bytes noise(std::size_t size, std::uint64_t seed) {
  Draw draw(seed);
  Bytes bytes(size);
  // From 0xc0 up: no protocol that is recognised by its first bytes begins like this.
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(0xc0U | draw.below(0x40));
  return bytes;
}

}  // namespace portproof::bench
