// Kerberos 5 over UDP and TCP (RFC 4120, 5 and 7.2), and password changes (RFC 3244).

#include "capture/identify/internal/ber.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kApplicationTag = 0x60;  // and the message type in its lower five bits
constexpr std::uint8_t kSequence = 0x30;

enum MessageType : std::uint8_t {
  as_request = 10,
  as_reply = 11,
  tgs_request = 12,
  tgs_reply = 13,
  ap_request = 14,
  ap_reply = 15,
  error = 30,
};

// `tag` around an INTEGER of one byte.
bool holds(ByteCursor& at, std::uint8_t tag, std::uint8_t value) {
  const BerHeader field = read_ber(at);
  return field.valid && field.tag == tag && field.length == 3 && read_ber_integer(at) == value;
}

// The type of the Kerberos message of `length` bytes that begins here; 0 if there is none. All messages begin
// with the version, 5, and repeat their type; fields are numbered from 1 in requests to a KDC, else from 0.
std::uint8_t message_type(ByteCursor at, std::size_t length) {
  const ByteCursor start = at;
  const BerHeader outer = read_ber(at);
  if (!outer.valid || (outer.tag & 0xe0U) != kApplicationTag) return 0;
  if (start.remaining() - at.remaining() + outer.length != length) return 0;
  const BerHeader sequence = read_ber(at);
  if (!sequence.valid || sequence.tag != kSequence || sequence.length >= outer.length) return 0;
  const std::uint8_t type = outer.tag & 0x1fU;
  const bool request = type == as_request || type == tgs_request;
  const std::uint8_t first = request ? 0xa1 : 0xa0;
  constexpr std::uint8_t kVersion = 5;
  return holds(at, first, kVersion) && holds(at, first + 1, type) ? type : std::uint8_t{0};
}

Recognition of_kdc(std::uint8_t type) {
  switch (type) {
    case as_request:
    case tgs_request:
      return recognised(Application::kerberos, Speaker::asks);
    case as_reply:
    case tgs_reply:
    case error:
      return recognised(Application::kerberos, Speaker::answers);
    default:
      return kNotRecognised;
  }
}

// A length, a version, the length of an AP-REQ or AP-REP, and that message; or length 0 and a KRB-ERROR.
Recognition of_password_change(ByteCursor at, std::size_t length) {
  constexpr std::uint16_t kVersion = 1;
  constexpr std::uint16_t kSetPassword = 0xff80;
  constexpr std::size_t kHeader = 6;
  if (at.be16() != length) return kNotRecognised;
  const std::uint16_t version = at.be16();
  const std::uint16_t ticket = at.be16();
  if (at.failed() || (version != kVersion && version != kSetPassword)) return kNotRecognised;
  if (length <= kHeader || ticket > length - kHeader) return kNotRecognised;
  const std::uint8_t type = message_type(at, ticket == 0 ? length - kHeader : ticket);
  if (type == ap_request) return recognised(Application::kerberos, Speaker::asks);
  const bool answer = type == ap_reply || (type == error && ticket == 0);
  return answer ? recognised(Application::kerberos, Speaker::answers) : kNotRecognised;
}

Recognition of_message(ByteCursor at, std::size_t length) {
  const Recognition found = of_kdc(message_type(at, length));
  if (is_identified(found.application)) return found;
  return of_password_change(at, length);
}

}  // namespace

template <>
Recognition recognise<Application::kerberos, kProtocolUdp>(const FirstData& data) {
  return of_message(ByteCursor(data.bytes), sent(data));
}

// Each message follows its length (RFC 4120, 7.2.2). A large one continues in other segments; several small
// ones may share a segment, in which case the second must be right too.
template <>
Recognition recognise<Application::kerberos, kProtocolTcp>(const FirstData& data) {
  constexpr std::size_t kLength = 4;
  constexpr std::uint32_t kLongest = 0x00ffffff;  // no message comes near it
  ByteCursor at(data.bytes);
  const std::uint32_t length = at.be32();
  if (at.failed() || length > kLongest) return kNotRecognised;
  const Recognition found = of_message(at, length);
  const std::size_t end = length + kLength;
  if (end >= sent(data) || !is_identified(found.application)) return found;

  at.skip(length);
  const std::uint32_t next_length = at.be32();
  if (at.failed()) return found;  // the capture or the segment ends before there is anything to check
  const Recognition next = of_message(at, next_length);
  return is_identified(next.application) ? found : kNotRecognised;
}

}  // namespace portproof
