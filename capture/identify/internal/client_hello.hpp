// The ClientHello and its server name (RFC 8446, 4.1.2; RFC 6066, 3) in TLS, DTLS and QUIC: one reader for
// all three. The caller takes the hello out of its records, fragments or CRYPTO frames.
//
// If a client encrypts the name that it means (Encrypted Client Hello), the name is that of the outer hello,
// which is in the clear and names the server that answers for the hidden one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "capture/base/name_state.hpp"

namespace portproof {

inline constexpr std::uint8_t kClientHelloType = 1;        // RFC 8446, 4
inline constexpr std::size_t kTlsHandshakeHeader = 4;      // type and a length of three bytes
inline constexpr std::uint32_t kShortestHello = 38;        // version, random, no session, a suite, a method
inline constexpr std::uint32_t kLongestHello = 1U << 16U;  // far more than any that a client sends

// DTLS has versions of its own, and a cookie in its hello (RFC 6347, 4.2.1).
enum class HelloForm : std::uint8_t { tls, dtls };

// What OpenSSL sent before DTLS had a standard (its DTLS1_BAD_VER), and Cisco AnyConnect sends still.
inline constexpr std::uint16_t kDtlsBeforeStandard = 0x0100;

// DTLS 1.0, 1.2 and 1.3, whose numbers are those of TLS as complements (there is no 1.1; RFC 6347, 4.1), and
// the one before them.
constexpr bool is_dtls_version(std::uint16_t version) {
  return version == 0xfeff || version == 0xfefd || version == 0xfefc || version == kDtlsBeforeStandard;
}

struct ClientHello {
  bool plausible{false};  // a hello, as far as it goes
  NameState name_state{NameState::unseen};
  std::string_view name;   // as sent, within the bytes given
  bool unfinished{false};  // the bytes end before the hello does, and before its name
};

// `body` is what there is of a hello after its handshake header, which says that it has `length` bytes. It
// may be cut anywhere: what was read until then counts. A hello without a name is `absent` if its extensions
// were seen to their end.
ClientHello read_client_hello(std::span<const std::uint8_t> body, std::uint32_t length, HelloForm form);

}  // namespace portproof
