#include "capture/identify/banner.hpp"

#include <algorithm>
#include <string_view>

#include "capture/base/applications.hpp"
#include "capture/base/byte_cursor.hpp"
#include "capture/base/ip_protocol.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

using namespace std::string_view_literals;

struct Banner {
  std::string_view start;
  Application application;
};

constexpr std::array<Banner, 17> kBanners{{
    {"\x7f\x7fICA\0"sv, Application::ica},
    {"\x1a"
     "CGP"sv,
     Application::cgp},
    {"SSH-"sv, Application::ssh},
    {"RFB 0"sv, Application::vnc},
    {"HTTP/1."sv, Application::http},
    {"GET "sv, Application::http},
    {"POST "sv, Application::http},
    {"PUT "sv, Application::http},
    {"HEAD "sv, Application::http},
    {"OPTIONS "sv, Application::http},
    {"CONNECT "sv, Application::http},
    {"DELETE "sv, Application::http},
    {"PROPFIND "sv, Application::http},
    {"PRI * HTTP/2.0"sv, Application::http},
    {"RPC_IN_DATA "sv, Application::http},
    {"RPC_OUT_DATA "sv, Application::http},
    {"\x05\0\x0b"sv, Application::ms_rpc},  // bind
}};

constexpr std::uint8_t kClientHello = 1;

Application of_text(std::string_view text) {
  const auto* const found = std::find_if(kBanners.begin(), kBanners.end(), [text](const Banner& banner) {
    return text.starts_with(banner.start);
  });
  return found == kBanners.end() ? kUnknownApplication : found->application;
}

// A handshake record whose first message is a ClientHello.
bool is_tls_hello(ByteCursor at) {
  const std::uint8_t type = at.u8();
  const std::uint16_t version = at.be16();
  at.skip(2);  // length
  return type == 0x16 && version >= 0x0300 && version <= 0x0304 && at.u8() == kClientHello;
}

// The same over UDP, in epoch 0.
bool is_dtls_hello(ByteCursor at) {
  const std::uint8_t type = at.u8();
  const std::uint16_t version = at.be16();
  const std::uint16_t epoch = at.be16();
  at.skip(8);  // sequence number and length
  return type == 0x16 && (version == 0xfeff || version == 0xfefd) && epoch == 0 && at.u8() == kClientHello;
}

// Behind the length that SMB has on TCP.
bool is_smb(std::string_view text) {
  return text.size() > 8 && text[0] == '\0' && static_cast<unsigned char>(text[4]) >= 0xfc &&
         text.substr(5, 3) == "SMB";
}

// The request and the confirm of X.224 that open remote desktop.
bool is_rdp(ByteCursor at) {
  const std::uint16_t version = at.be16();
  at.skip(3);  // lengths
  const std::uint8_t type = at.u8();
  return version == 0x0300 && (type == 0xe0 || type == 0xd0);
}

// An Initial packet of version 1 or 2.
bool is_quic_initial(ByteCursor at) {
  const std::uint8_t first = at.u8() & 0xf0U;
  const std::uint32_t version = at.be32();
  return (first == 0xc0 && version == 1) || (first == 0xd0 && version == 0x6b3343cf);
}

}  // namespace

Application suspected_banner(std::uint8_t protocol, std::span<const std::uint8_t> payload) {
  const ByteCursor at(payload);
  if (protocol == kProtocolUdp) {
    if (is_dtls_hello(at)) return Application::dtls;
    return is_quic_initial(at) ? Application::quic : kUnknownApplication;
  }
  if (protocol != kProtocolTcp) return kUnknownApplication;
  constexpr std::size_t kBlank = 8;  // empty lines before a request (RFC 9112, 2.2)
  std::string_view text = text_of(payload);
  text.remove_prefix(std::min(text.substr(0, kBlank).find_first_not_of("\r\n"), text.size()));
  if (const Application found = of_text(text); is_identified(found)) return found;
  if (is_tls_hello(at)) return Application::tls;
  if (is_rdp(at)) return Application::rdp;
  return is_smb(text) ? Application::smb : kUnknownApplication;
}

}  // namespace portproof
