#include "capture/identify/internal/client_hello.hpp"

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint16_t kServerName = 0;  // extension type, and name type of a host name
constexpr std::uint8_t kLongestSessionId = 32;

bool is_version(std::uint16_t version, HelloForm form) {
  if (form == HelloForm::tls) return version >= 0x0300 && version <= 0x0304;
  return is_dtls_version(version);
}

// The host name in a server_name extension. A list without one gives no name.
void read_server_name(ByteCursor at, ClientHello& hello) {
  hello.name_state = NameState::absent;
  ByteCursor list = at.window(at.be16());
  while (list.has(3)) {
    const std::uint8_t type = list.u8();
    const auto name = list.bytes(list.be16());
    if (list.failed()) return;
    if (type != kServerName) continue;
    hello.name = text_of(name);
    if (!name.empty()) hello.name_state = NameState::given;
    return;
  }
}

// Reads the extensions; `absent` only if their end was reached.
void read_extensions(ByteCursor at, bool whole_hello, ClientHello& hello) {
  if (at.remaining() == 0) {  // a hello may have none (RFC 5246, 7.4.1.2)
    hello.name_state = NameState::absent;
    return;
  }
  const std::uint16_t total = at.be16();
  const bool whole = !at.failed() && at.has(total);
  hello.unfinished = !whole && !whole_hello;
  ByteCursor list = at.window(total);
  while (list.has(4)) {
    const std::uint16_t type = list.be16();
    const std::uint16_t length = list.be16();
    if (!list.has(length)) return;
    const ByteCursor content = list.window(length);
    list.skip(length);
    if (type != kServerName) continue;
    hello.unfinished = false;
    return read_server_name(content, hello);
  }
  if (whole) hello.name_state = NameState::absent;
}

}  // namespace

ClientHello read_client_hello(std::span<const std::uint8_t> body, std::uint32_t length, HelloForm form) {
  ByteCursor at(body);
  const bool whole = at.has(length);
  at = at.window(length);
  ClientHello hello;
  const std::uint16_t version = at.be16();
  if (at.failed()) {
    hello.unfinished = !whole;
    return hello;
  }
  if (!is_version(version, form)) return hello;

  at.skip(32);  // random
  const std::uint8_t session_id = at.u8();
  if (session_id > kLongestSessionId) return hello;
  at.skip(session_id);
  if (form == HelloForm::dtls) at.skip(at.u8());  // cookie
  const std::uint16_t suites = at.be16();
  if (!at.failed() && (suites == 0 || suites % 2 != 0)) return hello;
  at.skip(suites);
  const std::uint8_t methods = at.u8();
  if (!at.failed() && methods == 0) return hello;
  at.skip(methods);
  if (at.failed() && whole) return hello;

  hello.plausible = true;
  if (at.failed() || (!whole && at.remaining() == 0)) {
    hello.unfinished = true;
    return hello;
  }
  read_extensions(at, whole, hello);
  return hello;
}

}  // namespace portproof
