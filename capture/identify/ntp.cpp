// Network time: clients, servers and peers (RFC 5905, 7.3), and the lists that old servers give (mode 7).

#include <algorithm>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::size_t kMessage = 48;

enum Mode : std::uint8_t { active = 1, passive = 2, client = 3, server = 4, broadcast = 5, list = 7 };

// 48 bytes; a key number and digest of 4, 16 or 20 bytes behind; extensions, in words of four bytes.
bool is_length(std::size_t length) {
  constexpr std::size_t kLongest = 1024;
  return length >= kMessage && length <= kLongest && length % 4 == 0;
}

struct Clock {
  std::uint8_t stratum{0};
  bool plausible{false};
};

// Ranges that any clock keeps: distance from a true one, how often it asks, how fine it is, and by how much
// it may be off. What begins with two zeroes there is under 16 seconds; no more is ever served.
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

// A client without a clock of its own leaves all empty but the time when it sends (RFC 4330, 5).
bool is_simple_request(const FirstData& data, std::uint8_t version) {
  constexpr std::size_t kEmpty = 39;
  if (version < 3 || sent(data) != kMessage || data.bytes.size() < 1 + kEmpty) return false;
  const auto rest = data.bytes.subspan(1, kEmpty);
  return std::all_of(rest.begin(), rest.end(), [](std::uint8_t byte) { return byte == 0; });
}

// A request of mode 7 is empty; an answer says how many items of what size fill it.
Recognition read_list(const FirstData& data) {
  constexpr std::size_t kHeader = 8;
  constexpr std::uint8_t kAnswer = 0x80;
  constexpr std::uint8_t kLastRequest = 45;
  ByteCursor at(data.bytes);
  const std::uint8_t first = at.u8();
  const std::uint8_t sequence = at.u8();
  const std::uint8_t implementation = at.u8();
  const std::uint8_t request = at.u8();
  const std::uint16_t items = at.be16();
  const std::uint16_t size = at.be16();
  const bool known = (implementation == 2 || implementation == 3) && request <= kLastRequest;
  if (at.failed() || !known) return not_recognised;
  const std::size_t count = items & 0x0fffU;
  const bool answer = (first & kAnswer) != 0;
  if (answer) {
    const bool filled = count > 0 && size > 0 && kHeader + count * size == sent(data);
    return filled ? recognised(Application::ntp, Speaker::answers) : not_recognised;
  }
  const bool empty = sequence == 0 && items == 0 && size == 0 && sent(data) == kHeader;
  return empty ? recognised(Application::ntp, Speaker::asks) : not_recognised;
}

}  // namespace

template <>
Recognition recognise<Application::ntp, kProtocolUdp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint8_t first = at.u8();
  const std::uint8_t version = (first >> 3U) & 7U;
  const std::uint8_t mode = first & 7U;
  if (at.failed() || version == 0 || version > 4) return not_recognised;
  if (mode == list && version >= 2) return read_list(data);
  if (mode == 0 || mode > broadcast || !is_length(sent(data))) return not_recognised;
  if (mode == client && is_simple_request(data, version)) {
    return recognised(Application::ntp, Speaker::asks);
  }
  const Clock clock = read_clock(at);
  if (!clock.plausible) return not_recognised;
  if (mode == client) return recognised(Application::ntp, Speaker::asks);
  if (mode == server) return recognised(Application::ntp, Speaker::answers);
  return clock.stratum > 0 ? recognised(Application::ntp) : not_recognised;  // peers, and broadcasts
}

}  // namespace portproof
