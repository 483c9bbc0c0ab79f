// The Initial packets of QUIC (RFC 9000, 17.2.2), which carry the client's hello in CRYPTO frames.
#pragma once

#include <cstdint>
#include <optional>
#include <span>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/identify.hpp"
#include "capture/identify/internal/quic_protection.hpp"

namespace portproof {

// The next Initial packet of a datagram, in a version whose keys are known; moves `at` behind it. Skips other
// packets that have a length. Nothing if there is none, or if the capture cuts it: what is cut cannot be
// opened.
std::optional<QuicInitial> next_quic_initial(ByteCursor& at);

// Does the datagram begin with a 0-RTT packet of a known version (RFC 9000, 17.2.3)? Only clients send them.
// Its Initial packet may still be to come, if the two were reordered on the way.
bool begins_with_zero_rtt(std::span<const std::uint8_t> datagram);

// A part of the hello: its offset and its bytes.
struct QuicCrypto {
  std::uint64_t offset{0};
  std::span<const std::uint8_t> bytes;
};

// The next CRYPTO frame among a packet's opened frames; nothing if there is none, or if a frame that an
// Initial packet must not have (RFC 9000, 12.4) precedes it.
std::optional<QuicCrypto> next_quic_crypto(ByteCursor& frames);

// `quic`, and `unfinished`, for a datagram that begins with an Initial packet. Its name has to be deciphered
// and perhaps put together from several packets (identify/assembly.hpp does both); only then is it known
// whether the client sent the packet. Reads the header only.
Recognition recognise_quic_initial(const FirstData& data);

}  // namespace portproof
