// DNS messages (RFC 1035, 4.1), over UDP and behind their length over TCP (4.2.2). Multicast DNS (RFC 6762)
// and LLMNR (RFC 4795) are the same messages on other ports, and count as DNS; NetBIOS names (RFC 1002, 4.2)
// do not.

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kLongestName = 255;
constexpr std::uint8_t kLongestLabel = 63;
constexpr std::size_t kShortestRecord = 11;  // the root as its name, and no data

constexpr std::uint16_t kTypeZone = 6;  // SOA: what an update says of its zone (RFC 2136, 2.3)
constexpr std::uint16_t kTypeNetbios = 32;
constexpr std::uint16_t kTypeNetbiosStatus = 33;
constexpr std::uint8_t kNetbiosLabel = 32;

enum Operation : std::uint8_t { query = 0, notify = 4, update = 5 };

struct Header {
  std::uint16_t id{0};
  bool answer{false};
  std::uint8_t operation{0};
  std::uint8_t result{0};
  bool reserved{false};
  bool recursion{false};
  std::uint16_t questions{0}, answers{0}, authorities{0}, more{0};
};

Header read_header(ByteCursor& at) {
  Header header;
  header.id = at.be16();
  const std::uint16_t flags = at.be16();
  header.answer = (flags & 0x8000U) != 0;
  header.operation = static_cast<std::uint8_t>((flags >> 11U) & 0xfU);
  header.recursion = (flags & 0x0180U) != 0;  // desired or available
  header.reserved = (flags & 0x0040U) != 0;
  header.result = flags & 0xfU;
  header.questions = at.be16();
  header.answers = at.be16();
  header.authorities = at.be16();
  header.more = at.be16();
  return header;
}

// Multicast DNS has no numbers and knows no recursion (RFC 6762, 18).
bool may_be_multicast(const Header& header) {
  return header.id == 0 && header.operation == query && header.result == 0 && !header.recursion;
}

bool has_right_counts(const Header& header) {
  if (header.reserved) return false;
  if (header.operation == update) return header.questions == 1;
  if (header.operation != query && header.operation != notify) return false;
  if (may_be_multicast(header)) {
    constexpr unsigned kMost = 128;
    const unsigned all = header.questions + header.answers + header.authorities;
    return header.answer ? header.questions == 0 && header.answers > 0 && all < kMost
                         : header.questions > 0 && all < kMost;
  }
  if (header.questions != 1) return false;
  if (header.answer) return true;
  // A query may carry what it knows of the zone (IXFR, NOTIFY), its options (RFC 6891) and a signature.
  return header.result == 0 && header.answers <= 1 && header.authorities <= 1 && header.more <= 2;
}

struct Name {
  bool plausible{false};
  bool root{false};
  bool whole{false};
  bool as_long{false};  // a label as long as NetBIOS names are
  bool netbios{false};  // and of sixteen bytes in halves, by their own letters
};

bool is_netbios(std::span<const std::uint8_t> label) {
  if (label.size() != kNetbiosLabel) return false;
  for (const std::uint8_t letter : label) {
    if (letter < 'A' || letter > 'P') return false;
  }
  return true;
}

bool is_label(std::span<const std::uint8_t> label) {
  for (const std::uint8_t letter : label) {
    if (letter <= ' ' || letter == 0x7f) return false;
  }
  return true;
}

// A name as a question has it: labels of visible characters, no pointer. It may be cut by the capture only.
Name read_name(ByteCursor& at) {
  Name name;
  std::size_t length = 0;
  while (at.has(1)) {
    const std::uint8_t label = at.u8();
    length += label + std::size_t{1};
    if (label > kLongestLabel || length > kLongestName) return {};
    if (label == 0) {
      name.root = !name.plausible;
      name.plausible = name.whole = true;
      return name;
    }
    const bool cut = !at.has(label);
    const auto bytes = at.bytes(cut ? at.remaining() : label);
    if (!is_label(bytes)) return {};
    name.as_long |= label == kNetbiosLabel;
    name.netbios |= is_netbios(bytes);
    name.plausible = true;
    if (cut) return name;
  }
  return name;
}

bool is_question_type(std::uint16_t type) {
  constexpr std::uint16_t kLastAssigned = 264;
  return (type > 0 && type <= kLastAssigned) || type == 0x8000 || type == 0x8001 || type >= 0xff00;
}

// What is asked of the root of all names: servers, start of authority, keys, anything, and addresses in vain.
bool is_root_type(std::uint16_t type) {
  return type == 1 || type == 2 || type == 6 || type == 28 || type == 48 || type == 255;
}

// The class, of which multicast DNS uses the top bit for something else.
bool is_class(std::uint16_t value) {
  const std::uint16_t plain = value & 0x7fffU;
  return plain == 1 || plain == 3 || plain == 4 || plain == 254 || plain == 255;
}

Speaker speaker_of(const Header& header) {
  if (may_be_multicast(header)) return Speaker::unknown;  // any of the peers, of its own accord
  return header.answer ? Speaker::answers : Speaker::asks;
}

// `at` stands at the header, `length` bytes of message were sent.
Recognition read_message(ByteCursor at, std::size_t length) {
  if (!at.has(kHeader)) return not_recognised;
  const Header header = read_header(at);
  if (!has_right_counts(header)) return not_recognised;
  const std::size_t records = std::size_t{header.answers} + header.authorities + header.more;
  if (kHeader + records * kShortestRecord > length) return not_recognised;

  const Name name = read_name(at);
  if (!name.plausible || (name.root && may_be_multicast(header))) return not_recognised;
  if (name.whole && at.has(4)) {
    const std::uint16_t type = at.be16();
    const bool netbios = name.as_long && (type == kTypeNetbios || type == kTypeNetbiosStatus);
    const bool right = header.operation == update ? type == kTypeZone
                       : name.root                ? is_root_type(type)
                                                  : is_question_type(type);
    if (!right || netbios || !is_class(at.be16())) return not_recognised;
  } else if (name.netbios || name.root) {
    return not_recognised;
  }
  return recognised(Application::dns, speaker_of(header));
}

}  // namespace

template <>
Recognition recognise<Application::dns, kProtocolUdp>(const FirstData& data) {
  return read_message(ByteCursor(data.bytes), sent(data));
}

// The length may come in a segment of its own, and the message goes on in others where it is long.
template <>
Recognition recognise<Application::dns, kProtocolTcp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint16_t length = at.be16();
  if (at.failed() || length <= kHeader || sent(data) < 2 + kHeader) return not_recognised;
  return read_message(at, length);
}

}  // namespace portproof
