// Writes messages byte by byte: big- and little-endian numbers, text, lengths that are known only afterwards.
#pragma once

#include <cstdint>
#include <string_view>

#include "tests/support/packet_builder.hpp"

namespace portproof::samples {

using test::Bytes;

class Message {
 public:
  Message& u8(std::size_t value) {
    bytes_.push_back(static_cast<std::uint8_t>(value));
    return *this;
  }
  Message& u16(std::size_t value) { return u8(value >> 8U).u8(value); }
  Message& u24(std::size_t value) { return u8(value >> 16U).u16(value); }
  Message& u32(std::size_t value) { return u16(value >> 16U).u16(value); }
  Message& le16(std::size_t value) { return u8(value).u8(value >> 8U); }
  Message& le32(std::size_t value) { return le16(value).le16(value >> 16U); }
  Message& text(std::string_view value) {
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
  }
  Message& put(const Bytes& value) {
    bytes_.insert(bytes_.end(), value.begin(), value.end());
    return *this;
  }
  Message& zeroes(std::size_t count) {
    bytes_.resize(bytes_.size() + count);
    return *this;
  }
  // `count` bytes that differ, where a real program would use random ones.
  Message& noise(std::size_t count) {
    for (std::size_t index = 0; index < count; ++index) u8(index * 37 + count * 11 + 0x5b);
    return *this;
  }
  // The value after its length in 8, 16 or 24 bits.
  Message& with_length8(const Bytes& value) { return u8(value.size()).put(value); }
  Message& with_length16(const Bytes& value) { return u16(value.size()).put(value); }
  Message& with_length24(const Bytes& value) { return u24(value.size()).put(value); }

  [[nodiscard]] std::size_t size() const { return bytes_.size(); }
  [[nodiscard]] const Bytes& bytes() const { return bytes_; }
  operator Bytes() const { return bytes_; }  // NOLINT: a message is meant to stand for its bytes

 private:
  Bytes bytes_;
};

// One ASN.1 element (X.690, distinguished encoding): LDAP, Kerberos and SNMP consist of these.
inline Bytes der(std::uint8_t tag, const Bytes& value) {
  Message element;
  element.u8(tag);
  if (value.size() < 0x80) {
    element.u8(value.size());
  } else if (value.size() < 0x100) {
    element.u8(0x81).u8(value.size());
  } else {
    element.u8(0x82).u16(value.size());
  }
  return element.put(value);
}
inline Bytes der_text(std::uint8_t tag, std::string_view value) {
  return der(tag, Message().text(value));
}
inline Bytes der_integer(std::uint8_t value) {
  return der(0x02, {value});
}
// Several elements in sequence, as one of kind `tag`.
inline Bytes der_all(std::uint8_t tag, std::initializer_list<Bytes> elements) {
  Message all;
  for (const Bytes& element : elements) all.put(element);
  return der(tag, all);
}

}  // namespace portproof::samples
