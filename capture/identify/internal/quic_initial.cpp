#include "capture/identify/internal/quic_initial.hpp"

#include "capture/identify/internal/recognisers.hpp"

// Where the name of a QUIC connection is, and how to get there.
//
// A client's first flight is one or more datagrams, each of which may hold several packets, one after the
// other. Only Initial packets carry the hello, in CRYPTO frames among others:
//
//   datagram   | Initial: header, length |  protected frames  | 0-RTT: header, length | ... |
//                                            |
//                                            v  opened (internal/quic_protection.hpp)
//   frames     | PING | CRYPTO offset 300, 200 bytes | PADDING ... | CRYPTO offset 0, 300 bytes |
//
//   hello        [0 ........ 299][300 .... 499]       put together by identify/assembly.cpp
//
// The hello is a TLS ClientHello, and names the server. Clients split it on purpose, in any order, so that
// nothing on the way gets used to a fixed layout.
//
// This file walks over both levels and opens nothing. next_quic_initial() walks over the packets: every long
// header but Retry says how long its packet is, so other packets are skipped by their length; a short header
// has none and ends the datagram. next_quic_crypto() walks over the frames of an opened packet. A frame has
// no length of its own, so each type that may precede a CRYPTO frame has to be parsed (RFC 9000, 12.4:
// PADDING, PING, ACK, CRYPTO, CONNECTION_CLOSE), and any other type ends the walk.
//
// Neither believes a length: ByteCursor checks each against what was captured, and a packet that the capture
// cuts is left out, because its authentication tag is missing. So the walks end after at most as many steps
// as there are bytes, whatever the bytes are. Walking costs some twenty nanoseconds; opening a packet costs a
// hundred times that, and happens for at most four packets of a datagram.

namespace portproof {
namespace {

constexpr std::uint8_t kLongHeader = 0x80;
constexpr std::uint8_t kFixedBit = 0x40;
constexpr std::uint8_t kLongestId = 20;    // RFC 9000, 17.2
constexpr std::size_t kShortestRest = 20;  // number and sample (RFC 9001, 5.4.2)

// A variable-length integer (RFC 9000, 16).
std::uint64_t read_varint(ByteCursor& at) {
  const std::uint8_t first = at.u8();
  std::uint64_t value = first & 0x3fU;
  for (unsigned more = (1U << (first >> 6U)) - 1; more > 0; --more) value = (value << 8U) | at.u8();
  return value;
}

enum class LongType : std::uint8_t { initial, zero_rtt, handshake, retry };

// RFC 9369, 3.2: version 2 numbers them differently.
LongType long_type(std::uint8_t first, std::uint32_t version) {
  const unsigned bits = (first >> 4U) & 3U;
  return static_cast<LongType>(version == kQuicVersion2 ? (bits + 3U) & 3U : bits);
}

bool skip_acknowledgement(ByteCursor& at, bool with_counts) {
  read_varint(at);  // largest
  read_varint(at);  // delay
  std::uint64_t ranges = read_varint(at);
  read_varint(at);
  for (; ranges > 0 && !at.failed(); --ranges) {
    read_varint(at);
    read_varint(at);
  }
  if (with_counts) {
    for (int count = 0; count < 3; ++count) read_varint(at);
  }
  return !at.failed();
}

bool skip_close(ByteCursor& at) {
  read_varint(at);  // error
  read_varint(at);  // frame type
  const std::uint64_t reason = read_varint(at);
  if (at.failed() || !at.has(reason)) return false;
  at.skip(reason);
  return true;
}

}  // namespace

std::optional<QuicInitial> next_quic_initial(ByteCursor& at) {
  while (at.remaining() > 0) {
    const ByteCursor begin = at;
    QuicInitial initial;
    const std::uint8_t first = at.u8();
    if ((first & (kLongHeader | kFixedBit)) != (kLongHeader | kFixedBit)) return std::nullopt;
    initial.version = at.be32();
    if (!is_known_quic_version(initial.version)) return std::nullopt;
    for (const bool destination : {true, false}) {
      const std::uint8_t size = at.u8();
      if (size > kLongestId) return std::nullopt;
      const auto id = at.bytes(size);
      if (destination) initial.destination_id = id;
    }
    const LongType type = long_type(first, initial.version);
    if (type == LongType::retry) return std::nullopt;
    if (type == LongType::initial) {
      const std::uint64_t token = read_varint(at);
      if (at.failed() || !at.has(token)) return std::nullopt;
      at.skip(token);
    }
    const std::uint64_t rest = read_varint(at);
    if (at.failed() || !at.has(rest) || rest < kShortestRest) return std::nullopt;
    initial.number_at = begin.remaining() - at.remaining();
    at.skip(rest);
    if (type != LongType::initial) continue;
    initial.packet = {begin.position(), initial.number_at + rest};
    return initial;
  }
  return std::nullopt;
}

bool begins_with_zero_rtt(std::span<const std::uint8_t> datagram) {
  ByteCursor at(datagram);
  const std::uint8_t first = at.u8();
  const std::uint32_t version = at.be32();
  const bool is_long = (first & (kLongHeader | kFixedBit)) == (kLongHeader | kFixedBit);
  return !at.failed() && is_long && is_known_quic_version(version) &&
         long_type(first, version) == LongType::zero_rtt;
}

std::optional<QuicCrypto> next_quic_crypto(ByteCursor& frames) {
  while (frames.remaining() > 0) {
    const std::uint64_t type = read_varint(frames);
    switch (type) {
      case 0x00:  // PADDING
      case 0x01:  // PING
        break;
      case 0x02:  // ACK
      case 0x03:  // ACK, with counts of congestion marks
        if (!skip_acknowledgement(frames, type == 0x03)) return std::nullopt;
        break;
      case 0x06: {  // CRYPTO
        QuicCrypto crypto;
        crypto.offset = read_varint(frames);
        const std::uint64_t size = read_varint(frames);
        if (frames.failed() || !frames.has(size)) return std::nullopt;
        crypto.bytes = frames.bytes(size);
        return crypto;
      }
      case 0x1c:  // CONNECTION_CLOSE
        if (!skip_close(frames)) return std::nullopt;
        break;
      default:
        return std::nullopt;
    }
  }
  return std::nullopt;
}

Recognition recognise_quic_initial(const FirstData& data) {
  ByteCursor at(data.bytes);
  const auto initial = next_quic_initial(at);
  if (!initial || initial->packet.data() != data.bytes.data()) return kNotRecognised;
  Recognition found;
  found.application = Application::quic;
  found.unfinished = true;
  return found;
}

}  // namespace portproof
