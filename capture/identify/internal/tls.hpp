// Handshake messages that go on over several TLS records (RFC 8446, 5.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace portproof {

struct JoinedHandshake {
  std::size_t size{0};  // bytes of handshake messages, from the first record on
  bool goes_on{false};  // the stream ends within a record or behind one: more may follow
};

// Copies what the handshake records at the beginning of `stream` carry into `to`, as much as fits. A record
// of another type ends it: none may stand within a handshake message.
JoinedHandshake join_handshake(std::span<const std::uint8_t> stream, std::span<std::uint8_t> to);

}  // namespace portproof
