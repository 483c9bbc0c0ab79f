#include <sstream>  // sets print themselves

#include "samples/message.hpp"
#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"
#include "tests/support/application.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;
using say::Message;

namespace {

HttpKinds kinds_of(std::string_view text) {
  const Recognition found = identify_text(text);
  CHECK(found.application == application("http"));
  return found.kinds;
}

HttpKinds only(HttpKind kind) {
  HttpKinds kinds;
  kinds.set(static_cast<std::size_t>(kind));
  return kinds;
}

HttpKinds asked(const std::string& target) {
  return kinds_of("GET " + target + " HTTP/1.1\r\nHost: a.example\r\n\r\n");
}

}  // namespace

TEST_CASE("kinds by the target of a request") {
  const std::pair<const char*, HttpKind> rows[] = {
      {"/nitro/v1/config/lbvserver", HttpKind::nitro},
      {"/nitro/v2/config/mps", HttpKind::nitro},
      {"/sdwan/nitro/v2/config/site", HttpKind::nitro},
      {"/Citrix/StoreWeb/", HttpKind::storefront},
      {"/Citrix/Store/discovery", HttpKind::storefront},
      {"/Citrix/Sales/resources/v2", HttpKind::storefront},
      {"/Citrix/StoreAuth/ExplicitForms/Start", HttpKind::storefront},
      {"/Citrix/Authentication/auth/v1/token", HttpKind::storefront},
      {"/CitrixAuthService/AuthService.asmx", HttpKind::storefront},
      {"/scripts/ctxsta.dll", HttpKind::sta},
      {"/Scripts/CtxSTA.dll", HttpKind::sta},
      {"/scripts/WPnBr.dll", HttpKind::xml_service},
      {"/Citrix/CdsController/IRegistrar", HttpKind::registration},
      {"/vpn/index.html", HttpKind::gateway},
      {"/cgi/login", HttpKind::gateway},
      {"/vpns/portal/homepage.html", HttpKind::gateway},
      {"/cvpn/aHR0cA/Citrix/StoreWeb", HttpKind::gateway}};
  for (const auto& [target, kind] : rows) {
    CAPTURE(target);
    CHECK(asked(target) == only(kind));
  }
}

TEST_CASE("targets without a kind") {
  for (const char* target :
       {"/", "/nitro", "/nitro/v3/config", "/Citrix", "/Citrix/", "/Citrix/Store", "/Citrix/Monitor/OData/v4",
        "/Citrix/ConfigurationContract/v2", "/x?u=/scripts/ctxsta.dll", "/x/vpn/index.html", "*"}) {
    CAPTURE(target);
    CHECK(asked(target).none());
  }
  CHECK(kinds_of("GET http://a.example/vpn/index.html HTTP/1.1\r\n\r\n").none());
}

TEST_CASE("kinds by the body, wherever it was sent") {
  CHECK(
      kinds_of("POST /x HTTP/1.1\r\nHost: a\r\n\r\n<?xml?><!DOCTYPE CtxSTAProtocol SYSTEM \"CtxSTA.dtd\">") ==
      only(HttpKind::sta));
  CHECK(kinds_of("HTTP/1.1 200 OK\r\n\r\n<NFuseProtocol version=\"5.1\">") == only(HttpKind::xml_service));
  CHECK(kinds_of("POST /x HTTP/1.1\r\nNFuseProtocol: x\r\n").none());
  CHECK(kinds_of("HTTP/1.1 200 OK\r\n\r\n" + std::string(600, ' ') + "NFuseProtocol").none());
}

TEST_CASE("a WebSocket, requested and granted") {
  CHECK(kinds_of("GET /a HTTP/1.1\r\nConnection: Upgrade\r\nupgrade: WebSocket\r\n\r\n") ==
        only(HttpKind::websocket));
  CHECK(kinds_of("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n") ==
        only(HttpKind::websocket));
  CHECK(kinds_of("HTTP/1.1 200 OK\r\nUpgrade: websocket\r\n\r\n").none());
  CHECK(kinds_of("GET /a HTTP/1.1\r\nUpgrade: h2c\r\n\r\n").none());
  CHECK(kinds_of("GET /a HTTP/1.1\r\nUpgrade: websocket").none());  // cut before the line ends
  CHECK((kinds_of("GET /Citrix/StoreWeb/ HTTP/1.1\r\nUpgrade: websocket\r\n\r\n") ==
         (only(HttpKind::websocket) | only(HttpKind::storefront))));
}

TEST_CASE("where a gateway sends a user who has not logged on") {
  CHECK(kinds_of("HTTP/1.1 302 Object Moved\r\nLocation: /vpn/index.html\r\n\r\n") ==
        only(HttpKind::gateway));
  CHECK(kinds_of("HTTP/1.1 302 Found\r\nLocation: https://g.example/logon/LogonPoint/tmindex.html\r\n\r\n") ==
        only(HttpKind::gateway));
  CHECK(kinds_of("HTTP/1.1 200 OK\r\nSet-Cookie: NSC_AAAC=x; Secure\r\n\r\n") == only(HttpKind::gateway));
  CHECK(kinds_of("HTTP/1.1 302 Found\r\nLocation: /login\r\n\r\n").none());
}

TEST_CASE("requests ask, and responses answer") {
  CHECK(identify_text("GET / HTTP/1.1\r\n").speaker == Speaker::asks);
  CHECK(identify_text("CONNECT a:443 HTTP/1.1\r\n").speaker == Speaker::asks);
  CHECK(identify_text("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").speaker == Speaker::asks);
  CHECK(identify_text("HTTP/1.1 404 Not Found\r\n").speaker == Speaker::answers);
}
