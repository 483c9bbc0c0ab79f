#include "classify/application_match.hpp"

#include <algorithm>
#include <array>

namespace portproof {
namespace {

struct Agreement {
  Application listed;
  Application spoken;
};

constexpr std::array<Agreement, 7> kAgreements{{
    {Application::ldap, Application::tls},                     // after StartTLS
    {Application::smtp, Application::tls},                     // after STARTTLS
    {Application::tds, Application::tls},                      // SQL Server encrypts once the login is agreed
    {Application::rdp, Application::tls},                      // enhanced security begins after one exchange
    {Application::vnc, Application::tls},                      // VeNCrypt
    {Application::netbios_session, Application::smb},          // what the session carries
    {Application::netscaler_mep, Application::netscaler_rpc},  // how it opens
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
