#include "capture/identify/identify.hpp"

#include <array>

#include "capture/base/ip_address.hpp"
#include "capture/identify/internal/recognisers.hpp"

namespace portproof {
namespace {

// In this order; the first that recognises the data decides. What is told by fixed first bytes stands before
// what has to be right in many places, and what has to search is last.
constexpr std::array kRecognisers{
    Recogniser{Application::ica, kProtocolTcp, recognise_ica},
    Recogniser{Application::cgp, kProtocolTcp, recognise_cgp},
    Recogniser{Application::tls, kProtocolTcp, recognise_tls},
    Recogniser{Application::http, kProtocolTcp, recognise_http},
    Recogniser{Application::ssh, kProtocolTcp, recognise_ssh},
    Recogniser{Application::smb, kProtocolTcp, recognise_smb},
    Recogniser{Application::ms_rpc, kProtocolTcp, recognise_ms_rpc},
    Recogniser{Application::rdp, kProtocolTcp, recognise_rdp},
    Recogniser{Application::tds, kProtocolTcp, recognise_tds},
    Recogniser{Application::ldap, kProtocolTcp, recognise_ldap},
    Recogniser{Application::vnc, kProtocolTcp, recognise_vnc},
    Recogniser{Application::netscaler_rpc, kProtocolTcp, recognise_netscaler_rpc},
    Recogniser{Application::netscaler_mep, kProtocolTcp, recognise_netscaler_mep},
    Recogniser{Application::netbios_session, kProtocolTcp, recognise_netbios_session},
    Recogniser{Application::kerberos, kProtocolTcp, recognise_kerberos_tcp},
    Recogniser{Application::dns, kProtocolTcp, recognise_dns_tcp},
    Recogniser{Application::tacacs, kProtocolTcp, recognise_tacacs},
    Recogniser{Application::smtp, kProtocolTcp, recognise_smtp},
    Recogniser{Application::iscsi, kProtocolTcp, recognise_iscsi},
    Recogniser{Application::nfs, kProtocolTcp, recognise_nfs_tcp},
    Recogniser{Application::ipfix, kProtocolTcp, recognise_ipfix_tcp},
    Recogniser{Application::flexlm, kProtocolTcp, recognise_flexlm},
    Recogniser{Application::syslog, kProtocolTcp, recognise_syslog_tcp},
    Recogniser{Application::cgp, kProtocolTcp, recognise_cgp_service},
    Recogniser{Application::dtls, kProtocolUdp, recognise_dtls},
    Recogniser{Application::dns, kProtocolUdp, recognise_dns_udp},
    Recogniser{Application::quic, kProtocolUdp, recognise_quic},
    Recogniser{Application::ica_browser, kProtocolUdp, recognise_ica_browser},
    Recogniser{Application::kerberos, kProtocolUdp, recognise_kerberos_udp},
    Recogniser{Application::ldap, kProtocolUdp, recognise_cldap},
    Recogniser{Application::snmp, kProtocolUdp, recognise_snmp},
    Recogniser{Application::dhcp, kProtocolUdp, recognise_dhcp},
    Recogniser{Application::ntp, kProtocolUdp, recognise_ntp},
    Recogniser{Application::syslog, kProtocolUdp, recognise_syslog_udp},
    Recogniser{Application::ipfix, kProtocolUdp, recognise_ipfix_udp},
    Recogniser{Application::netflow, kProtocolUdp, recognise_netflow},
    Recogniser{Application::sql_browser, kProtocolUdp, recognise_sql_browser},
    Recogniser{Application::tftp, kProtocolUdp, recognise_tftp},
    Recogniser{Application::radius, kProtocolUdp, recognise_radius},
    Recogniser{Application::ms_rpc, kProtocolUdp, recognise_ms_rpc_udp},
    Recogniser{Application::nfs, kProtocolUdp, recognise_nfs_udp},
    Recogniser{Application::ipmi, kProtocolUdp, recognise_ipmi},
    Recogniser{Application::rdp, kProtocolUdp, recognise_rdp_udp},
    Recogniser{Application::netscaler_ha, kProtocolUdp, recognise_netscaler_ha},
};

constexpr std::size_t kLongestName = 255;  // RFC 1035, 2.3.4
constexpr std::size_t kLongestLabel = 63;  // the same

// "example.com:443" without the port. More than one colon is an IPv6 address, which is no name anyway.
std::string_view without_port(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos) return text;
  const std::string_view port = text.substr(colon + 1);
  if (port.find_first_not_of("0123456789") != std::string_view::npos) return {};
  return text.substr(0, colon);
}

char lower(char letter) {
  return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

// Letters, digits and hyphens (RFC 1123, 2.1), the underscore that service names begin with (RFC 8552), and
// nothing that a terminal, a page or a pattern could take for something else.
bool is_name_character(char letter) {
  return (letter >= 'a' && letter <= 'z') || (letter >= '0' && letter <= '9') || letter == '-' ||
         letter == '_';
}

}  // namespace

Recognition identify(const FirstData& data) {
  bool asked = false;
  for (const Recogniser& recogniser : kRecognisers) {
    if (recogniser.protocol != data.protocol) continue;
    asked = true;
    const Recognition found = recogniser.recognise(data);
    if (found.application != Application::unknown) return found;
  }
  Recognition nothing;
  nothing.more_may_tell = asked;
  return nothing;
}

std::string_view normalise_name(std::string_view text, std::span<char> buffer) {
  text = without_port(text);
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > kLongestName || text.size() > buffer.size()) return {};
  std::size_t label = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char letter = lower(text[at]);
    buffer[at] = letter;
    label = letter == '.' ? 0 : label + 1;
    const bool empty_label = letter == '.' && (at == 0 || text[at - 1] == '.');
    if (empty_label || label > kLongestLabel || (letter != '.' && !is_name_character(letter))) return {};
  }
  const std::string_view name{buffer.data(), text.size()};
  if (name.ends_with('.') || parse_ip_address(name)) return {};
  return name;
}

}  // namespace portproof
