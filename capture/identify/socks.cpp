// SOCKS: what a client says to a proxy before it says anything to the host behind it. Version 5 is RFC 1928;
// version 4 and its extension 4A, which have no RFC, are described by their authors (socks4.protocol and
// socks4A.protocol, in every implementation).
//
// Answers of version 4 and choices of a method are a few small numbers, and are not recognised.

#include <algorithm>

#include "capture/base/ascii.hpp"
#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint8_t kVersion4 = 4;
constexpr std::uint8_t kVersion5 = 5;

constexpr std::uint8_t kConnect = 1;

// Text that ends with a zero, if both were captured; what follows it stays in `rest`.
bool take_text(std::string_view& rest, std::string_view& text) {
  constexpr std::size_t kLongest = 255;
  const std::size_t end = rest.substr(0, kLongest + 1).find('\0');
  if (end == std::string_view::npos) return false;
  text = rest.substr(0, end);
  rest.remove_prefix(end + 1);
  return std::all_of(text.begin(), text.end(), is_visible);
}

// Version 4, behind its number: what to do, the port, the address, and a user name that ends with a zero. The
// address 0.0.0.x, which no host has, announces a host name (4A).
bool is_request_of_version_4(const FirstData& data, ByteCursor at) {
  constexpr std::uint8_t kBind = 2;
  const std::uint8_t command = at.u8();
  const std::uint16_t port = at.be16();
  const std::uint32_t address = at.be32();
  if (at.failed() || (command != kConnect && command != kBind) || port == 0 || address == 0) return false;
  std::string_view rest = text_of(at.rest());
  std::string_view user;
  std::string_view host;
  if (!take_text(rest, user)) return false;
  const bool names_host = address <= 0xff;
  if (names_host && (!take_text(rest, host) || host.empty())) return false;
  return rest.empty() && data.bytes.size() == sent(data);
}

// A method of authentication: assigned by IANA, or private.
bool is_method(std::uint8_t method) {
  constexpr std::uint8_t kLastAssigned = 9;
  constexpr std::uint8_t kFirstPrivate = 0x80;
  constexpr std::uint8_t kNoneAcceptable = 0xff;
  return method <= kLastAssigned || (method >= kFirstPrivate && method != kNoneAcceptable);
}

// RFC 1928, 3, behind the version: a list of different methods.
bool take_methods(ByteCursor& at) {
  constexpr std::uint8_t kMost = 16;
  const std::uint8_t count = at.u8();
  const auto methods = at.bytes(count);
  if (at.failed() || count == 0 || count > kMost) return false;
  for (auto method = methods.begin(); method != methods.end(); ++method) {
    if (!is_method(*method) || std::find(methods.begin(), method, *method) != method) return false;
  }
  return true;
}

// RFC 1928, 4 and 6, behind the version and a code: a zero, and an address with its port to the end.
bool is_address_to_the_end(ByteCursor at) {
  constexpr std::uint8_t kIpv4 = 1;
  constexpr std::uint8_t kHostName = 3;
  constexpr std::uint8_t kIpv6 = 4;
  if (at.u8() != 0) return false;
  const std::uint8_t type = at.u8();
  if (type == kHostName) {
    const std::string_view host = text_of(at.bytes(at.u8()));
    if (host.empty() || !std::all_of(host.begin(), host.end(), is_visible)) return false;
  } else if (type == kIpv4 || type == kIpv6) {
    at.skip(type == kIpv4 ? 4 : 16);
  } else {
    return false;
  }
  at.skip(2);
  return !at.failed() && at.remaining() == 0;
}

// Requests and replies have the same form. Codes above those of requests are errors, and 0 is success.
Recognition read_request_or_reply(ByteCursor at) {
  constexpr std::uint8_t kLastCommand = 3;
  constexpr std::uint8_t kLastError = 8;
  const std::uint8_t code = at.u8();
  if (code > kLastError || !is_address_to_the_end(at)) return kNotRecognised;
  const bool may_ask = code >= kConnect && code <= kLastCommand;
  return recognised(Application::socks, may_ask ? Speaker::unknown : Speaker::answers);
}

// The methods alone, or followed at once by a request, from clients that do not wait for the choice.
bool is_greeting(ByteCursor at) {
  if (!take_methods(at)) return false;
  if (at.remaining() == 0) return true;
  return at.u8() == kVersion5 && is_identified(read_request_or_reply(at).application);
}

}  // namespace

template <>
Recognition recognise<Application::socks, kProtocolTcp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint8_t version = at.u8();
  if (version == kVersion4 && is_request_of_version_4(data, at)) {
    return recognised(Application::socks, Speaker::asks);
  }
  if (version != kVersion5 || data.bytes.size() != sent(data)) return kNotRecognised;
  return is_greeting(at) ? recognised(Application::socks, Speaker::asks) : read_request_or_reply(at);
}

}  // namespace portproof
