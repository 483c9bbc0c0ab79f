// TLS records (RFC 8446, 5.1; RFC 5246, 6.2.1) and the ClientHello with its server name (RFC 6066, 3).

#include "capture/byte_cursor.hpp"
#include "capture/identify/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kChangeCipherSpec = 20;
constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kHeartbeat = 24;  // RFC 6520; 23 is application data

constexpr std::uint8_t kClientHello = 1;
constexpr std::uint8_t kServerHello = 2;
constexpr std::uint16_t kServerName = 0;  // extension type, and name type of a host name

constexpr std::size_t kRecordHeader = 5;
constexpr std::uint16_t kLongestRecord = (1U << 14U) + 2048;  // RFC 5246, 6.2.3
// A ClientHello of a post-quantum key exchange takes some two thousand bytes; this leaves room.
constexpr std::uint32_t kLongestHello = 1U << 16U;
constexpr std::uint32_t kShortestHello = 38;  // version, random, empty session id, one suite, one method
constexpr std::uint8_t kLongestSessionId = 32;

struct RecordHeader {
  std::uint8_t type{0};
  std::uint16_t length{0};
  bool plausible{false};
};

RecordHeader read_record_header(ByteCursor& at) {
  RecordHeader header;
  header.type = at.u8();
  const std::uint16_t version = at.be16();
  header.length = at.be16();
  const bool known_type = header.type >= kChangeCipherSpec && header.type <= kHeartbeat;
  header.plausible = !at.failed() && known_type && version >= 0x0300 && version <= 0x0304 &&
                     header.length > 0 && header.length <= kLongestRecord;
  return header;
}

// Is every record that begins in these bytes plausible? Encrypted records show five bytes of structure only,
// so where there are several they must all be right, and what stands in the clear must have its right length.
bool are_records(ByteCursor at) {
  while (at.has(kRecordHeader)) {
    const RecordHeader header = read_record_header(at);
    if (!header.plausible) return false;
    if (header.type == kChangeCipherSpec && header.length != 1) return false;
    if (!at.has(header.length)) return true;
    at.skip(header.length);
  }
  if (at.remaining() == 0) return true;
  const std::uint8_t next_type = at.u8();  // the stub of a header
  return next_type >= kChangeCipherSpec && next_type <= kHeartbeat;
}

// The host name in a server_name extension; nothing where it has none.
Recognition read_server_name(ByteCursor at, Recognition found) {
  ByteCursor list = at.window(at.be16());
  while (list.has(3)) {
    const std::uint8_t type = list.u8();
    const auto name = list.bytes(list.be16());
    if (list.failed()) return found;
    if (type != kServerName) continue;
    found.name = text_of(name);
    found.name_state = name.empty() ? NameState::absent : NameState::given;
    return found;
  }
  return found;
}

// Goes through the extensions; `absent` only where their end was reached.
Recognition read_extensions(ByteCursor at, Recognition found) {
  if (at.remaining() == 0) {  // RFC 5246, 7.4.1.2: a hello may end without any
    found.name_state = NameState::absent;
    return found;
  }
  const std::uint16_t total = at.be16();
  if (at.failed()) return found;
  const bool whole = at.has(total);
  ByteCursor list = at.window(total);
  while (list.has(4)) {
    const std::uint16_t type = list.be16();
    const std::uint16_t length = list.be16();
    if (!list.has(length)) return found;
    const ByteCursor content = list.window(length);
    list.skip(length);
    if (type != kServerName) continue;
    found = read_server_name(content, found);
    if (found.name_state == NameState::unseen) found.name_state = NameState::absent;
    return found;
  }
  if (whole) found.name_state = NameState::absent;
  return found;
}

// `at` stands behind the handshake header. The hello may be cut anywhere, by the record, the segment or the
// snap length: what was read until then counts.
Recognition read_client_hello(ByteCursor at, std::uint32_t length) {
  const bool whole = at.has(length);
  ByteCursor hello = at.window(length);
  const std::uint16_t version = hello.be16();
  if (hello.failed() || version < 0x0300 || version > 0x0304) return not_recognised;

  Recognition found = recognised(Application::tls, Speaker::asks);
  hello.skip(32);  // random
  const std::uint8_t session_id = hello.u8();
  if (session_id > kLongestSessionId) return not_recognised;
  hello.skip(session_id);
  const std::uint16_t suites = hello.be16();
  if (!hello.failed() && (suites == 0 || suites % 2 != 0)) return not_recognised;
  hello.skip(suites);
  const std::uint8_t methods = hello.u8();
  if (!hello.failed() && methods == 0) return not_recognised;
  hello.skip(methods);
  if (hello.failed()) return whole ? not_recognised : found;
  if (!whole && hello.remaining() == 0) return found;
  return read_extensions(hello, found);
}

}  // namespace

Recognition recognise_tls(const FirstData& data) {
  ByteCursor at(data.bytes);
  const RecordHeader header = read_record_header(at);
  if (!header.plausible) return not_recognised;

  Recognition found;
  found.application = Application::tls;
  if (header.type != kHandshake) return are_records(ByteCursor(data.bytes)) ? found : not_recognised;

  ByteCursor body = at.window(header.length);
  const std::uint8_t message = body.u8();
  const std::uint32_t length = body.be24();
  if (body.failed()) return not_recognised;
  const bool hello = message == kClientHello || message == kServerHello;
  // A handshake message that is encrypted, or not the first: its records must speak for it.
  if (!hello || length < kShortestHello || length > kLongestHello) {
    return are_records(ByteCursor(data.bytes)) && !hello ? found : not_recognised;
  }
  if (message == kClientHello) return read_client_hello(body, length);
  const std::uint16_t version = body.be16();
  found.speaker = Speaker::answers;
  return version >= 0x0300 && version <= 0x0304 ? found : not_recognised;
}

}  // namespace portproof
