// PostgreSQL: how a client begins and how a server asks it to authenticate (PostgreSQL manual, chapter
// "Frontend/Backend Protocol", message formats). A client's first message has no type byte, but its length
// and a code; the client then waits for the answer.

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

constexpr std::uint32_t kVersion3 = 0x0003;  // the major version, in the upper half of the code
constexpr std::uint32_t kCancelRequest = 80'877'102;
constexpr std::uint32_t kTlsRequest = 80'877'103;
constexpr std::uint32_t kGssRequest = 80'877'104;

// Names and values, each ending with a zero. One of the names must be "user".
bool names_user(std::string_view parameters) {
  bool is_name = true;
  while (!parameters.empty()) {
    const std::size_t end = parameters.find('\0');
    if (end == std::string_view::npos) return false;
    if (is_name && parameters.substr(0, end) == "user") return true;
    parameters.remove_prefix(end + 1);
    is_name = !is_name;
  }
  return false;
}

bool is_client_start(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint32_t length = at.be32();  // includes itself
  const std::uint32_t code = at.be32();
  if (at.failed() || length != sent(data)) return false;
  if (code == kTlsRequest || code == kGssRequest) return length == 8;
  if (code == kCancelRequest) return length == 16;
  return code >> 16U == kVersion3 && names_user(text_of(at.rest()));
}

// Success, a request for a password, or a list of SASL mechanisms. More may follow only the first.
bool is_server_start(const FirstData& data) {
  enum Kind : std::uint32_t { accepted = 0, clear_password = 3, md5_password = 5, sasl = 10 };
  ByteCursor at(data.bytes);
  if (at.u8() != 'R') return false;
  const std::uint32_t length = at.be32();  // includes itself, but not the type before it
  const std::uint32_t kind = at.be32();
  if (at.failed()) return false;
  const bool alone = length == sent(data) - 1;
  switch (kind) {
    case accepted:
      return length == 8;
    case clear_password:
      return length == 8 && alone;
    case md5_password:
      return length == 12 && alone;
    case sasl:
      return alone && text_of(at.rest()).starts_with("SCRAM-SHA-256");
    default:
      return false;
  }
}

}  // namespace

template <>
Recognition recognise<Application::postgresql, kProtocolTcp>(const FirstData& data) {
  if (is_client_start(data)) return recognised(Application::postgresql, Speaker::asks);
  return is_server_start(data) ? recognised(Application::postgresql, Speaker::answers) : kNotRecognised;
}

}  // namespace portproof
