// DNS messages (RFC 1035, 4.1): over UDP alone, over TCP after their length (4.2.2). Multicast DNS (RFC 6762)
// and LLMNR (RFC 4795) are the same messages on other ports, and count as DNS. NetBIOS name services have the
// same form too (RFC 1002, 4.2), but never count as DNS, not even damaged.

#include <algorithm>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::size_t kHeader = 12;
constexpr std::size_t kLongestName = 255;
constexpr std::uint8_t kLongestLabel = 63;
constexpr std::size_t kShortestRecord = 11;  // with the root as its name, and no data

constexpr std::uint16_t kTypeZone = 6;  // SOA, by which an update names its zone (RFC 2136, 2.3)
constexpr std::uint16_t kTypeNetbios = 32;
constexpr std::uint16_t kTypeNetbiosStatus = 33;
constexpr std::uint8_t kNetbiosLabel = 32;

enum Operation : std::uint8_t { query = 0, notify = 4, update = 5 };

struct Header {
  std::uint16_t id{0};
  bool answer{false};
  bool authoritative{false};
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
  header.authoritative = (flags & 0x0400U) != 0;
  header.recursion = (flags & 0x0180U) != 0;  // desired or available
  header.reserved = (flags & 0x0040U) != 0;
  header.result = flags & 0xfU;
  header.questions = at.be16();
  header.answers = at.be16();
  header.authorities = at.be16();
  header.more = at.be16();
  return header;
}

// Multicast DNS has no recursion (RFC 6762, 18). Its responses do not repeat the question (6), and its
// queries may have several. Its messages should have no id, but some do (18.1): these count as multicast DNS
// if their counts are impossible in unicast DNS.
bool may_be_multicast(const Header& header) {
  if (header.operation != query || header.result != 0 || header.recursion) return false;
  if (header.id == 0) return true;
  return header.answer ? header.questions == 0 && header.authoritative : header.questions > 1;
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
  // A query may have a record of the zone (IXFR, NOTIFY), options (RFC 6891) and a signature.
  return header.result == 0 && header.answers <= 1 && header.authorities <= 1 && header.more <= 2;
}

struct Name {
  bool plausible{false};
  bool root{false};
  bool whole{false};
  bool as_long{false};  // its first label is as long as that of a NetBIOS name
  bool netbios{false};  // and has the letters of one
};

// A NetBIOS name has sixteen bytes, each written as two letters from A to P (RFC 1001, 14.1). Three quarters
// of such letters suffice, because a damaged name is still not a DNS name, and hosts do not have names of
// this length in such letters. If the capture cuts the label, the letters that it has are counted.
bool are_netbios_letters(std::span<const std::uint8_t> label) {
  const auto letters = std::count_if(label.begin(), label.end(),
                                     [](std::uint8_t letter) { return letter >= 'A' && letter <= 'P'; });
  return static_cast<std::size_t>(letters) * 4 >= label.size() * 3;
}

bool is_label(std::span<const std::uint8_t> label) {
  for (const std::uint8_t letter : label) {
    if (letter <= ' ' || letter == 0x7f) return false;
  }
  return true;
}

// A name in a question: labels of visible characters, without pointers. Only the capture may cut it.
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
    if (!name.plausible) {
      name.as_long = label == kNetbiosLabel;
      name.netbios = name.as_long && are_netbios_letters(bytes);
    }
    name.plausible = true;
    if (cut) return name;
  }
  return name;
}

bool is_question_type(std::uint16_t type) {
  constexpr std::uint16_t kLastAssigned = 264;
  return (type > 0 && type <= kLastAssigned) || type == 0x8000 || type == 0x8001 || type >= 0xff00;
}

// Types in questions about the root: servers, start of authority, keys, anything, and useless address
// queries.
bool is_root_type(std::uint16_t type) {
  return type == 1 || type == 2 || type == 6 || type == 28 || type == 48 || type == 255;
}

// The class, whose top bit has another meaning in multicast DNS.
bool is_class(std::uint16_t value) {
  const std::uint16_t plain = value & 0x7fffU;
  return plain == 1 || plain == 3 || plain == 4 || plain == 254 || plain == 255;
}

Speaker speaker_of(const Header& header) {
  if (may_be_multicast(header)) return Speaker::unknown;  // any host sends it, unasked
  return header.answer ? Speaker::answers : Speaker::asks;
}

// `at` is at the header of a message of `length` bytes.
Recognition read_message(ByteCursor at, std::size_t length) {
  if (!at.has(kHeader)) return kNotRecognised;
  const Header header = read_header(at);
  if (!has_right_counts(header)) return kNotRecognised;
  const std::size_t records = std::size_t{header.answers} + header.authorities + header.more;
  if (kHeader + records * kShortestRecord > length) return kNotRecognised;

  const Name name = read_name(at);
  if (!name.plausible || name.netbios || (name.root && may_be_multicast(header))) return kNotRecognised;
  if (name.whole && at.has(4)) {
    const std::uint16_t type = at.be16();
    const bool netbios = name.as_long && (type == kTypeNetbios || type == kTypeNetbiosStatus);
    const bool right = header.operation == update ? type == kTypeZone
                       : name.root                ? is_root_type(type)
                                                  : is_question_type(type);
    if (!right || netbios || !is_class(at.be16())) return kNotRecognised;
  } else if (name.root || (may_be_multicast(header) && header.id != 0)) {
    return kNotRecognised;  // the header alone proves too little
  }
  return recognised(Application::dns, speaker_of(header));
}

}  // namespace

template <>
Recognition recognise<Application::dns, kProtocolUdp>(const FirstData& data) {
  return read_message(ByteCursor(data.bytes), sent(data));
}

// The length may be in a segment of its own, and a long message continues in others.
template <>
Recognition recognise<Application::dns, kProtocolTcp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint16_t length = at.be16();
  if (at.failed() || length <= kHeader || sent(data) < 2 + kHeader) return kNotRecognised;
  return read_message(at, length);
}

}  // namespace portproof
