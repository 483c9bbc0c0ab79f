// ClientHellos, and what carries them, as text.
#pragma once

#include <string>
#include <vector>

namespace portproof::test {

inline std::string be16(std::size_t value) {
  return {static_cast<char>(value >> 8U), static_cast<char>(value & 0xffU)};
}

inline std::string be24(std::size_t value) {
  return static_cast<char>(value >> 16U) + be16(value & 0xffffU);
}

inline std::string tls_record(char type, const std::string& body) {
  return std::string{type} + "\x03\x01" + be16(body.size()) + body;
}

inline std::string tls_handshake(char type, const std::string& body) {
  return std::string{type} + be24(body.size()) + body;
}

inline std::string tls_extension(std::size_t type, const std::string& body) {
  return be16(type) + be16(body.size()) + body;
}

inline std::string server_name_extension(const std::string& name) {
  const std::string entry = '\0' + be16(name.size()) + name;
  return tls_extension(0, be16(entry.size()) + entry);
}

// The body of a hello, after its handshake header. DTLS has another version, and a cookie.
inline std::string hello_body(const std::string& extensions) {
  return "\x03\x03" + std::string(32, 'r') + '\x20' + std::string(32, 's') + be16(4) + "\x13\x01\x13\x02" +
         std::string("\x01\0", 2) + be16(extensions.size()) + extensions;
}

inline std::string dtls_hello_body(const std::string& extensions, const std::string& cookie = {}) {
  return "\xfe\xfd" + std::string(32, 'r') + '\0' + static_cast<char>(cookie.size()) + cookie + be16(4) +
         "\x13\x01\x13\x02" + std::string("\x01\0", 2) + be16(extensions.size()) + extensions;
}

// A hello as long as one with a post-quantum key exchange, with its name after the long part.
inline std::string long_extensions(const std::string& name, std::size_t padding = 1800) {
  return tls_extension(51, std::string(padding, 'k')) + server_name_extension(name) +
         tls_extension(43, "\x02\x03\x04");
}

// The same bytes in records of at most `size` bytes.
inline std::string in_records(const std::string& handshake, std::size_t size) {
  std::string stream;
  for (std::size_t at = 0; at < handshake.size(); at += size) {
    stream += tls_record(22, handshake.substr(at, size));
  }
  return stream;
}

// A DTLS record with one fragment of a hello.
inline std::string dtls_record(const std::string& body, char type = 22) {
  return std::string{type} + "\xfe\xfd" + std::string(8, '\0') + be16(body.size()) + body;
}

inline std::string dtls_fragment(const std::string& body, std::size_t offset, std::size_t size,
                                 std::size_t message = 0) {
  const std::string part = body.substr(offset, size);
  return '\x01' + be24(body.size()) + be16(message) + be24(offset) + be24(part.size()) + part;
}

inline std::vector<std::string> cut_into(const std::string& text, std::size_t size) {
  std::vector<std::string> pieces;
  for (std::size_t at = 0; at < text.size(); at += size) pieces.push_back(text.substr(at, size));
  return pieces;
}

}  // namespace portproof::test
