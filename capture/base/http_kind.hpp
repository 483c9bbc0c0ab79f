// What a client wants from a Citrix web server, as far as a request line, a header field or the first bytes
// of a body show it. These are kinds of the application `http`, not applications in their own right.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

namespace portproof {

enum class HttpKind : std::uint8_t {
  websocket,     // a request to become a WebSocket (RFC 6455), or the answer that grants it
  nitro,         // configuration interface of NetScaler, ADM, SDX and SD-WAN
  storefront,    // StoreFront, its Web sites and the gateway's callback to it
  sta,           // Secure Ticket Authority
  xml_service,   // XML service of a Delivery Controller
  registration,  // a VDA registers with its Delivery Controller
  gateway,       // logon pages of a NetScaler Gateway
  tunnel,  // a request to a proxy to connect to another host (CONNECT): what follows is spoken to that host
};
inline constexpr std::size_t kHttpKindCount = static_cast<std::size_t>(HttpKind::tunnel) + 1;

// As reports and evidence print them, in the order of the enum.
inline constexpr std::array<std::string_view, kHttpKindCount> kHttpKindNames{
    "websocket", "nitro", "storefront", "sta", "xml-service", "registration", "gateway", "tunnel"};

// The kinds that were seen. Merging two parts of a flow, or two flows, unites their sets.
using HttpKinds = std::bitset<kHttpKindCount>;

constexpr std::string_view name(HttpKind kind) {
  return kHttpKindNames[static_cast<std::size_t>(kind)];
}

// The kind with that name; nothing if there is none.
constexpr std::optional<HttpKind> parse_http_kind(std::string_view text) {
  for (std::size_t kind = 0; kind < kHttpKindCount; ++kind) {
    if (kHttpKindNames[kind] == text) return static_cast<HttpKind>(kind);
  }
  return std::nullopt;
}

}  // namespace portproof
