// HTTP/1 requests and responses (RFC 9112), and the preface of HTTP/2 without TLS (RFC 9113, 3.4).

#include <algorithm>
#include <array>
#include <optional>

#include "capture/base/ascii.hpp"
#include "capture/identify/internal/http_kinds.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

// RFC 9110, PATCH, WebDAV, and those of RPC over HTTP and SSTP.
constexpr std::array<std::string_view, 24> kMethods{
    "GET",    "POST",     "HEAD",      "PUT",         "OPTIONS",      "CONNECT",
    "DELETE", "TRACE",    "PATCH",     "PROPFIND",    "PROPPATCH",    "MKCOL",
    "COPY",   "MOVE",     "LOCK",      "UNLOCK",      "SEARCH",       "REPORT",
    "NOTIFY", "M-SEARCH", "SUBSCRIBE", "RPC_IN_DATA", "RPC_OUT_DATA", "SSTP_DUPLEX_POST"};

constexpr std::string_view kHttp2Preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

// "HTTP/1.1"
bool is_version(std::string_view text) {
  return text.size() == 8 && text.starts_with("HTTP/") && is_digit(text[5]) && text[6] == '.' &&
         is_digit(text[7]);
}

// The four forms of RFC 9112, 3.2. The origin form is the usual one; the absolute form and the authority form
// are for proxies, and the asterisk form means the server as a whole.
bool may_begin_target(std::string_view method, std::string_view target) {
  if (method == "CONNECT") return target.find(':') != std::string_view::npos;
  return target.starts_with('/') || target == "*" || target.starts_with("http://") ||
         target.starts_with("https://");
}

struct RequestLine {
  bool addresses_server{false};  // not a proxy: the Host names the responder
  bool tunnel{false};            // CONNECT: asks a proxy for a connection to another host
  bool whole{false};             // the line is complete
  std::string_view target;       // may be cut
  std::string_view after;        // what follows the line
};

// Servers ignore empty lines before a request: some clients send one after the body of the request before it
// (RFC 9112, 2.2).
std::string_view without_blank_lines(std::string_view text) {
  constexpr int kMost = 4;
  for (int lines = 0; lines < kMost; ++lines) {
    const std::size_t end = text.starts_with("\r\n") ? 2 : text.starts_with('\n') ? 1 : 0;
    text.remove_prefix(end);
  }
  return text;
}

std::optional<RequestLine> request_line(std::string_view text) {
  const std::size_t space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  const std::string_view method = text.substr(0, space);
  if (std::find(kMethods.begin(), kMethods.end(), method) == kMethods.end()) return std::nullopt;

  const std::size_t end = text.find('\n');
  std::string_view rest = text.substr(0, end).substr(space + 1);
  const std::string_view target = rest.substr(0, rest.find(' '));
  if (target.empty() || !may_begin_target(method, target)) return std::nullopt;
  if (!std::all_of(target.begin(), target.end(), is_visible)) return std::nullopt;

  RequestLine line;
  line.target = target;
  line.tunnel = method == "CONNECT";
  line.addresses_server = target.starts_with('/') || target == "*";
  if (end == std::string_view::npos) {
    // The segment or the capture cuts a long target: what it has of it is right.
    return line;
  }
  if (rest.ends_with('\r')) rest.remove_suffix(1);
  const std::size_t last_space = rest.rfind(' ');
  if (last_space != target.size() || !is_version(rest.substr(last_space + 1))) return std::nullopt;
  line.whole = true;
  line.after = text.substr(end + 1);
  return line;
}

// The first Host field. A header that ends without one is `absent`; one that is cut before is `unseen`, and
// continues in the next packet.
void find_host(std::string_view header, Recognition& found) {
  while (true) {
    const std::size_t end = header.find('\n');
    if (end == std::string_view::npos) {
      found.unfinished = true;
      return;
    }
    const std::string_view line = header.substr(0, end);
    header.remove_prefix(end + 1);
    if (trimmed(line).empty()) {
      found.name_state = NameState::absent;
      return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !equal_ignoring_case(line.substr(0, colon), "host")) continue;
    found.name = trimmed(line.substr(colon + 1));
    found.name_state = found.name.empty() ? NameState::absent : NameState::given;
    return;
  }
}

// A status line: version, space, three digits.
bool is_response(std::string_view text) {
  return text.size() >= 12 && is_version(text.substr(0, 8)) && text[8] == ' ' &&
         std::all_of(text.begin() + 9, text.begin() + 12, is_digit);
}

std::string_view after_line(std::string_view text) {
  const std::size_t end = text.find('\n');
  return end == std::string_view::npos ? std::string_view{} : text.substr(end + 1);
}

}  // namespace

template <>
Recognition recognise<Application::http, kProtocolTcp>(const FirstData& data) {
  const std::string_view text = without_blank_lines(text_of(data.bytes));
  if (text.starts_with(kHttp2Preface)) return recognised(Application::http, Speaker::asks);
  if (is_response(text)) {
    Recognition found = recognised(Application::http, Speaker::answers);
    found.kinds = kinds_of_response(text.substr(9, 3), after_line(text));
    return found;
  }

  const auto line = request_line(text);
  if (!line) return kNotRecognised;
  Recognition found = recognised(Application::http, Speaker::asks);
  // A request to a proxy names a third party, not the proxy.
  if (!line->addresses_server) {
    found.name_state = NameState::absent;
    found.kinds.set(static_cast<std::size_t>(HttpKind::tunnel), line->tunnel);
    return found;
  }
  if (line->whole) {
    find_host(line->after, found);
  } else {
    found.unfinished = true;
  }
  if (data.bytes.size() < data.wire_length) found.unfinished = false;  // what the capture lacks will not come
  found.kinds = kinds_of_request(line->target, line->after);
  return found;
}

}  // namespace portproof
