// SNMP 1 and 2c (RFC 1157, 4; RFC 3416, 3) and 3 (RFC 3412, 6).

#include "capture/identify/internal/ber.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kSequence = 0x30;
constexpr std::uint8_t kOctets = 0x04;
constexpr std::uint8_t kObject = 0x06;

constexpr std::uint8_t kOldTrap = 0xa4;
constexpr std::uint8_t kLastOperation = 0xa8;

// Traps are not requested; they go to a port of their own.
Speaker speaker_of(std::uint8_t operation) {
  constexpr std::uint8_t kResponse = 0xa2;
  constexpr std::uint8_t kReport = 0xa8;
  return operation == kResponse || operation == kReport ? Speaker::answers : Speaker::asks;
}

bool is_operation(std::uint8_t tag) {
  return tag >= 0xa0 && tag <= kLastOperation;
}

// Versions 1 and 2c, after the version: a community, and an operation that fills the rest.
Recognition read_community(ByteCursor at, std::size_t length) {
  const ByteCursor start = at;
  const BerHeader community = read_ber(at);
  constexpr std::uint32_t kLongest = 255;
  if (!community.valid || community.tag != kOctets || community.length > kLongest) return kNotRecognised;
  at.skip(community.length);
  const BerHeader operation = read_ber(at);
  const std::size_t before = start.remaining() - at.remaining();
  if (!operation.valid || !is_operation(operation.tag) || before + operation.length != length) {
    return kNotRecognised;
  }
  const BerHeader first = read_ber(at);  // who sends the trap, or the number of the request
  const bool right = operation.tag == kOldTrap ? first.tag == kObject : first.tag == 2 && first.length <= 5;
  return first.valid && right ? recognised(Application::snmp, speaker_of(operation.tag)) : kNotRecognised;
}

// The operation of version 3 if it is not encrypted; otherwise 0.
std::uint8_t open_operation(ByteCursor at) {
  const BerHeader security = read_ber(at);
  if (!security.valid || security.tag != kOctets) return 0;
  at.skip(security.length);
  const BerHeader scoped = read_ber(at);
  if (!scoped.valid || scoped.tag != kSequence) return 0;
  for (int name = 0; name < 2; ++name) {  // engine and context
    const BerHeader field = read_ber(at);
    if (!field.valid || field.tag != kOctets) return 0;
    at.skip(field.length);
  }
  const BerHeader operation = read_ber(at);
  return operation.valid && is_operation(operation.tag) ? operation.tag : std::uint8_t{0};
}

// Version 3, after the version: message number, largest size, flags and security model, each in its range.
Recognition read_secured(ByteCursor at) {
  const BerHeader global = read_ber(at);
  if (!global.valid || global.tag != kSequence) return kNotRecognised;
  ByteCursor head = at.window(global.length);
  at.skip(global.length);
  constexpr std::int64_t kSmallestSize = 484;
  const std::int64_t number = read_ber_integer(head);
  const std::int64_t largest = read_ber_integer(head);
  if (number < 0 || largest < kSmallestSize) return kNotRecognised;
  const BerHeader flags = read_ber(head);
  if (!flags.valid || flags.tag != kOctets || flags.length != 1) return kNotRecognised;
  const std::uint8_t bits = head.u8();
  if (read_ber_integer(head) < 1 || bits > 7) return kNotRecognised;

  // Encryption hides the operation. The reportable flag (RFC 3412, 6.4) proves nothing instead, because
  // agents set it in answers too.
  constexpr std::uint8_t kEncrypted = 2;
  const std::uint8_t operation = (bits & kEncrypted) != 0 ? std::uint8_t{0} : open_operation(at);
  return recognised(Application::snmp, operation != 0 ? speaker_of(operation) : Speaker::unknown);
}

}  // namespace

template <>
Recognition recognise<Application::snmp, kProtocolUdp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const BerHeader message = read_ber(at);
  if (!message.valid || message.tag != kSequence) return kNotRecognised;
  const std::size_t header = data.bytes.size() - at.remaining();
  if (header + message.length != sent(data)) return kNotRecognised;
  const ByteCursor start = at;
  const std::int64_t version = read_ber_integer(at);
  const std::size_t before = start.remaining() - at.remaining();
  if (version == 0 || version == 1) return read_community(at, message.length - before);
  return version == 3 ? read_secured(at) : kNotRecognised;
}

}  // namespace portproof
