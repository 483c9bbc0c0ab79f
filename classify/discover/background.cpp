// Knowledge from outside the catalog: how common each service is on networks without Citrix.
#include <algorithm>
#include <array>

#include "capture/base/applications.hpp"
#include "classify/discover/internal/explanations.hpp"

namespace portproof {
namespace {

// A service that many networks have, by its IANA port and its application. If `application` is unknown, only
// the port counts.
struct CommonService {
  std::uint16_t port;
  Application application;
  Background background;  // if the application is recognised
};

// A host that answers DNS is a DNS server; a query says nothing about the host that sends it.
constexpr Background kServer{0.03F, 2.0F, 0.5F, false, 0, false};
constexpr Background kSharedServer{0.15F, 2.0F, 0.4F, false, 0, false};  // any Windows machine may answer
constexpr Background kRareServer{0.03F, 0.2F, 0.5F, false, 0, false};    // few hosts have a reason to ask
constexpr Background kStorage{0.03F, 0.5F, 0.5F,
                              false, 0,    false};  // databases, disks: all sorts of servers ask
constexpr Background kAdministration{0.5F, 0.4F, 0, false, 0, false};  // any machine is administered this way
constexpr Background kCalls{0.18F, 0.6F, 0, false, 0, false};          // RPC
constexpr Background kTold{0.07F, 0.3F, 0.2F, true, 0.6F, false};      // logs and traps: many hosts send them
constexpr Background kAsked{0.3F, 0.07F, 0.2F, true, 0.6F, false};     // SNMP: a host that asks is a manager
constexpr Background kAnswersBoot{0.5F, 0.05F, 0.1F, false, 0, true};  // DHCP: only servers send to clients
constexpr Background kExport{0.05F, 0.15F, 0.2F, false, 0, false};     // flow records: few hosts send them
constexpr Background kWeb{0.5F, 0.5F, 0, true, 0, false};

constexpr std::array<CommonService, 45> kCommon{{
    {21, Application::unknown, kSharedServer},
    {22, Application::ssh, kAdministration},
    {23, Application::unknown, kAdministration},
    {25, Application::smtp, kServer},
    {49, Application::tacacs, kRareServer},
    {53, Application::dns, kServer},
    {67, Application::dhcp, kServer},
    {68, Application::dhcp, kAnswersBoot},
    {69, Application::tftp, kRareServer},
    {80, Application::http, kWeb},
    {88, Application::kerberos, kServer},
    {123, Application::ntp, kServer},
    {135, Application::ms_rpc, kCalls},
    {139, Application::netbios_session, kSharedServer},
    {161, Application::snmp, kAsked},
    {162, Application::snmp, kTold},
    {389, Application::ldap, kServer},
    {443, Application::tls, kWeb},
    {443, Application::quic, kWeb},
    {445, Application::smb, kSharedServer},
    {464, Application::kerberos, kServer},
    {514, Application::syslog, kTold},
    {623, Application::ipmi, kRareServer},
    {636, Application::tls, kServer},
    {1433, Application::tds, kStorage},
    {1434, Application::sql_browser, kStorage},
    {1645, Application::radius, kRareServer},
    {1812, Application::radius, kRareServer},
    {1813, Application::radius, kRareServer},
    {2049, Application::nfs, kStorage},
    {2055, Application::netflow, kExport},
    {3260, Application::iscsi, kStorage},
    {3268, Application::ldap, kServer},
    {3269, Application::tls, kServer},
    {3389, Application::rdp, kAdministration},
    {4739, Application::ipfix, kExport},
    {5900, Application::vnc, kAdministration},
    {8080, Application::http, kWeb},
    {8443, Application::tls, kWeb},
    {8888, Application::http, kWeb},
    {8000, Application::http, kWeb},
    {8008, Application::http, kWeb},
    {9000, Application::unknown, kWeb},
    {3000, Application::http, kWeb},
    {8161, Application::http, kWeb},
}};

// Ports that people often choose for their own servers.
constexpr std::array<std::uint16_t, 14> kOftenTaken{3001, 3002, 3003, 3004, 3500, 5228, 5404,
                                                    5405, 6969, 7000, 9001, 9440, 5454, 9004};

// Only the port is known: the application was not recognised, or the flow was picked up in the middle.
Background unrecognised(Background background) {
  background.responder = std::min(background.responder * 3, 0.6F);
  background.citrix_responder = std::min(background.citrix_responder * 3, 0.6F);
  background.floor *= 0.6F;
  return background;
}

}  // namespace

Background background_of(Transport transport, std::uint16_t port, Application application, HttpKinds kinds) {
  // Any host answers an echo request, and any monitoring sends one.
  if (transport == Transport::icmp) return {3.0F, 2.0F, 0, true, 0, false};
  kinds.reset(static_cast<std::size_t>(HttpKind::websocket));
  kinds.reset(static_cast<std::size_t>(HttpKind::tunnel));
  if (kinds.any()) return {0.02F, 0.05F, 0.6F};
  if (is_citrix_protocol(application)) return {0.01F, 0.05F, 0.6F};
  if (application == Application::flexlm) return {0.01F, 0.5F, 0.5F};
  if (transport == Transport::udp && port == 443) {
    const bool dtls = application == Application::dtls;
    return dtls ? Background{0.08F, 0.3F, 0.2F, false, 0, false} : kWeb;
  }
  for (const CommonService& common : kCommon) {
    if (common.port != port) continue;
    if (common.application == application && is_identified(application)) return common.background;
    if (!is_identified(application)) return unrecognised(common.background);
  }
  if (std::any_of(kCommon.begin(), kCommon.end(),
                  [&](const CommonService& common) { return common.port == port; })) {
    return {0.3F, 0.6F, 0, is_web(application), 0, false};
  }
  if (std::find(kOftenTaken.begin(), kOftenTaken.end(), port) != kOftenTaken.end()) {
    return {0.12F, 0.2F, 0.05F, false, 0, false};
  }
  return {};
}

}  // namespace portproof
