// TLS records (RFC 8446, 5.1; RFC 5246, 6.2.1) and the hellos in the first of them.
#include "capture/identify/internal/tls.hpp"

#include <algorithm>

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/client_hello.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kChangeCipherSpec = 20;
constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kHeartbeat = 24;  // RFC 6520; 23 is application data

constexpr std::uint8_t kServerHello = 2;

constexpr std::size_t kRecordHeader = 5;
constexpr std::uint16_t kLongestRecord = (1U << 14U) + 2048;  // RFC 5246, 6.2.3

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

// Is every record that begins in these bytes plausible? An encrypted record shows only the five bytes of its
// header, so if there are several, all must be right, and what is not encrypted must have its fixed length.
bool are_records(ByteCursor at) {
  while (at.has(kRecordHeader)) {
    const RecordHeader header = read_record_header(at);
    if (!header.plausible) return false;
    if (header.type == kChangeCipherSpec && header.length != 1) return false;
    if (!at.has(header.length)) return true;
    at.skip(header.length);
  }
  if (at.remaining() == 0) return true;
  const std::uint8_t next_type = at.u8();  // of a header that is cut
  return next_type >= kChangeCipherSpec && next_type <= kHeartbeat;
}

// `body` is what the first record has after the handshake header. If the record ends before the hello does,
// the rest is in further records, which may be in this packet or not.
Recognition recognise_hello(ByteCursor body, std::uint32_t length, bool cut) {
  const ClientHello hello = read_client_hello(body.rest(), length, HelloForm::tls);
  if (!hello.plausible) return kNotRecognised;
  Recognition found;
  found.application = Application::tls;
  found.name_state = hello.name_state;
  found.name = hello.name;
  found.unfinished = hello.unfinished && !cut;
  found.speaker = Speaker::asks;
  return found;
}

}  // namespace

template <>
Recognition recognise<Application::tls, kProtocolTcp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const RecordHeader header = read_record_header(at);
  if (!header.plausible) return kNotRecognised;

  Recognition found;
  found.application = Application::tls;
  if (header.type != kHandshake) return are_records(ByteCursor(data.bytes)) ? found : kNotRecognised;

  ByteCursor body = at.window(header.length);
  const std::uint8_t message = body.u8();
  const std::uint32_t length = body.be24();
  if (body.failed()) return kNotRecognised;
  const bool hello = message == kClientHelloType || message == kServerHello;
  // A handshake message that is encrypted, or not the first: its records have to be right.
  if (!hello || length < kShortestHello || length > kLongestHello) {
    return are_records(ByteCursor(data.bytes)) && !hello ? found : kNotRecognised;
  }
  if (message == kClientHelloType) return recognise_hello(body, length, data.bytes.size() < data.wire_length);
  const std::uint16_t version = body.be16();
  if (version < 0x0300 || version > 0x0304) return kNotRecognised;
  found.speaker = Speaker::answers;
  return found;
}

JoinedHandshake join_handshake(std::span<const std::uint8_t> stream, std::span<std::uint8_t> to) {
  JoinedHandshake joined;
  ByteCursor at(stream);
  while (at.has(kRecordHeader)) {
    const RecordHeader header = read_record_header(at);
    if (!header.plausible || header.type != kHandshake) return joined;
    const auto body = at.window(header.length).rest();
    const std::size_t size = std::min(body.size(), to.size() - joined.size);
    std::copy_n(body.begin(), size, to.begin() + static_cast<std::ptrdiff_t>(joined.size));
    joined.size += size;
    if (size < body.size()) return joined;
    at.skip(body.size());
  }
  joined.goes_on = true;
  return joined;
}

}  // namespace portproof
