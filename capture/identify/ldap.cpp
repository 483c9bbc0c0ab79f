// LDAP messages (RFC 4511, 4.1.1), and the searches over UDP that locate a domain controller (CLDAP,
// [MS-ADTS] 6.3.3).

#include <algorithm>
#include <array>

#include "capture/identify/internal/ber.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kControls = 0xa0;

constexpr std::uint8_t kUnbind = 0x42;
constexpr std::uint8_t kSearch = 0x63;
constexpr std::uint8_t kSearchEntry = 0x64;
constexpr std::uint8_t kSearchDone = 0x65;

struct Operation {
  std::uint8_t tag;
  std::uint8_t content;  // the tag of its first field
  Speaker speaker;
};

// Operations that begin with a structure. Unbind, delete and abandon have too little of one.
constexpr std::array<Operation, 17> kOperations{{
    {0x60, 0x02, Speaker::asks},     // bind: version
    {0x61, 0x0a, Speaker::answers},  // result code
    {kSearch, 0x04, Speaker::asks},  // base
    {kSearchEntry, 0x04, Speaker::answers},
    {kSearchDone, 0x0a, Speaker::answers},
    {0x66, 0x04, Speaker::asks},  // modify
    {0x67, 0x0a, Speaker::answers},
    {0x68, 0x04, Speaker::asks},  // add
    {0x69, 0x0a, Speaker::answers},
    {0x6b, 0x0a, Speaker::answers},  // deleted
    {0x6c, 0x04, Speaker::asks},     // rename
    {0x6d, 0x0a, Speaker::answers},
    {0x6e, 0x04, Speaker::asks},  // compare
    {0x6f, 0x0a, Speaker::answers},
    {0x73, 0x04, Speaker::answers},  // referral
    {0x77, 0x80, Speaker::asks},     // extended, StartTLS among them: object identifier
    {0x78, 0x0a, Speaker::answers},
}};

struct Message {
  std::uint8_t operation{0};
  Speaker speaker{Speaker::unknown};
  bool recognised{false};
  bool fills{false};  // it ends where the data does
};

Message read_message(const FirstData& data) {
  Message message;
  ByteCursor at(data.bytes);
  const BerHeader outer = read_ber(at);
  if (!outer.valid || outer.tag != kSequence) return message;
  const std::size_t header = data.bytes.size() - at.remaining();
  message.fills = header + outer.length == sent(data);

  const ByteCursor start = at;
  if (read_ber_integer(at) < 0) return message;
  const BerHeader operation = read_ber(at);
  const std::size_t before = start.remaining() - at.remaining();
  if (!operation.valid || before + operation.length > outer.length) return message;
  // Only controls may follow the operation.
  const std::size_t rest = outer.length - before - operation.length;
  ByteCursor controls = at;
  controls.skip(operation.length);
  if (rest > 0 && controls.has(1) && controls.u8() != kControls) return message;

  message.operation = operation.tag;
  message.recognised = operation.tag == kUnbind && operation.length == 0 && rest == 0 && message.fills;
  if (message.recognised) message.speaker = Speaker::asks;
  const BerHeader content = read_ber(at);
  for (const Operation& known : kOperations) {
    if (known.tag != operation.tag) continue;
    message.recognised = content.valid && content.tag == known.content && content.length < operation.length;
    message.speaker = known.speaker;
  }
  return message;
}

}  // namespace

template <>
Recognition recognise<Application::ldap, kProtocolTcp>(const FirstData& data) {
  const Message message = read_message(data);
  return message.recognised ? recognised(Application::ldap, message.speaker) : kNotRecognised;
}

// An answer has its entry and its result in one datagram; only the entry is examined.
template <>
Recognition recognise<Application::ldap, kProtocolUdp>(const FirstData& data) {
  const Message message = read_message(data);
  const bool right = (message.operation == kSearch && message.fills) || message.operation == kSearchEntry ||
                     (message.operation == kSearchDone && message.fills);
  return message.recognised && right ? recognised(Application::ldap, message.speaker) : kNotRecognised;
}

}  // namespace portproof
