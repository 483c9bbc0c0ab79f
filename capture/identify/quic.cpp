// QUIC: long headers of version 1 (RFC 9000, 17.2), version 2 (RFC 9369), the drafts and other versions of
// the same form; version negotiation (RFC 8999, 6); and what Google used before the standard. Short headers
// show nothing.
//
// Anybody can make a version, so no table of them is complete. A version that is not in the table is believed
// only if the packet can be nothing but a client's first: it fills a datagram of at least 1200 bytes, as
// every client's first packet must (RFC 9000, 14.1), and its lengths are right for version 1.

#include <algorithm>

#include "capture/base/ascii.hpp"
#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/quic_initial.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kLongHeader = 0x80;
constexpr std::uint8_t kFixedBit = 0x40;
constexpr std::uint8_t kLongestId = 20;       // RFC 9000, 17.2
constexpr std::uint8_t kShortestFirstId = 8;  // of the destination, chosen by the client (RFC 9000, 7.2)
constexpr std::size_t kSmallestFirst = 1200;  // RFC 9000, 14.1
constexpr std::uint64_t kShortestRest = 20;  // a packet number of four bytes and the sample (RFC 9001, 5.4.2)

constexpr std::uint32_t kVersion1 = 1;
constexpr std::uint32_t kVersion2 = 0x6b3343cf;

// Versions from `first` to `last`.
struct VersionRange {
  std::uint32_t first;
  std::uint32_t last;
};

// Versions whose headers have the form of version 1. Those of vendors are from the list of the QUIC working
// group (github.com/quicwg, "QUIC Versions").
constexpr std::array<VersionRange, 14> kVersions{{
    {kVersion1, kVersion1},
    {kVersion2, kVersion2},
    {0xff000017, 0xff000022},  // drafts 23 to 34: since 23 the header has its final form
    {0x54303530, 0x54303531},  // T050 and T051 of Google
    {0xfaceb000, 0xfaceb0ff},  // mvfst of Facebook
    {0xfacefeed, 0xfacefeed},  // likewise
    {0xabcd0000, 0xabcd000f},  // MsQuic of Microsoft
    {0xf123f0c0, 0xf123f0cf},  // Mozilla
    {0x45474700, 0x454747ff},  // quant of NetApp
    {0x50435130, 0x5043513f},  // picoquic
    {0x5c100000, 0x5c10000f},  // mozquic
    {0x07007000, 0x0700700f},  // Tencent
    {0xf0f0f0f0, 0xf0f0f0ff},  // ETH Zurich
    {0xf0f0f1f0, 0xf0f0f1ff},  // Telecom Italia
}};

enum class PacketType : std::uint8_t { initial, zero_rtt, handshake, retry };

bool is_known(std::uint32_t version) {
  return std::any_of(kVersions.begin(), kVersions.end(), [version](const VersionRange& range) {
    return version >= range.first && version <= range.last;
  });
}

// Versions that do not exist, for exercising version negotiation (RFC 9000, 15).
bool is_reserved(std::uint32_t version) {
  return (version & 0x0f0f0f0fU) == 0x0a0a0a0aU;
}

// Google's versions in letters: "Q046".
bool is_of_google(std::uint32_t version) {
  return (version >> 24U) == 'Q' || (version >> 24U) == 'T';
}

// Version 2 numbers them differently (RFC 9369, 3.2).
PacketType type_of(std::uint8_t first, std::uint32_t version) {
  const unsigned bits = (first >> 4U) & 3U;
  return static_cast<PacketType>(version == kVersion2 ? (bits + 3U) & 3U : bits);
}

// RFC 9000, 16.
std::uint64_t variable_length(ByteCursor& at) {
  const std::uint8_t first = at.u8();
  std::uint64_t value = first & 0x3fU;
  for (unsigned more = (1U << (first >> 6U)) - 1; more > 0; --more) value = (value << 8U) | at.u8();
  return value;
}

// The lengths of the two connection IDs, which it skips.
struct IdLengths {
  std::uint8_t destination{0};
  std::uint8_t source{0};
  bool plausible{false};
};

IdLengths skip_ids(ByteCursor& at) {
  IdLengths lengths;
  lengths.destination = at.u8();
  at.skip(lengths.destination);
  lengths.source = at.u8();
  at.skip(lengths.source);
  lengths.plausible = !at.failed() && lengths.destination <= kLongestId && lengths.source <= kLongestId;
  return lengths;
}

// Is any version given twice?
bool has_repeats(ByteCursor list) {
  while (list.has(4)) {
    const std::uint32_t version = list.be32();
    for (ByteCursor later = list; later.has(4);) {
      if (later.be32() == version) return true;
    }
  }
  return false;
}

// Versions to the end of the datagram. A server may list any (RFC 8999, 6), and most list a known one. If
// none is known, the whole list has to be right, and the source ID too, which is the one that the client
// chose.
Recognition read_negotiation(const FirstData& data, ByteCursor at, const IdLengths& ids) {
  constexpr std::size_t kMostVersions = 32;
  const std::size_t header = data.bytes.size() - at.remaining();
  const std::size_t length = sent(data) - header;
  if (length == 0 || length % 4 != 0 || length > 4 * kMostVersions) return kNotRecognised;
  const ByteCursor list = at;
  bool any_known = false;
  bool right = ids.source >= kShortestFirstId && at.has(length) && !has_repeats(list);
  while (at.has(4)) {
    const std::uint32_t version = at.be32();
    any_known |= is_known(version) || is_of_google(version);
    right &= version != 0;
  }
  return any_known || right ? recognised(Application::quic, Speaker::answers) : kNotRecognised;
}

// Long headers of Google's own handshake: a version in letters.
Recognition read_google(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint8_t first = at.u8();
  const bool is_long = (first & (kLongHeader | kFixedBit)) == (kLongHeader | kFixedBit);
  if (!is_long) {
    // Up to Q043: bit 0 means that there is a version, bit 3 that there is a connection ID. Only clients give
    // a version, except to refuse one.
    constexpr std::uint8_t kMost = 0x3d;
    if ((first & 0x09U) != 0x09 || (first & ~kMost) != 0) return kNotRecognised;
    at.skip(8);
  }
  const std::string_view version = text_of(at.bytes(4));
  if (version.size() != 4) return kNotRecognised;
  const bool digits = is_digit(version[2]) && is_digit(version[3]);
  if (version[0] != 'Q' || version[1] != '0' || !digits) return kNotRecognised;
  return recognised(Application::quic);
}

// A client's first packet in a version that is not known; `at` is behind the connection IDs. A packet of a
// reserved version need not be like version 1 beyond the part that all versions share.
Recognition read_first_of_any_version(const FirstData& data, ByteCursor at, std::uint32_t version,
                                      const IdLengths& ids) {
  if (ids.destination < kShortestFirstId || sent(data) < kSmallestFirst) return kNotRecognised;
  if (is_reserved(version)) return recognised(Application::quic, Speaker::asks);
  if (type_of(data.bytes[0], version) != PacketType::initial) return kNotRecognised;
  const std::uint64_t token = variable_length(at);
  if (at.failed() || !at.has(token)) return kNotRecognised;
  at.skip(token);
  const std::uint64_t length = variable_length(at);
  const std::size_t header = data.bytes.size() - at.remaining();
  const bool fills = !at.failed() && length >= kShortestRest && length == sent(data) - header;
  return fills ? recognised(Application::quic, Speaker::asks) : kNotRecognised;
}

// A packet of a known version; `at` is behind the connection IDs.
Recognition read_known_version(const FirstData& data, ByteCursor at, std::uint32_t version) {
  const PacketType type = type_of(data.bytes[0], version);
  if (type == PacketType::retry) {
    constexpr std::size_t kIntegrityTag = 16;
    const std::size_t header = data.bytes.size() - at.remaining();
    return sent(data) > header + kIntegrityTag ? recognised(Application::quic, Speaker::answers)
                                               : kNotRecognised;
  }
  // Only a client has a token to show (RFC 9000, 17.2.2), and only a client sends before the handshake is
  // complete.
  Speaker speaker = type == PacketType::zero_rtt ? Speaker::asks : Speaker::unknown;
  if (type == PacketType::initial) {
    const std::uint64_t token = variable_length(at);
    if (at.failed() || token > sent(data)) return kNotRecognised;
    if (token > 0) speaker = Speaker::asks;
    if (!at.has(token)) return recognised(Application::quic, speaker);  // cut
    at.skip(token);
  }
  const std::uint64_t length = variable_length(at);
  const std::size_t header = data.bytes.size() - at.remaining();
  if (at.failed() || length < kShortestRest || length > sent(data) - header) return kNotRecognised;
  Recognition found = recognised(Application::quic, speaker);
  // assembly.hpp finds the name in the Initial packet: this one, or the one that follows early data.
  found.unfinished = (type == PacketType::initial && recognise_quic_initial(data).unfinished) ||
                     begins_with_zero_rtt(data.bytes);
  return found;
}

}  // namespace

template <>
Recognition recognise<Application::quic, kProtocolUdp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint8_t first = at.u8();
  const std::uint32_t version = at.be32();
  if (at.failed()) return kNotRecognised;
  if ((first & kLongHeader) == 0) return read_google(data);
  const bool standard = version == 0 || is_known(version);
  if (!standard && is_of_google(version)) return read_google(data);

  const IdLengths ids = skip_ids(at);
  if (!ids.plausible) return kNotRecognised;
  if (version == 0) return read_negotiation(data, at, ids);
  if ((first & kFixedBit) == 0) return kNotRecognised;
  return standard ? read_known_version(data, at, version) : read_first_of_any_version(data, at, version, ids);
}

}  // namespace portproof
