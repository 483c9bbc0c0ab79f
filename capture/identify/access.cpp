// Access control: RADIUS (RFC 2865, 3; RFC 2866; RFC 5176) and TACACS+ (RFC 8907, 4.1).

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

enum Code : std::uint8_t {
  access_request = 1,
  access_accept = 2,
  access_reject = 3,
  accounting_request = 4,
  accounting_response = 5,
  access_challenge = 11,
  status_server = 12,
  disconnect_request = 40,
  disconnect_ack = 41,
  disconnect_nak = 42,
  change_request = 43,
  change_ack = 44,
  change_nak = 45,
};

Speaker speaker_of(std::uint8_t code) {
  switch (code) {
    case access_request:
    case accounting_request:
    case status_server:
    case disconnect_request:
    case change_request:
      return Speaker::asks;
    case access_accept:
    case access_reject:
    case accounting_response:
    case access_challenge:
    case disconnect_ack:
    case disconnect_nak:
    case change_ack:
    case change_nak:
      return Speaker::answers;
    default:
      return Speaker::unknown;
  }
}

// A request names its sender (RFC 2865, 4.1): by address, name or IPv6 address.
bool names_asker(std::uint8_t attribute) {
  constexpr std::uint8_t kAddress = 4;
  constexpr std::uint8_t kIdentifier = 32;
  constexpr std::uint8_t kIpv6Address = 95;
  return attribute == kAddress || attribute == kIdentifier || attribute == kIpv6Address;
}

struct Attributes {
  bool right{false};
  bool asker{false};
  bool user{false};
};

// The attributes, which fill the message.
Attributes read_attributes(ByteCursor at, std::size_t length) {
  constexpr std::uint8_t kUserName = 1;
  Attributes seen;
  while (length > 0) {
    if (!at.has(2)) break;  // cut by the capture
    const std::uint8_t type = at.u8();
    const std::uint8_t size = at.u8();
    if (type == 0 || size < 2 || size > length) return {};
    seen.asker |= names_asker(type);
    seen.user |= type == kUserName;
    length -= size;
    if (!at.has(size - std::size_t{2})) break;
    at.skip(size - std::size_t{2});
  }
  seen.right = true;
  return seen;
}

}  // namespace

template <>
Recognition recognise<Application::radius, kProtocolUdp>(const FirstData& data) {
  constexpr std::size_t kHeader = 20;
  constexpr std::size_t kLongest = 4096;
  ByteCursor at(data.bytes);
  const std::uint8_t code = at.u8();
  at.skip(1);  // identifier
  const std::uint16_t length = at.be16();
  const Speaker speaker = speaker_of(code);
  if (speaker == Speaker::unknown || length > sent(data) || length < kHeader || length > kLongest) {
    return kNotRecognised;
  }
  at.skip(kHeader - 4);  // authenticator
  if (at.failed()) return kNotRecognised;
  const Attributes attributes = read_attributes(at, length - kHeader);
  if (!attributes.right) return kNotRecognised;
  // A request names its sender, or the user who wants access.
  const bool named = attributes.asker || attributes.user;
  if (speaker == Speaker::asks && !named) return kNotRecognised;
  // Bytes beyond the length are padding (RFC 2865, 3). A message without attributes must not have any,
  // because nothing else would prove that it is RADIUS.
  const bool may_be_empty = code == access_accept || code == access_reject || code == accounting_response;
  if (length == kHeader && (!may_be_empty || length != sent(data))) return kNotRecognised;
  return recognised(Application::radius, speaker);
}

// Clients send the odd sequence numbers.
template <>
Recognition recognise<Application::tacacs, kProtocolTcp>(const FirstData& data) {
  constexpr std::size_t kHeader = 12;
  constexpr std::uint8_t kKnownFlags = 0x05;  // unencrypted, single connection
  ByteCursor at(data.bytes);
  const std::uint8_t version = at.u8();
  const std::uint8_t type = at.u8();
  const std::uint8_t sequence = at.u8();
  const std::uint8_t flags = at.u8();
  const std::uint32_t session = at.be32();
  const std::uint32_t length = at.be32();
  const bool head = (version == 0xc0 || version == 0xc1) && type >= 1 && type <= 3 && sequence > 0 &&
                    (flags & ~kKnownFlags) == 0;
  if (at.failed() || !head || session == 0 || length == 0 || length + kHeader != sent(data)) {
    return kNotRecognised;
  }
  return recognised(Application::tacacs, sequence % 2 == 1 ? Speaker::asks : Speaker::answers);
}

}  // namespace portproof
