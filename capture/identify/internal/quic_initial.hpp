// The Initial packets of QUIC (RFC 9000, 17.2.2), which carry the client's hello in CRYPTO frames.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/identify.hpp"
#include "capture/identify/internal/quic_protection.hpp"

namespace portproof {

// The next Initial packet of a datagram, of a version that is known; `at` then stands behind it. Packets of
// other kinds are passed over as far as they say how long they are. Nothing where there is none, or where the
// capture has cut it: what is cut cannot be opened.
std::optional<QuicInitial> next_quic_initial(ByteCursor& at);

// Does the datagram begin with a 0-RTT packet of a known version (RFC 9000, 17.2.3)? Only a client sends
// such. Its Initial packet is still to come, where the two have changed places on their way.
bool begins_with_zero_rtt(std::span<const std::uint8_t> datagram);

// A part of the hello: where it begins, and its bytes.
struct QuicCrypto {
  std::uint64_t offset{0};
  std::span<const std::uint8_t> bytes;
};

// The next CRYPTO frame of a packet's opened frames; nothing where there is none, or where something stands
// before it that an Initial packet must not hold (RFC 9000, 12.4).
std::optional<QuicCrypto> next_quic_crypto(ByteCursor& frames);

// `quic`, and `unfinished`, for a datagram that begins with an Initial packet: the name is in there, but has
// to be deciphered, and to be put together with others (Assemblies of identify/assembly.hpp do both). Whether
// the client sent it is not known before that. Reads the outside only.
Recognition recognise_quic_initial(const FirstData& data);

}  // namespace portproof
