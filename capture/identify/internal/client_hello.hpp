// The ClientHello and its server name (RFC 8446, 4.1.2; RFC 6066, 3), as TLS, DTLS and QUIC send it: one
// reader for all three. What carries the hello (records, fragments, CRYPTO frames) is its caller's business.
//
// Where a client hides the name that it means (Encrypted Client Hello), the name is that of the outer hello:
// it stands in the clear, and names whoever answers for the hidden one.
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

// DTLS 1.0, 1.2 and 1.3; the numbers are those of TLS, upside down, and there is no 1.1 (RFC 6347, 4.1).
constexpr bool is_dtls_version(std::uint16_t version) {
  return version == 0xfeff || version == 0xfefd || version == 0xfefc;
}

struct ClientHello {
  bool plausible{false};  // as far as it goes, it is one
  NameState name_state{NameState::unseen};
  std::string_view name;   // as sent, within the bytes that were read
  bool unfinished{false};  // the bytes end before the hello does, and before it says whom it means
};

// `body` is what there is of a hello from behind its handshake header, which says that it has `length` bytes.
// It may be cut anywhere: what was read until then counts. A hello that was seen to the end of its
// extensions and carries no name is `absent`.
ClientHello read_client_hello(std::span<const std::uint8_t> body, std::uint32_t length, HelloForm form);

}  // namespace portproof
