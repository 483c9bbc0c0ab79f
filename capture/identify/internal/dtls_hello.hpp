// The ClientHello of DTLS, which comes in fragments: each says where it belongs (RFC 6347, 4.2.3; RFC 9147,
// 5.5). They may stand in one record, in several, and in several datagrams.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/identify.hpp"

namespace portproof {

struct DtlsHelloFragment {
  std::uint16_t message{0};  // number of the message: the hello that answers a cookie has another one
  std::uint32_t length{0};   // of the whole hello, without the handshake header
  std::uint32_t offset{0};
  std::span<const std::uint8_t> bytes;  // as captured: those of the last fragment may be cut
};

// Goes through the fragments of a ClientHello in one datagram.
class DtlsHelloFragments {
 public:
  explicit DtlsHelloFragments(std::span<const std::uint8_t> datagram) : records_(datagram) {}

  // Nothing where a record or message of another kind comes, or what makes no sense.
  std::optional<DtlsHelloFragment> next();

 private:
  bool open_record();

  ByteCursor records_;
  ByteCursor record_;  // what is left of the record that is looked at
};

// `dtls` for a datagram that begins with a ClientHello or a fragment of one; `unfinished` where its fragments
// have to be put together first. All other records are dtls.cpp's.
Recognition recognise_dtls_hello(const FirstData& data);

}  // namespace portproof
