// Network time: clients, servers and peers (RFC 5905, 7.3), control messages (mode 6, RFC 9327) and the
// private requests of the reference implementation (mode 7, RFC 9327 appendix A; ntp_request.h).

#include <algorithm>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::size_t kMessage = 48;

enum Mode : std::uint8_t {
  active = 1,
  passive = 2,
  client = 3,
  server = 4,
  broadcast = 5,
  control = 6,
  private_use = 7
};

// 48 bytes, then perhaps extensions in words of four bytes, and a key number with a digest.
bool is_length(std::size_t length) {
  constexpr std::size_t kLongest = 1024;
  return length >= kMessage && length <= kLongest && length % 4 == 0;
}

struct Clock {
  std::uint8_t stratum{0};
  bool plausible{false};
};

// The ranges of a real clock: stratum, polling interval, precision, and how far it may be off, which for a
// clock that serves time is less than 16 seconds.
Clock read_clock(ByteCursor at) {
  constexpr std::uint8_t kUnsynchronised = 16;
  constexpr std::uint8_t kLongestPoll = 17;
  constexpr std::uint32_t kMostSeconds = 17U << 16U;
  Clock clock;
  clock.stratum = at.u8();
  const std::uint8_t poll = at.u8();
  const auto precision = static_cast<std::int8_t>(at.u8());
  const std::uint32_t delay = at.be32();
  const std::uint32_t dispersion = at.be32();
  const bool fine = precision >= -32 && precision < 0;
  clock.plausible = !at.failed() && clock.stratum <= kUnsynchronised && poll <= kLongestPoll && fine &&
                    delay < kMostSeconds && dispersion < kMostSeconds;
  return clock;
}

// A client without a clock leaves everything empty except the transmit time (RFC 4330, 5).
bool is_simple_request(const FirstData& data, std::uint8_t version) {
  constexpr std::size_t kEmpty = 39;
  if (version < 3 || sent(data) != kMessage || data.bytes.size() < 1 + kEmpty) return false;
  const auto rest = data.bytes.subspan(1, kEmpty);
  return std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; });
}

// A key number and digest, which may follow a message of mode 6 or 7 (RFC 9327, 2).
bool is_authenticator(std::size_t length) {
  return length == 20 || length == 24;
}

// RFC 9327, 2: an operation, numbers for the request and the part of the answer, and data of the given
// length, padded to whole words. A request has no status, and its offset is 0.
Recognition read_control(const FirstData& data) {
  constexpr std::size_t kHeader = 12;
  constexpr std::size_t kMostData = 468;
  constexpr std::uint8_t kAnswer = 0x80;
  constexpr std::uint8_t kErrorOrMore = 0x60;
  constexpr std::uint8_t kLastOperation = 12;
  constexpr std::uint8_t kUnset = 31;
  ByteCursor at(data.bytes);
  const std::uint8_t first = at.u8();
  const std::uint8_t bits = at.u8();
  at.skip(2);  // sequence
  const std::uint16_t status = at.be16();
  at.skip(2);  // association
  const std::uint16_t offset = at.be16();
  const std::uint16_t count = at.be16();
  const std::uint8_t operation = bits & 0x1fU;
  const bool known = (operation > 0 && operation <= kLastOperation) || operation == kUnset;
  if (at.failed() || (first >> 6U) != 0 || !known || count > kMostData) return kNotRecognised;

  const std::size_t end = kHeader + (count + std::size_t{3}) / 4 * 4;
  const bool unpadded = sent(data) == kHeader + count;
  if (!unpadded && (sent(data) < end || (sent(data) > end && !is_authenticator(sent(data) - end)))) {
    return kNotRecognised;
  }
  if ((bits & kAnswer) != 0) return recognised(Application::ntp, Speaker::answers);
  const bool right = (bits & kErrorOrMore) == 0 && status == 0 && offset == 0;
  return right ? recognised(Application::ntp, Speaker::asks) : kNotRecognised;
}

// A private request gives the number and size of its items. Most have none, but zeros up to the fixed size
// that clients send. In an answer the items fill the message.
Recognition read_private(const FirstData& data) {
  constexpr std::size_t kHeader = 8;
  constexpr std::size_t kLongestRequest = 216;  // with time stamp, key number and digest
  constexpr std::uint8_t kAnswer = 0x80;
  constexpr std::uint8_t kLastRequest = 45;
  ByteCursor at(data.bytes);
  const std::uint8_t first = at.u8();
  const std::uint8_t sequence = at.u8();
  const std::uint8_t implementation = at.u8();
  const std::uint8_t request = at.u8();
  const std::uint16_t items = at.be16();
  const std::uint16_t size = at.be16();
  const bool known = (implementation == 0 || implementation == 2 || implementation == 3) &&
                     request <= kLastRequest && (size >> 12U) == 0;
  if (at.failed() || !known) return kNotRecognised;
  const std::size_t count = items & 0x0fffU;
  const bool answer = (first & kAnswer) != 0;
  if (answer) {
    const bool filled = count > 0 && size > 0 && kHeader + count * size == sent(data);
    return filled ? recognised(Application::ntp, Speaker::answers) : kNotRecognised;
  }
  const bool fits = count * size <= kLongestRequest - kHeader && kHeader + count * size <= sent(data) &&
                    sent(data) <= kLongestRequest && sent(data) % 4 == 0;
  const bool authenticated = (sequence & 0x80U) != 0;
  const auto rest = at.rest();
  const bool empty = std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; });
  const bool filled = count > 0 && size > 0;
  const bool right = (first >> 6U) == 0 && (sequence & 0x7fU) == 0 && (items & 0xf000U) == 0 && fits &&
                     (filled || authenticated || empty);
  return right ? recognised(Application::ntp, Speaker::asks) : kNotRecognised;
}

}  // namespace

template <>
Recognition recognise<Application::ntp, kProtocolUdp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint8_t first = at.u8();
  const std::uint8_t version = (first >> 3U) & 7U;
  const std::uint8_t mode = first & 7U;
  if (at.failed() || version == 0 || version > 4) return kNotRecognised;
  if (mode == control && version >= 2) return read_control(data);
  if (mode == private_use && version >= 2) return read_private(data);
  if (mode == 0 || mode > broadcast || !is_length(sent(data))) return kNotRecognised;
  if (mode == client && is_simple_request(data, version)) {
    return recognised(Application::ntp, Speaker::asks);
  }
  const Clock clock = read_clock(at);
  if (!clock.plausible) return kNotRecognised;
  if (mode == client) return recognised(Application::ntp, Speaker::asks);
  if (mode == server) return recognised(Application::ntp, Speaker::answers);
  return clock.stratum > 0 ? recognised(Application::ntp) : kNotRecognised;  // peers, and broadcasts
}

}  // namespace portproof
