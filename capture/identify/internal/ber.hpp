// Elements of ASN.1 in Basic Encoding Rules (X.690, 8.1), as far as LDAP, Kerberos and SNMP use them: tags of
// one byte, definite lengths in one to five bytes.
#pragma once

#include <cstdint>

#include "capture/base/byte_cursor.hpp"

namespace portproof {

struct BerHeader {
  std::uint8_t tag{0};
  std::uint32_t length{0};  // of the content, of which the capture may hold less
  bool valid{false};
};

// Reads the header at `at` and moves to the content. Lengths need not be minimal.
inline BerHeader read_ber(ByteCursor& at) {
  constexpr std::uint8_t kLong = 0x80;
  constexpr std::uint8_t kMostBytes = 4;
  BerHeader header;
  header.tag = at.u8();
  const std::uint8_t first = at.u8();
  if (first < kLong) {
    header.length = first;
  } else {
    const std::uint8_t bytes = first & 0x7fU;
    if (bytes == 0 || bytes > kMostBytes) return header;
    for (std::uint8_t count = 0; count < bytes; ++count) header.length = (header.length << 8U) | at.u8();
  }
  header.valid = !at.failed();
  return header;
}

// A non-negative INTEGER of at most four bytes; -1 if there is none, or it is cut.
inline std::int64_t read_ber_integer(ByteCursor& at) {
  constexpr std::uint8_t kInteger = 0x02;
  const BerHeader header = read_ber(at);
  if (!header.valid || header.tag != kInteger || header.length == 0 || header.length > 4) return -1;
  std::int64_t value = 0;
  for (std::uint32_t count = 0; count < header.length; ++count) value = value * 256 + at.u8();
  const bool negative = (value >> (8 * header.length - 1)) != 0;
  return at.failed() || negative ? -1 : value;
}

}  // namespace portproof
