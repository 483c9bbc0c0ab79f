#include "classify/application_match.hpp"

#include <algorithm>
#include <array>

namespace portproof {
namespace {

struct Agreement {
  Application listed;
  Application spoken;
};

// Each row says when the connection changes. Protocols with a separate port for TLS (https, ldaps, syslog,
// DNS) are left out on purpose: if one turns up on the other's port, that deserves a look.
constexpr std::array<Agreement, 9> kAgreements{{
    {Application::ldap, Application::tls},                     // after StartTLS (RFC 4511, 4.14)
    {Application::smtp, Application::tls},                     // after STARTTLS (RFC 3207)
    {Application::tds, Application::tls},                      // SQL Server encrypts once the login is agreed
    {Application::rdp, Application::tls},                      // enhanced security begins after one exchange
    {Application::vnc, Application::tls},                      // VeNCrypt
    {Application::nfs, Application::tls},                      // after a call that requests it (RFC 9289)
    {Application::rtp, Application::dtls},                     // keys are agreed on the same ports (RFC 5764)
    {Application::netbios_session, Application::smb},          // the session's content
    {Application::netscaler_mep, Application::netscaler_rpc},  // how the exchange opens
}};

}  // namespace

bool agrees(Application listed, Application spoken) {
  return listed == spoken ||
         std::any_of(kAgreements.begin(), kAgreements.end(), [&](const Agreement& agreement) {
           return agreement.listed == listed && agreement.spoken == spoken;
         });
}

bool expects(const Rule& rule, Application spoken) {
  if (rule.expects(spoken)) return true;
  return std::any_of(kAgreements.begin(), kAgreements.end(), [&](const Agreement& agreement) {
    return agreement.spoken == spoken && rule.applications.test(static_cast<std::size_t>(agreement.listed));
  });
}

}  // namespace portproof
