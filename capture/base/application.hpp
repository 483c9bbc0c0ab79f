// What can be spoken on a flow: the vocabulary that the identification, the catalog's `application`
// lists and every report share. `unknown` is a correct answer, and never a mismatch.
#pragma once

#include <array>
#include <bitset>
#include <cstdint>
#include <optional>
#include <string_view>

namespace portproof {

enum class Application : std::uint8_t {
  unknown,
  ica,            // Citrix ICA, cleartext handshake
  cgp,            // Citrix Common Gateway Protocol (session reliability)
  ica_browser,    // Citrix ICA browser, UDP 1604
  netscaler_ha,   // NetScaler high-availability heartbeat
  netscaler_rpc,  // NetScaler RPC between appliances
  netscaler_mep,  // NetScaler metric exchange (GSLB)
  tls,
  dtls,
  quic,
  http,
  ssh,
  rdp,
  vnc,
  smb,
  ldap,
  kerberos,
  dns,
  tds,  // Microsoft SQL Server
  sql_browser,
  ms_rpc,
  ipfix,  // also NetScaler AppFlow
  netflow,
  flexlm,
  netbios_session,
  radius,
  tacacs,
  ntp,
  snmp,
  syslog,
  dhcp,
  tftp,
  smtp,
  iscsi,
  nfs,
  ipmi,
  rtp,
};

inline constexpr std::size_t kApplicationCount = static_cast<std::size_t>(Application::rtp) + 1;

// The names used in catalogs, inventories and reports, in the order of the enum.
inline constexpr std::array<std::string_view, kApplicationCount> kApplicationNames{"unknown",
                                                                                   "ica",
                                                                                   "cgp",
                                                                                   "ica-browser",
                                                                                   "netscaler-ha",
                                                                                   "netscaler-rpc",
                                                                                   "netscaler-mep",
                                                                                   "tls",
                                                                                   "dtls",
                                                                                   "quic",
                                                                                   "http",
                                                                                   "ssh",
                                                                                   "rdp",
                                                                                   "vnc",
                                                                                   "smb",
                                                                                   "ldap",
                                                                                   "kerberos",
                                                                                   "dns",
                                                                                   "tds",
                                                                                   "sql-browser",
                                                                                   "ms-rpc",
                                                                                   "ipfix",
                                                                                   "netflow",
                                                                                   "flexlm",
                                                                                   "netbios-session",
                                                                                   "radius",
                                                                                   "tacacs",
                                                                                   "ntp",
                                                                                   "snmp",
                                                                                   "syslog",
                                                                                   "dhcp",
                                                                                   "tftp",
                                                                                   "smtp",
                                                                                   "iscsi",
                                                                                   "nfs",
                                                                                   "ipmi",
                                                                                   "rtp"};

using ApplicationSet = std::bitset<kApplicationCount>;

constexpr std::string_view name(Application application) {
  return kApplicationNames[static_cast<std::size_t>(application)];
}

// The application of that name; nothing for a name that is none.
std::optional<Application> parse_application(std::string_view name);

// ICA, CGP, ICA browser, NetScaler HA, RPC, MEP: their payload alone makes a conversation Citrix-related.
constexpr bool is_citrix_protocol(Application application) {
  return application >= Application::ica && application <= Application::netscaler_mep;
}

}  // namespace portproof
