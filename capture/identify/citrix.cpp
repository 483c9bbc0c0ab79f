// ICA, the Common Gateway Protocol and the ICA browser. None has a public specification; the checks here
// follow what captures and scanners show.

#include "capture/base/byte_cursor.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

using namespace std::string_view_literals;

// The greeting of both sides: two bytes 0x7f, "ICA", and a zero. The server begins, and repeats it if there
// is no answer.
constexpr std::string_view kIcaHello = "\x7f\x7fICA\0"sv;

// The first payload of both sides begins with it. A version follows, so far always "/01"; it is not checked,
// because the form of later versions is not known.
constexpr std::string_view kCgpMagic =
    "\x1a"
    "CGP"sv;

// The service that a CGP client requests, anywhere in its request.
constexpr std::string_view kCgpService = "Citrix.TcpProxyService";

// In every message of the ICA browser, behind length and kind.
constexpr std::string_view kBrowserMagic = "\x02\xfd\xa8\xe3"sv;
constexpr std::uint8_t kBrowserRequest = 1;
constexpr std::uint8_t kBrowserAnswer = 2;

constexpr std::size_t kModuleName = 9;  // offset of the first module's name in a client's list
constexpr std::size_t kLongestModule = 13;

// A module of the client, in the form of all that were observed: WFICA32.EXE, VDTW30N.DLL. Ends with a zero.
bool is_module(std::string_view text) {
  const std::size_t end = text.substr(0, kLongestModule).find('\0');
  if (end == std::string_view::npos) return false;
  const std::string_view name = text.substr(0, end);
  if (!name.ends_with(".EXE") && !name.ends_with(".DLL")) return false;
  for (const std::string_view start : {"WF"sv, "VD"sv, "PD"sv, "TW"sv, "WD"sv, "CRYPT"sv}) {
    if (name.starts_with(start)) return true;
  }
  return false;
}

// A client lists its modules right after the hello: the byte 1, the length of what follows, and the name of a
// module at a fixed offset. The server's message before it shows only a length.
bool is_module_list(const FirstData& data) {
  ByteCursor at(data.bytes);
  if (at.u8() != 1) return false;
  const std::uint16_t length = at.le16();
  if (at.failed() || length + std::size_t{3} != sent(data) || data.bytes.size() <= kModuleName) return false;
  return is_module(text_of(data.bytes).substr(kModuleName));
}

}  // namespace

template <>
Recognition recognise<Application::ica, kProtocolTcp>(const FirstData& data) {
  if (begins_with(data, kIcaHello)) return recognised(Application::ica);
  return is_module_list(data) ? recognised(Application::ica, Speaker::asks) : kNotRecognised;
}

template <>
Recognition recognise<Application::cgp, kProtocolTcp>(const FirstData& data) {
  return begins_with(data, kCgpMagic) ? recognised(Application::cgp) : kNotRecognised;
}

template <>
Recognition recognise<Application::cgp, kProtocolTcp, Look::anywhere>(const FirstData& data) {
  if (data.bytes.size() <= kCgpService.size()) return kNotRecognised;
  const bool found = text_of(data.bytes).find(kCgpService) != std::string_view::npos;
  return found ? recognised(Application::cgp) : kNotRecognised;
}

// A length in two bytes, little endian, that includes itself; the kind; and four bytes that are always the
// same.
template <>
Recognition recognise<Application::ica_browser, kProtocolUdp>(const FirstData& data) {
  ByteCursor at(data.bytes);
  const std::uint16_t length = at.le16();
  const std::uint8_t kind = at.u8();
  at.skip(1);  // the question, or the version of the answer's format
  const std::string_view magic = text_of(at.bytes(kBrowserMagic.size()));
  if (magic != kBrowserMagic || length != sent(data)) return kNotRecognised;
  if (kind == kBrowserRequest) return recognised(Application::ica_browser, Speaker::asks);
  return kind == kBrowserAnswer ? recognised(Application::ica_browser, Speaker::answers) : kNotRecognised;
}

}  // namespace portproof
