// DTLS records (RFC 6347, 4.1) and the handshake messages in them (4.2.2), and the same before the standard.

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/client_hello.hpp"
#include "capture/identify/internal/dtls_hello.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kFirstType = 20;  // change cipher spec
constexpr std::uint8_t kHandshake = 22;
constexpr std::uint8_t kLastType = 26;  // heartbeat (RFC 6520), CID (RFC 9146), acknowledgement (RFC 9147)

constexpr std::size_t kRecordHeader = 13;
constexpr std::size_t kHandshakeHeader = 12;
constexpr std::uint16_t kLongestRecord = (1U << 14U) + 2048;  // RFC 6347, 4.1

struct Record {
  std::uint8_t type{0};
  std::uint16_t epoch{0};
  std::uint16_t length{0};
  bool plausible{false};
};

Record read_record(ByteCursor& at) {
  Record record;
  record.type = at.u8();
  const std::uint16_t version = at.be16();
  record.epoch = at.be16();
  at.skip(6);  // sequence number
  record.length = at.be16();
  const bool known_type = record.type >= kFirstType && record.type <= kLastType;
  const bool known_version = version == 0xfeff || version == 0xfefd || version == kDtlsBeforeStandard;
  record.plausible =
      !at.failed() && known_type && known_version && record.length > 0 && record.length <= kLongestRecord;
  return record;
}

// Do the records fill the datagram (RFC 6347, 4.1.1)? If the capture cuts it, the records that it has must be
// right, and the last must not reach beyond the datagram.
bool fill_datagram(const FirstData& data) {
  ByteCursor at(data.bytes);
  std::size_t left = sent(data);
  while (at.has(kRecordHeader)) {
    const Record record = read_record(at);
    left -= kRecordHeader;
    if (!record.plausible || record.length > left) return false;
    left -= record.length;
    if (!at.has(record.length)) return true;
    at.skip(record.length);
  }
  // Nothing is left, or the capture cuts the header of another record.
  return left == 0 || (left > kRecordHeader && left > at.remaining());
}

Speaker speaker_of(std::uint8_t message) {
  switch (message) {
    case 1:   // client_hello
    case 15:  // certificate_verify; the server's, in DTLS 1.3, is encrypted
    case 16:  // client_key_exchange
      return Speaker::asks;
    case 0:   // hello_request
    case 2:   // server_hello
    case 3:   // hello_verify_request
    case 4:   // new_session_ticket
    case 12:  // server_key_exchange
    case 13:  // certificate_request
    case 14:  // server_hello_done
      return Speaker::answers;
    default:  // certificate, finished
      return Speaker::unknown;
  }
}

bool is_message(std::uint8_t message) {
  return speaker_of(message) != Speaker::unknown || message == 11 || message == 20;
}

}  // namespace

template <>
Recognition recognise<Application::dtls, kProtocolUdp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const Record record = read_record(at);
  if (!record.plausible || !fill_datagram(data)) return kNotRecognised;
  // From epoch 1 on everything is encrypted, even the rest of the handshake.
  if (record.type != kHandshake || record.epoch != 0) return recognised(Application::dtls);

  const std::uint8_t message = at.u8();
  const std::uint32_t length = at.be24();
  at.skip(2);  // message sequence
  const std::uint32_t offset = at.be24();
  const std::uint32_t fragment = at.be24();
  const bool right = !at.failed() && is_message(message) && offset + fragment <= length &&
                     fragment + kHandshakeHeader <= record.length;
  if (!right) return kNotRecognised;
  if (message == kClientHelloType) {
    const Recognition hello = recognise_dtls_hello(data);
    if (is_identified(hello.application)) return hello;
  }
  return recognised(Application::dtls, speaker_of(message));
}

}  // namespace portproof
