// Handshake messages that span several TLS records (RFC 8446, 5.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace portproof {

struct JoinedHandshake {
  std::size_t size{0};  // bytes of handshake messages, from the first record on
  bool goes_on{false};  // the stream ends within a record or after one: more may follow
};

// Copies the content of the handshake records at the beginning of `stream` to `to`, as much as fits. Stops at
// a record of another type, because none may interrupt a handshake message.
JoinedHandshake join_handshake(std::span<const std::uint8_t> stream, std::span<std::uint8_t> to);

}  // namespace portproof
