#include "capture/identify/internal/http_kinds.hpp"

#include <algorithm>
#include <array>

#include "capture/base/ascii.hpp"

namespace portproof {
namespace {

// Web servers on Windows ignore case in paths, and every server does in field names.
bool ends_like(std::string_view text, std::string_view wanted) {
  return text.size() >= wanted.size() &&
         begins_ignoring_case(text.substr(text.size() - wanted.size()), wanted);
}

bool holds_like(std::string_view text, std::string_view wanted) {
  for (; text.size() >= wanted.size(); text.remove_prefix(1)) {
    if (begins_ignoring_case(text, wanted)) return true;
  }
  return false;
}

struct Path {
  std::string_view start;  // in lower case
  HttpKind kind;
};

constexpr std::array<Path, 17> kPaths{{
    {"/nitro/v1/", HttpKind::nitro},
    {"/nitro/v2/", HttpKind::nitro},
    {"/sdwan/nitro/", HttpKind::nitro},
    {"/scripts/ctxsta.dll", HttpKind::sta},
    {"/scripts/wpnbr.dll", HttpKind::xml_service},
    {"/citrix/cdscontroller/", HttpKind::registration},
    {"/citrixauthservice/", HttpKind::storefront},
    {"/citrix/authentication/", HttpKind::storefront},
    {"/citrix/roaming/", HttpKind::storefront},
    {"/citrix/pnagent/", HttpKind::storefront},
    {"/vpn/index.html", HttpKind::gateway},
    {"/vpn/tmindex.html", HttpKind::gateway},
    {"/logon/logonpoint/", HttpKind::gateway},
    {"/cgi/login", HttpKind::gateway},
    {"/cgi/setclient", HttpKind::gateway},
    {"/vpns/", HttpKind::gateway},
    {"/cvpn/", HttpKind::gateway},
}};

// Paths of a store, whose name the owner chooses: /Citrix/Store/..., and sites named after it.
constexpr std::array<std::string_view, 6> kStoreParts{"discovery",       "endpoints", "resources",
                                                      "clientinterface", "pnagent",   "sessions"};

bool is_of_store(std::string_view path) {
  constexpr std::string_view kSite = "/citrix/";
  if (!begins_ignoring_case(path, kSite)) return false;
  path.remove_prefix(kSite.size());
  const std::size_t slash = path.find('/');
  if (slash == std::string_view::npos || slash == 0) return false;
  const std::string_view store = path.substr(0, slash);
  if (ends_like(store, "web") || ends_like(store, "auth")) return true;
  const std::string_view part = path.substr(slash + 1, path.find('/', slash + 1) - slash - 1);
  return std::any_of(kStoreParts.begin(), kStoreParts.end(),
                     [part](std::string_view wanted) { return equal_ignoring_case(part, wanted); });
}

void add(HttpKinds& kinds, HttpKind kind) {
  kinds.set(static_cast<std::size_t>(kind));
}

void add_path(HttpKinds& kinds, std::string_view target) {
  const std::string_view path = target.substr(0, target.find_first_of("?#"));
  for (const Path& known : kPaths) {
    if (begins_ignoring_case(path, known.start)) return add(kinds, known.kind);
  }
  if (is_of_store(path)) add(kinds, HttpKind::storefront);
}

// The root element of a message, or its document type, at its beginning.
void add_body(HttpKinds& kinds, std::string_view body) {
  constexpr std::size_t kBeginning = 512;
  body = body.substr(0, kBeginning);
  if (body.find("CtxSTAProtocol") != std::string_view::npos) add(kinds, HttpKind::sta);
  if (body.find("NFuseProtocol") != std::string_view::npos) add(kinds, HttpKind::xml_service);
}

struct Field {
  std::string_view name;
  std::string_view value;
};

// Calls `note` with every complete field, and returns what follows the header; empty if the header has no
// end.
template <typename Note>
std::string_view for_each_field(std::string_view header, const Note& note) {
  while (true) {
    const std::size_t end = header.find('\n');
    if (end == std::string_view::npos) return {};
    const std::string_view line = trimmed(header.substr(0, end));
    header.remove_prefix(end + 1);
    if (line.empty()) return header;
    const std::size_t colon = line.find(':');
    if (colon != std::string_view::npos) note(Field{line.substr(0, colon), trimmed(line.substr(colon + 1))});
  }
}

bool asks_for_websocket(const Field& field) {
  return equal_ignoring_case(field.name, "upgrade") && holds_like(field.value, "websocket");
}

// Where a gateway redirects clients that have not logged on, and its session cookies.
bool is_of_gateway(const Field& field) {
  if (equal_ignoring_case(field.name, "location")) {
    return ends_like(field.value, "/vpn/index.html") || holds_like(field.value, "/logon/logonpoint/");
  }
  return equal_ignoring_case(field.name, "set-cookie") && field.value.starts_with("NSC_AAAC=");
}

}  // namespace

HttpKinds kinds_of_request(std::string_view target, std::string_view after) {
  HttpKinds kinds;
  add_path(kinds, target);
  const std::string_view body = for_each_field(after, [&kinds](const Field& field) {
    if (asks_for_websocket(field)) add(kinds, HttpKind::websocket);
  });
  add_body(kinds, body);
  return kinds;
}

HttpKinds kinds_of_response(std::string_view status, std::string_view after) {
  HttpKinds kinds;
  const std::string_view body = for_each_field(after, [&](const Field& field) {
    if (status == "101" && asks_for_websocket(field)) add(kinds, HttpKind::websocket);
    if (is_of_gateway(field)) add(kinds, HttpKind::gateway);
  });
  add_body(kinds, body);
  return kinds;
}

}  // namespace portproof
