#include "capture/identify/dns_message.hpp"

#include <algorithm>

#include "capture/base/ascii.hpp"
#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint16_t kTypeA = 1;
constexpr std::uint16_t kTypeCname = 5;
constexpr std::uint16_t kTypeAaaa = 28;
constexpr std::uint16_t kClassInternet = 1;

constexpr std::size_t kLongestLabel = 63;
constexpr std::size_t kLongestText = 253;  // of a name: 255 bytes on the wire (RFC 1035, 2.3.4)
constexpr int kMostJumps = 16;             // compression points back once, or twice

struct Header {
  std::uint16_t id{0};
  bool answer{false};
  unsigned opcode{0};
  unsigned rcode{0};
  std::uint16_t questions{0};
  std::uint16_t answers{0};
  std::uint16_t others{0};  // the larger of the two other sections
};

Header read_header(ByteCursor& at) {
  Header header;
  header.id = at.be16();
  const std::uint16_t flags = at.be16();
  header.answer = (flags & 0x8000U) != 0;
  header.opcode = (flags >> 11U) & 0x0fU;
  header.rcode = flags & 0x0fU;
  header.questions = at.be16();
  header.answers = at.be16();
  header.others = std::max(at.be16(), at.be16());
  return header;
}

// A character of a label in the name of a host or a service. A full stop or a colon within a label would
// turn its text into another name.
bool is_label_character(std::uint8_t byte) {
  return is_alphanumeric(static_cast<char>(byte)) || byte == '-' || byte == '_';
}

// A name as text, exactly as in the message.
struct NameText {
  std::array<char, kLongestText + 1> text;
  std::size_t size{0};
  bool usable{true};  // consists of characters that may be kept

  [[nodiscard]] bool add(std::span<const std::uint8_t> label) {
    const std::size_t needed = label.size() + (size == 0 ? 0 : 1);
    if (size + needed > kLongestText) return false;
    if (size > 0) text[size++] = '.';
    for (const std::uint8_t byte : label) {
      usable = usable && is_label_character(byte);
      text[size++] = static_cast<char>(byte);
    }
    return true;
  }
};

// Reads the name at `at` and moves behind it. Compression pointers must point backwards, so that no name is a
// circle (RFC 1035, 4.1.4: "a prior occurrence"). False if there is no valid name.
bool read_name(std::span<const std::uint8_t> message, ByteCursor& at, NameText& name) {
  ByteCursor part = at;
  std::size_t before = message.size() - at.remaining();
  bool jumped = false;
  for (int jumps = 0; jumps <= kMostJumps;) {
    const std::uint8_t length = part.u8();
    if (part.failed()) return false;
    if ((length & 0xc0U) == 0xc0U) {
      const std::size_t target = ((length & 0x3fU) << 8U) | part.u8();
      if (part.failed() || target >= before) return false;
      if (!jumped) at = part;
      jumped = true;
      ++jumps;
      before = target;
      part = ByteCursor(message.subspan(target));
      continue;
    }
    if (length > kLongestLabel) return false;
    if (length == 0) {
      if (!jumped) at = part;
      return true;
    }
    const auto label = part.bytes(length);
    if (part.failed() || !name.add(label)) return false;
  }
  return false;
}

struct Record {
  std::uint16_t type{0};
  bool internet{false};
  std::uint32_t ttl{0};
  ByteCursor data;
};

// The rest of a record, behind its name. `at` must extend to the end of the message.
bool read_record(ByteCursor& at, Record& record) {
  record.type = at.be16();
  record.internet = at.be16() == kClassInternet;
  record.ttl = at.be32();
  if ((record.ttl & 0x80000000U) != 0) record.ttl = 0;  // RFC 2181, 8
  const std::uint16_t size = at.be16();
  if (at.failed() || !at.has(size)) return false;
  record.data = at.window(size);
  at.skip(size);
  return true;
}

}  // namespace

std::uint32_t DnsAnswer::ttl(const Address& address, std::size_t name) const {
  std::uint32_t shortest = address.ttl;
  for (std::size_t alias = name; alias < address.chain; ++alias) {
    shortest = std::min(shortest, names_[alias].ttl);
  }
  return shortest;
}

class DnsAnswerReader {
 public:
  DnsAnswerReader(std::span<const std::uint8_t> message, DnsAnswer& answer)
      : message_(message), answer_(answer) {
    answer.name_count_ = 0;
    answer.address_count_ = 0;
    answer.omitted_ = 0;
  }

  bool read() {
    ByteCursor at(message_);
    const Header header = read_header(at);
    if (at.failed() || !header.answer || header.opcode != 0 || header.rcode != 0) return false;
    if (header.questions != 1) return false;
    NameText question;
    if (!read_name(message_, at, question) || question.size == 0) return false;
    at.skip(4);  // type and class
    if (at.failed()) return false;
    add_name(question);
    for (unsigned count = header.answers; count > 0; --count) {
      NameText owner;
      Record record;
      if (!read_name(message_, at, owner) || !read_record(at, record)) break;
      take(owner, record);
    }
    return true;
  }

 private:
  // Each name is kept in its exact text too, because aliases are compared by that.
  void add_name(const NameText& text) {
    DnsAnswer::Name& name = answer_.names_[answer_.name_count_];
    name.ttl = 0;
    name.size = text.usable ? normalise_name({text.text.data(), text.size}, name.text).size() : 0;
    exact_[answer_.name_count_++] = text;
  }

  // The index of a name in the chain; the number of names if it is not in the chain.
  [[nodiscard]] std::size_t find(const NameText& wanted) const {
    const auto equal = [](char left, char right) { return to_lower_case(left) == to_lower_case(right); };
    std::size_t index = 0;
    while (index < answer_.name_count_) {
      const NameText& known = exact_[index];
      if (std::equal(known.text.begin(), known.text.begin() + static_cast<std::ptrdiff_t>(known.size),
                     wanted.text.begin(), wanted.text.begin() + static_cast<std::ptrdiff_t>(wanted.size),
                     equal)) {
        break;
      }
      ++index;
    }
    return index;
  }

  void take(const NameText& owner, Record& record) {
    if (!record.internet) return;
    const std::size_t index = find(owner);
    if (index == answer_.name_count_) return;
    if (record.type == kTypeCname) {
      take_alias(index, record);
    } else if (record.type == kTypeA && record.data.remaining() == 4) {
      add_address(IpAddress::v4(record.data.position()), index, record.ttl);
    } else if (record.type == kTypeAaaa && record.data.remaining() == 16) {
      add_address(IpAddress::v6(record.data.position()), index, record.ttl);
    }
  }

  // The chain grows only at its end: a name has one alias (RFC 2181, 10.1), and none leads back.
  void take_alias(std::size_t index, Record& record) {
    NameText target;
    if (index + 1 != answer_.name_count_ || !read_name(message_, record.data, target)) return;
    if (target.size == 0 || find(target) != answer_.name_count_) return;
    if (answer_.name_count_ == answer_.names_.size()) {
      ++answer_.omitted_;
      return;
    }
    answer_.names_[index].ttl = record.ttl;
    add_name(target);
  }

  void add_address(const IpAddress& address, std::size_t index, std::uint32_t ttl) {
    if (answer_.address_count_ == answer_.addresses_.size()) {
      ++answer_.omitted_;
      return;
    }
    answer_.addresses_[answer_.address_count_++] = {address, index, ttl};
  }

  std::span<const std::uint8_t> message_;
  DnsAnswer& answer_;
  std::array<NameText, kMostAliases + 1> exact_;
};

bool read_dns_answer(std::span<const std::uint8_t> message, DnsAnswer& answer) {
  return DnsAnswerReader(message, answer).read();
}

bool read_dns_question(std::span<const std::uint8_t> message, DnsQuestion& question) {
  ByteCursor at(message);
  const Header header = read_header(at);
  if (at.failed() || header.opcode != 0 || header.questions != 1) return false;
  NameText name;
  if (!read_name(message, at, name)) return false;
  question.is_answer = header.answer;
  question.id = header.id;
  question.type = at.be16();
  question.size = name.size;
  for (std::size_t index = 0; index < name.size; ++index) {
    question.text[index] = to_lower_case(name.text[index]);
  }
  return !at.failed();
}

bool is_dns_message(std::span<const std::uint8_t> message) {
  ByteCursor at(message);
  const Header header = read_header(at);
  if (at.failed() || header.opcode > 6 || header.questions != 1) return false;
  // A record has at least eleven bytes. A query has no answers.
  const std::size_t records = std::size_t{header.answers} + header.others;
  if (!header.answer && (header.answers > 0 || header.rcode != 0) && header.opcode == 0) return false;
  if (records * 11 > 0xffffU) return false;
  NameText name;
  if (!read_name(message, at, name)) return false;
  at.skip(2);
  const std::uint16_t family = at.be16() & 0x7fffU;  // without the bit of multicast DNS
  return !at.failed() && (family == kClassInternet || family == 3 || family == 254 || family == 255);
}

Recognition recognise_dns_message(const FirstData& data) {
  std::span<const std::uint8_t> message = data.bytes;
  if (data.protocol == kProtocolTcp) {
    if (message.size() < kDnsLengthSize || load_be16(message.data()) < kDnsHeaderSize) return kNotRecognised;
    message = message.subspan(kDnsLengthSize);
  }
  if (!is_dns_message(message)) return kNotRecognised;
  Recognition found;
  found.application = Application::dns;
  found.speaker = (message[2] & 0x80U) == 0 ? Speaker::asks : Speaker::answers;
  return found;
}

}  // namespace portproof
