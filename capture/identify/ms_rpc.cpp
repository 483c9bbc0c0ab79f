// Remote procedure calls of the Distributed Computing Environment ([C706] 12.6 over TCP, 12.5 over UDP), used
// by DCOM and by the services of Windows ([MS-RPCE]).

#include <algorithm>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

// [C706] 14.2.5: the representation of integers, characters and floating point. The first four bits are 1 if
// the least significant byte comes first.
struct Representation {
  bool plausible{false};
  bool little{false};
};

Representation read_representation(ByteCursor& at) {
  const std::uint8_t integers = at.u8();
  const std::uint8_t floats = at.u8();
  Representation written;
  written.little = integers == 0x10;
  written.plausible = !at.failed() && (integers == 0x00 || integers == 0x10) && floats <= 3;
  return written;
}

std::uint16_t number(ByteCursor& at, bool little) {
  return little ? at.le16() : at.be16();
}

// Messages that open or close an association show the side; calls may go from a server to its client too.
Speaker speaker_of(std::uint8_t type) {
  switch (type) {
    case 11:  // bind
    case 14:  // alter_context
    case 16:  // auth3
    case 18:  // cancel
    case 19:  // orphaned
      return Speaker::asks;
    case 12:  // bind_ack
    case 13:  // bind_nak
    case 15:  // alter_context_resp
    case 17:  // shutdown
      return Speaker::answers;
    default:
      return Speaker::unknown;
  }
}

bool is_connected_type(std::uint8_t type) {
  return type == 0 || type == 2 || type == 3 || speaker_of(type) != Speaker::unknown;
}

}  // namespace

template <>
Recognition recognise<Application::ms_rpc, kProtocolTcp>(const FirstData& data) {
  constexpr std::uint16_t kHeader = 16;
  ByteCursor at(data.bytes);
  const std::uint8_t major = at.u8();
  const std::uint8_t minor = at.u8();
  const std::uint8_t type = at.u8();
  if (major != 5 || minor > 1 || !is_connected_type(type)) return kNotRecognised;
  at.skip(1);  // flags
  const Representation written = read_representation(at);
  const std::uint16_t reserved = at.be16();
  const std::uint16_t length = number(at, written.little);
  const std::uint16_t verifier = number(at, written.little);
  at.skip(4);  // number of the call
  if (at.failed() || !written.plausible || reserved != 0) return kNotRecognised;
  // Nearly all senders put the least significant byte first, which is as good as a mark. In all other
  // messages, which zeros could imitate, the length has to be right.
  const bool right =
      length >= kHeader && verifier <= length - kHeader && (written.little || length == sent(data));
  return right ? recognised(Application::ms_rpc, speaker_of(type)) : kNotRecognised;
}

// Servers ask their clients who they are, on the ports of the call: no type shows a side.
template <>
Recognition recognise<Application::ms_rpc, kProtocolUdp>(const FirstData& data) {
  constexpr std::size_t kHeader = 80;
  constexpr std::uint8_t kLastType = 10;
  constexpr std::uint8_t kKnownFlags = 0x02;  // of the second byte of flags
  ByteCursor at(data.bytes);
  const std::uint8_t version = at.u8();
  const std::uint8_t type = at.u8();
  if (version != 4 || type > kLastType) return kNotRecognised;
  at.skip(1);
  const std::uint8_t flags = at.u8();
  const Representation written = read_representation(at);
  const std::uint8_t reserved = at.u8();
  if (!written.plausible || reserved != 0 || (flags & ~kKnownFlags) != 0) return kNotRecognised;

  // Identifiers follow: the object, which may be zero, the interface and the activity; then numbers.
  constexpr std::size_t kObject = 17;
  constexpr std::size_t kInterface = 32;
  at.skip(kObject);
  const auto interface = at.bytes(kInterface);
  if (std::all_of(interface.begin(), interface.end(), [](std::uint8_t byte) { return byte == 0; })) {
    return kNotRecognised;
  }
  constexpr std::size_t kNumbers = 18;
  at.skip(kNumbers);
  const std::uint16_t length = number(at, written.little);
  at.skip(2);  // number of the fragment
  const std::uint8_t protection = at.u8();
  at.skip(1);
  if (at.failed() || kHeader + length > sent(data)) return kNotRecognised;
  // If no verifier follows, the body ends the datagram.
  const bool right = protection != 0 || kHeader + length == sent(data);
  return right ? recognised(Application::ms_rpc) : kNotRecognised;
}

}  // namespace portproof
