// SMTP: the greetings of server and client (RFC 5321, 4.2 and 4.1.1.1). FTP servers greet with the same
// number, so the greeting of a server has to name the protocol.

#include <algorithm>

#include "capture/base/ascii.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

// "EHLO host.example"
bool is_client_greeting(std::string_view line) {
  if (!begins_ignoring_case(line, "EHLO ") && !begins_ignoring_case(line, "HELO ")) return false;
  const std::string_view host = line.substr(5);
  return !host.empty() && std::all_of(host.begin(), host.end(), is_visible);
}

}  // namespace

template <>
Recognition recognise<Application::smtp, kProtocolTcp>(const FirstData& data) {
  const std::string_view text = text_of(data.bytes);
  std::string_view line = text.substr(0, text.find('\n'));
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (line.starts_with("220 ") || line.starts_with("220-")) {
    const bool named = line.find("SMTP") != std::string_view::npos;  // in ESMTP too
    return named ? recognised(Application::smtp, Speaker::answers) : kNotRecognised;
  }
  return is_client_greeting(line) ? recognised(Application::smtp, Speaker::asks) : kNotRecognised;
}

}  // namespace portproof
