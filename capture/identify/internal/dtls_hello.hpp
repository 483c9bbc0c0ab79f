// The ClientHello of DTLS, which comes in fragments with offsets (RFC 6347, 4.2.3; RFC 9147, 5.5). They may
// be in one record, in several, and in several datagrams.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/identify.hpp"

namespace portproof {

struct DtlsHelloFragment {
  std::uint16_t message{0};  // number of the message: the second hello, with the cookie, has another one
  std::uint32_t length{0};   // of the whole hello, without the handshake header
  std::uint32_t offset{0};
  std::span<const std::uint8_t> bytes;  // as captured: the last fragment may be cut
};

// Reads the fragments of a ClientHello in one datagram.
class DtlsHelloFragments {
 public:
  explicit DtlsHelloFragments(std::span<const std::uint8_t> datagram) : records_(datagram) {}

  // Nothing if a record or message of another kind follows, or an invalid one.
  std::optional<DtlsHelloFragment> next();

 private:
  bool open_record();

  ByteCursor records_;
  ByteCursor record_;  // what is left of the current record
};

// `dtls` for a datagram that begins with a ClientHello or a fragment of one; `unfinished` if its fragments
// have to be put together first. dtls.cpp reads all other records.
Recognition recognise_dtls_hello(const FirstData& data);

}  // namespace portproof
