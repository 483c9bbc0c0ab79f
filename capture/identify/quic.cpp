// QUIC: long headers of version 1 (RFC 9000, 17.2), version 2 (RFC 9369) and the drafts, version negotiation
// (RFC 8999, 6), and what came before the standard. Short headers show nothing.

#include <algorithm>

#include "capture/base/ascii.hpp"
#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/quic_initial.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kLongHeader = 0x80;
constexpr std::uint8_t kFixedBit = 0x40;
constexpr std::uint8_t kLongestId = 20;  // RFC 9000, 17.2

constexpr std::uint32_t kVersion1 = 1;
constexpr std::uint32_t kVersion2 = 0x6b3343cf;
constexpr std::uint32_t kFirstDraft = 0xff000017;  // 23: since then the header is as it became
constexpr std::uint32_t kLastDraft = 0xff000022;   // 34

enum class PacketType : std::uint8_t { initial, zero_rtt, handshake, retry };

bool is_draft(std::uint32_t version) {
  return version >= kFirstDraft && version <= kLastDraft;
}

// Versions of Google with a header of the standard's form: T050, T051.
bool is_tls_of_google(std::uint32_t version) {
  return version == 0x54303530 || version == 0x54303531;
}

bool is_known(std::uint32_t version) {
  return version == kVersion1 || version == kVersion2 || is_draft(version) || is_tls_of_google(version);
}

// Versions that exist to be refused (RFC 9000, 15), and those of Google ("Q046").
bool may_be_offered(std::uint32_t version) {
  return is_known(version) || (version & 0x0f0f0f0fU) == 0x0a0a0a0aU || (version >> 24U) == 'Q' ||
         (version >> 24U) == 'T';
}

// Version 2 counts them from one on (RFC 9369, 3.2).
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

bool skip_id(ByteCursor& at) {
  const std::uint8_t length = at.u8();
  at.skip(length);
  return length <= kLongestId && !at.failed();
}

// Nothing but versions, to the end of the datagram.
Recognition read_negotiation(const FirstData& data, ByteCursor at) {
  const std::size_t header = data.bytes.size() - at.remaining();
  if (sent(data) <= header || (sent(data) - header) % 4 != 0) return not_recognised;
  bool any_known = false;
  while (at.has(4)) {
    const std::uint32_t version = at.be32();
    if (!may_be_offered(version)) return not_recognised;
    any_known |= is_known(version);
  }
  return any_known ? recognised(Application::quic, Speaker::answers) : not_recognised;
}

// Long headers of Google's own handshake: a version in letters.
Recognition read_google(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint8_t first = at.u8();
  const bool is_long = (first & (kLongHeader | kFixedBit)) == (kLongHeader | kFixedBit);
  if (!is_long) {
    // Up to Q043: bit 0 says that there is a version, bit 3 that there is a connection id; only clients give
    // a version, save to refuse one.
    constexpr std::uint8_t kMost = 0x3d;
    if ((first & 0x09U) != 0x09 || (first & ~kMost) != 0) return not_recognised;
    at.skip(8);
  }
  const std::string_view version = text_of(at.bytes(4));
  if (version.size() != 4) return not_recognised;
  const bool digits = is_digit(version[2]) && is_digit(version[3]);
  if (version[0] != 'Q' || version[1] != '0' || !digits) return not_recognised;
  return recognised(Application::quic);
}

}  // namespace

template <>
Recognition recognise<Application::quic, kProtocolUdp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint8_t first = at.u8();
  const std::uint32_t version = at.be32();
  if (at.failed()) return not_recognised;
  const bool is_long = (first & kLongHeader) != 0;
  if (!is_long || (version != 0 && !is_known(version))) return read_google(data);
  if (!skip_id(at) || !skip_id(at)) return not_recognised;
  if (version == 0) return read_negotiation(data, at);
  if ((first & kFixedBit) == 0) return not_recognised;

  const PacketType type = type_of(first, version);
  if (type == PacketType::retry) {
    constexpr std::size_t kIntegrityTag = 16;
    const std::size_t header = data.bytes.size() - at.remaining();
    return sent(data) > header + kIntegrityTag ? recognised(Application::quic, Speaker::answers)
                                               : not_recognised;
  }
  // Only a client has a token to show (RFC 9000, 17.2.2), and only it sends before the handshake is done.
  Speaker speaker = type == PacketType::zero_rtt ? Speaker::asks : Speaker::unknown;
  if (type == PacketType::initial) {
    const std::uint64_t token = variable_length(at);
    if (at.failed() || token > sent(data)) return not_recognised;
    if (token > 0) speaker = Speaker::asks;
    if (!at.has(token)) return recognised(Application::quic, speaker);  // cut
    at.skip(token);
  }
  const std::uint64_t length = variable_length(at);
  const std::size_t header = data.bytes.size() - at.remaining();
  constexpr std::uint64_t kShortest = 20;  // a packet number of four bytes and the sample (RFC 9001, 5.4.2)
  if (at.failed() || length < kShortest || length > sent(data) - header) return not_recognised;
  Recognition found = recognised(Application::quic, speaker);
  // What an Initial packet says, or the one that is to come behind early data, is for assembly.hpp.
  found.unfinished = (type == PacketType::initial && recognise_quic_initial(data).unfinished) ||
                     begins_with_zero_rtt(data.bytes);
  return found;
}

}  // namespace portproof
