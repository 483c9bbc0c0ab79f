// IPMI: machine management over RMCP (IPMI 2.0, 13.1 and 13.6), and the ping that discovers it (ASF 2.0,
// 3.2.4).

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kClassAsf = 6;
constexpr std::uint8_t kClassIpmi = 7;
constexpr std::uint32_t kAsfNumber = 4542;

Recognition read_asf(ByteCursor at) {
  constexpr std::uint8_t kPing = 0x80;
  constexpr std::uint8_t kPong = 0x40;
  const std::uint32_t number = at.be32();
  const std::uint8_t type = at.u8();
  if (at.failed() || number != kAsfNumber) return kNotRecognised;
  if (type == kPing) return recognised(Application::ipmi, Speaker::asks);
  return type == kPong ? recognised(Application::ipmi, Speaker::answers) : kNotRecognised;
}

// Payloads of RMCP+: the six that open a session alternate between the ends; the others show no side.
Speaker speaker_of_payload(std::uint8_t type) {
  constexpr std::uint8_t kFirst = 0x10;
  constexpr std::uint8_t kLast = 0x15;
  if (type < kFirst || type > kLast) return Speaker::unknown;
  return type % 2 == 0 ? Speaker::asks : Speaker::answers;
}

// `left`: bytes that were sent from here on. A signature follows what is protected.
Recognition read_plus(ByteCursor at, std::size_t left) {
  constexpr std::size_t kHeader = 11;
  const std::uint8_t first = at.u8();
  const std::uint32_t session = at.le32();
  const std::uint32_t sequence = at.le32();
  const std::uint16_t length = at.le16();
  const bool is_protected = (first & 0xc0U) != 0;
  const bool filled = is_protected ? kHeader + length < left : kHeader + length == left;
  if (at.failed() || length == 0 || !filled) return kNotRecognised;
  const std::uint8_t type = first & 0x3fU;
  const Speaker speaker = speaker_of_payload(type);
  const bool opens = speaker != Speaker::unknown && session == 0 && sequence == 0;
  const bool continues = type <= 1 && session != 0;  // messages, and the serial line
  return opens || continues ? recognised(Application::ipmi, speaker) : kNotRecognised;
}

// Outside a session and in sessions of version 1.5: the network function of an answer is odd.
Recognition read_session(ByteCursor at, std::size_t left, bool signed_message) {
  at.skip(8);  // sequence, session
  if (signed_message) at.skip(16);
  const std::uint8_t length = at.u8();
  const std::uint8_t to = at.u8();
  const std::uint8_t function = at.u8();
  const std::uint8_t checksum = at.u8();
  const std::size_t header = signed_message ? 25 : 9;
  constexpr std::uint8_t kShortest = 7;
  // A pad byte may follow, which avoids certain lengths (13.6).
  const bool filled = header + length == left || header + length + 1U == left;
  const bool sound = ((to + function + checksum) & 0xff) == 0;
  if (at.failed() || length < kShortest || !filled || !sound) return kNotRecognised;
  const bool answer = ((function >> 2U) & 1U) != 0;
  return recognised(Application::ipmi, answer ? Speaker::answers : Speaker::asks);
}

}  // namespace

template <>
Recognition recognise<Application::ipmi, kProtocolUdp>(const FirstData& data) {
  constexpr std::uint8_t kVersion = 6;
  constexpr std::size_t kRmcp = 4;
  constexpr std::uint8_t kLastAuthentication = 5;
  constexpr std::uint8_t kPlus = 6;
  ByteCursor at(data.bytes);
  const std::uint8_t version = at.u8();
  const std::uint8_t reserved = at.u8();
  at.skip(1);  // sequence
  const std::uint8_t message_class = at.u8();
  if (at.failed() || version != kVersion || reserved != 0) return kNotRecognised;
  if (message_class == kClassAsf) return read_asf(at);
  if (message_class != kClassIpmi || sent(data) <= kRmcp + 1) return kNotRecognised;
  const std::uint8_t authentication = at.u8();
  const std::size_t left = sent(data) - kRmcp - 1;
  if (at.failed()) return kNotRecognised;
  if (authentication == kPlus) return read_plus(at, left);
  return authentication <= kLastAuthentication ? read_session(at, left, authentication != 0) : kNotRecognised;
}

}  // namespace portproof
