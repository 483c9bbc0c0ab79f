// SQL Server: its stream protocol ([MS-TDS] 2.2) and the service that says on which ports its instances
// listen
// ([MS-SQLR] 2.2).

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::size_t kHeader = 8;

enum PacketType : std::uint8_t {
  batch = 0x01,
  call = 0x03,
  answer = 0x04,
  transaction = 0x0e,
  login = 0x10,
  prelogin = 0x12,
};

// [MS-TDS] 2.2.6.5: a list of options; the first is the version, whose value directly follows the list.
bool is_prelogin(ByteCursor at) {
  constexpr std::uint8_t kVersion = 0;
  constexpr std::uint16_t kOption = 5;
  constexpr std::uint16_t kMostOptions = 16;
  constexpr std::uint16_t kVersionLength = 6;
  const std::uint8_t option = at.u8();
  const std::uint16_t offset = at.be16();
  const std::uint16_t length = at.be16();
  return !at.failed() && option == kVersion && length == kVersionLength && offset % kOption == 1 &&
         offset <= kOption * kMostOptions + 1;
}

// TLS starts inside packets of this type, from both sides: a handshake record.
bool is_wrapped_tls(ByteCursor at) {
  return at.be16() == 0x1603 && at.u8() <= 4 && !at.failed();
}

// [MS-TDS] 2.2.6.4: the length of the login, and the version of the protocol, 7.0 to 7.4 or 8.
bool is_login(ByteCursor at, std::size_t length) {
  const std::uint32_t own_length = at.le32();
  const std::uint32_t version = at.le32();
  const std::uint32_t major = version >> 24U;
  return !at.failed() && own_length == length && (major == 8 || (major >= 0x70 && major <= 0x74));
}

// [MS-TDS] 2.2.5.3: since 7.2 a request has one header, that of its transaction.
bool has_headers(ByteCursor at) {
  return at.le32() == 22 && at.le32() == 18 && at.le16() == 2 && !at.failed();
}

// [MS-TDS] 2.2.7: notices, errors and acknowledgements, each with its length.
bool is_token(ByteCursor at, std::size_t length) {
  const std::uint8_t token = at.u8();
  const bool known = token == 0xaa || token == 0xab || token == 0xad || token == 0xe3;
  constexpr std::size_t kTokenHeader = 3;
  const std::uint16_t own_length = at.le16();
  return !at.failed() && known && own_length > 0 && own_length + kTokenHeader <= length;
}

}  // namespace

template <>
Recognition recognise<Application::tds, kProtocolTcp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint8_t type = at.u8();
  const std::uint8_t status = at.u8();
  const std::uint16_t length = at.be16();
  at.skip(3);  // process and packet number
  const std::uint8_t window = at.u8();
  constexpr std::uint8_t kMostStatus = 0x1f;
  if (at.failed() || status > kMostStatus || window != 0 || length <= kHeader || length < sent(data)) {
    return kNotRecognised;
  }
  const std::size_t body = length - kHeader;
  const bool whole = length == sent(data);
  constexpr Application kTds = Application::tds;
  switch (type) {
    case prelogin:
      if (is_wrapped_tls(at)) return recognised(kTds);
      return whole && is_prelogin(at) ? recognised(kTds, Speaker::asks) : kNotRecognised;
    case login:
      return is_login(at, body) ? recognised(kTds, Speaker::asks) : kNotRecognised;
    case batch:
    case call:
    case transaction:
      return has_headers(at) ? recognised(kTds, Speaker::asks) : kNotRecognised;
    case answer:
      if (whole && is_prelogin(at)) return recognised(kTds, Speaker::answers);
      return is_token(at, body) ? recognised(kTds, Speaker::answers) : kNotRecognised;
    default:
      return kNotRecognised;
  }
}

// A question is one byte, or one byte and a name: too little to recognise. The answer is text.
template <>
Recognition recognise<Application::sql_browser, kProtocolUdp>(const FirstData& data) {
  constexpr std::uint8_t kAnswer = 5;
  constexpr std::size_t kAnswerHeader = 3;
  constexpr std::string_view kText = "ServerName;";
  ByteCursor at(data.bytes);
  if (at.u8() != kAnswer || at.le16() + kAnswerHeader != sent(data)) return kNotRecognised;
  if (text_of(at.bytes(kText.size())) != kText) return kNotRecognised;
  return recognised(Application::sql_browser, Speaker::answers);
}

}  // namespace portproof
