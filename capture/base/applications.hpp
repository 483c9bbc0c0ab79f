// The table of applications: all that portproof can recognise on a flow. A row says what an application is
// called, what it is to an audit, how it is recognised, and by which document. Names in catalogs, inventories
// and reports, the questions of base/application.hpp and the table in docs/reference/identification.md come
// from here.
//
// Below it stands the order in which recognisers are asked. The recognisers are in identify/, one source a
// protocol; docs/develop/add-a-protocol.md adds one.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

#include "capture/base/application.hpp"
#include "capture/base/byte_set.hpp"
#include "capture/base/ip_protocol.hpp"

namespace portproof {

// Reports and evidence sort by these values, so a new one goes to the end.
enum class Application : std::uint8_t {
  unknown,
  ica,
  cgp,
  ica_browser,
  netscaler_ha,
  netscaler_rpc,
  netscaler_mep,
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
  tds,
  sql_browser,
  ms_rpc,
  ipfix,
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
  postgresql,
  socks,
};

// What a recogniser relies on.
enum class Basis : std::uint8_t {
  standard,  // a public specification, with a mark or many fields of fixed range
  observed,  // captures and scanners: there is no public specification
  ranges,    // many fields that have to be in their ranges at once
};

struct ApplicationFacts {
  Application id;
  std::string_view name;  // lower case letters, digits and hyphens

  bool citrix{false};           // its payload alone makes a conversation related to Citrix
  bool encrypted{false};        // hides what it carries
  bool web{false};              // a web server may speak it
  bool needs_no_answer{false};  // a message of it shows a service at work, answered or not
  // What else a connection of it looks like, before its main part begins or when it is picked up later.
  // Protocols with a separate port for TLS (HTTPS, LDAPS, DNS, syslog) leave it out on purpose: if one turns
  // up on the other's port, that deserves a look.
  Application also_seen_as{Application::unknown};

  // For the manual, in a few words each; what takes more stands there below the table.
  std::string_view recognised_by{};
  std::string_view sent_by{};  // initiator, responder, each side (what they send differs), either
  Basis basis{Basis::standard};
  std::string_view source{};  // the document that the recogniser follows
};

inline constexpr auto kApplications = std::to_array<ApplicationFacts>({
    {.id = Application::unknown, .name = "unknown"},
    {.id = Application::ica,
     .name = "ica",
     .citrix = true,
     .recognised_by = "hello of six bytes; list of modules",
     .sent_by = "list: initiator",
     .basis = Basis::observed,
     .source = "nDPI, Nmap"},
    {.id = Application::cgp,
     .name = "cgp",
     .citrix = true,
     .recognised_by = "`1a`, \"CGP\"; or `Citrix.TcpProxyService`",
     .sent_by = "either",
     .basis = Basis::observed,
     .source = "nDPI, libprotoident"},
    {.id = Application::ica_browser,
     .name = "ica-browser",
     .citrix = true,
     .recognised_by = "length, kind, and the mark `02 fd a8 e3`",
     .sent_by = "each side",
     .basis = Basis::observed,
     .source = "Nmap"},
    {.id = Application::netscaler_ha,
     .name = "netscaler-ha",
     .citrix = true,
     .needs_no_answer = true,
     .recognised_by = "version 10, states, start time, at least 136 bytes",
     .sent_by = "either",
     .basis = Basis::ranges,
     .source = "Wireshark"},
    {.id = Application::netscaler_rpc,
     .name = "netscaler-rpc",
     .citrix = true,
     .recognised_by = "the mark `a5 a5`, command, status",
     .sent_by = "login: each side",
     .basis = Basis::observed,
     .source = "Wireshark, Nmap"},
    {.id = Application::netscaler_mep,
     .name = "netscaler-mep",
     .citrix = true,
     .also_seen_as = Application::netscaler_rpc,  // how the exchange opens
     .recognised_by = "version 2.1 to 2.6, exact length, first service",
     .sent_by = "either",
     .basis = Basis::ranges,
     .source = "Wireshark"},
    {.id = Application::tls,
     .name = "tls",
     .encrypted = true,
     .web = true,
     .recognised_by = "ClientHello, ServerHello; headers of other records",
     .sent_by = "hellos: each side",
     .source = "RFC 8446"},
    {.id = Application::dtls,
     .name = "dtls",
     .encrypted = true,
     .recognised_by = "records that fill the datagram; handshake lengths",
     .sent_by = "some: one side",
     .source = "RFC 6347"},
    {.id = Application::quic,
     .name = "quic",
     .encrypted = true,
     .web = true,
     .recognised_by = "long headers; a choice of versions",
     .sent_by = "some: one side",
     .source = "RFC 9000"},
    {.id = Application::http,
     .name = "http",
     .web = true,
     .recognised_by = "request line, status line, preface of HTTP/2",
     .sent_by = "each side",
     .source = "RFC 9112, 9113"},
    {.id = Application::ssh,
     .name = "ssh",
     .encrypted = true,
     .recognised_by = "the version line",
     .sent_by = "either",
     .source = "RFC 4253"},
    {.id = Application::rdp,
     .name = "rdp",
     .also_seen_as = Application::tls,  // enhanced security begins after one exchange
     .recognised_by = "X.224 request and confirm; over UDP the opening",
     .sent_by = "each side",
     .source = "MS-RDPBCGR"},
    {.id = Application::vnc,
     .name = "vnc",
     .also_seen_as = Application::tls,  // VeNCrypt
     .recognised_by = "the version line",
     .sent_by = "either",
     .source = "RFC 6143"},
    {.id = Application::smb,
     .name = "smb",
     .recognised_by = "versions 1 to 3, also encrypted or compressed",
     .sent_by = "by its flags",
     .source = "MS-SMB2"},
    {.id = Application::ldap,
     .name = "ldap",
     .also_seen_as = Application::tls,  // after StartTLS (RFC 4511, 4.14)
     .recognised_by = "an operation and its first field",
     .sent_by = "by operation",
     .source = "RFC 4511"},
    {.id = Application::kerberos,
     .name = "kerberos",
     .recognised_by = "KDC exchanges, errors, password changes",
     .sent_by = "by type",
     .source = "RFC 4120"},
    {.id = Application::dns,
     .name = "dns",
     .recognised_by = "counts, operation, and the first question",
     .sent_by = "by the QR bit",
     .source = "RFC 1035"},
    {.id = Application::tds,
     .name = "tds",
     .also_seen_as = Application::tls,  // SQL Server encrypts once the login is agreed
     .recognised_by = "prelogin, TLS within it, login, requests, notices",
     .sent_by = "each side",
     .source = "MS-TDS"},
    {.id = Application::sql_browser,
     .name = "sql-browser",
     .recognised_by = "the answer (a question is one byte)",
     .sent_by = "responder",
     .source = "MS-SQLR"},
    {.id = Application::ms_rpc,
     .name = "ms-rpc",
     .recognised_by = "headers of both forms",
     .sent_by = "bind: each side",
     .source = "C706, MS-RPCE"},
    {.id = Application::ipfix,
     .name = "ipfix",
     .needs_no_answer = true,
     .recognised_by = "sets that fill the message",
     .sent_by = "initiator",
     .source = "RFC 7011"},
    {.id = Application::netflow,
     .name = "netflow",
     .needs_no_answer = true,
     .recognised_by = "version 5 by count and length, 9 by its sets",
     .sent_by = "initiator",
     .source = "RFC 3954"},
    {.id = Application::flexlm,
     .name = "flexlm",
     .recognised_by = "short answers of 147 bytes",
     .sent_by = "responder",
     .basis = Basis::observed,
     .source = "Nmap"},
    {.id = Application::netbios_session,
     .name = "netbios-session",
     .also_seen_as = Application::smb,  // the session's content
     .recognised_by = "the request, with two encoded names",
     .sent_by = "initiator",
     .source = "RFC 1002"},
    {.id = Application::radius,
     .name = "radius",
     .recognised_by = "code, length, and attributes that fill it",
     .sent_by = "by code",
     .source = "RFC 2865"},
    {.id = Application::tacacs,
     .name = "tacacs",
     .recognised_by = "version, type, flags, length",
     .sent_by = "by sequence number",
     .source = "RFC 8907"},
    {.id = Application::ntp,
     .name = "ntp",
     .recognised_by = "mode, and a clock within its ranges; control messages",
     .sent_by = "clients, servers",
     .basis = Basis::ranges,
     .source = "RFC 5905, 9327"},
    {.id = Application::snmp,
     .name = "snmp",
     .needs_no_answer = true,
     .recognised_by = "versions 1, 2c, 3: all lengths agree",
     .sent_by = "by operation",
     .source = "RFC 3416"},
    {.id = Application::syslog,
     .name = "syslog",
     .needs_no_answer = true,
     .recognised_by = "a priority and text; over TCP also with its length",
     .sent_by = "initiator",
     .source = "RFC 5424"},
    {.id = Application::dhcp,
     .name = "dhcp",
     .needs_no_answer = true,
     .recognised_by = "the cookie; if that is cut off, its zeros",
     .sent_by = "by operation",
     .source = "RFC 2131"},
    {.id = Application::tftp,
     .name = "tftp",
     .recognised_by = "requests; granted options",
     .sent_by = "requests: initiator",
     .source = "RFC 1350"},
    {.id = Application::smtp,
     .name = "smtp",
     .also_seen_as = Application::tls,  // after STARTTLS (RFC 3207)
     .recognised_by = "a greeting that names SMTP; EHLO, HELO",
     .sent_by = "each side",
     .source = "RFC 5321"},
    {.id = Application::iscsi,
     .name = "iscsi",
     .recognised_by = "the login and its answer",
     .sent_by = "each side",
     .source = "RFC 7143"},
    {.id = Application::nfs,
     .name = "nfs",
     .also_seen_as = Application::tls,  // after a call that requests it (RFC 9289)
     .recognised_by = "calls of NFS, mount, locks, state",
     .sent_by = "some: initiator",
     .source = "RFC 5531"},
    {.id = Application::ipmi,
     .name = "ipmi",
     .recognised_by = "session messages by length and checksum; ASF ping",
     .sent_by = "each side",
     .source = "IPMI 2.0"},
    {.id = Application::rtp,
     .name = "rtp",
     .also_seen_as = Application::dtls,  // keys are agreed on the same ports (RFC 5764)
     .recognised_by = "never: a packet shows only two bits",
     .basis = Basis::ranges,
     .source = "RFC 3550"},
    {.id = Application::postgresql,
     .name = "postgresql",
     .also_seen_as = Application::tls,  // after a request for it
     .recognised_by = "startup, requests for TLS; authentication",
     .sent_by = "each side",
     .source = "PostgreSQL manual"},
    {.id = Application::socks,
     .name = "socks",
     .recognised_by = "requests of 4 and 4A; methods, requests, replies of 5",
     .sent_by = "each side",
     .source = "RFC 1928"},
});

// Where a recogniser looks.
enum class Look : std::uint8_t { start, anywhere };

inline constexpr ByteSet kAnyByte = ByteSet::range(0x00, 0xff);

// One application's recogniser over one transport.
struct Asked {
  Application application;
  std::uint8_t protocol;  // IP protocol number; data of any other is not shown to it
  ByteSet first;          // it recognises no data that begins with another byte, and is not asked
  Look look{Look::start};
};

// The recognisers in the order in which they are asked; the first that recognises the data decides. Data that
// could be either of two applications therefore counts as the earlier one, so what is certain comes before
// what is likely: recognisers that look for fixed first bytes, then those that check many fields, and last
// one that searches.
// clang-format off
inline constexpr auto kRecognitionOrder = std::to_array<Asked>({
    {Application::ica, kProtocolTcp, ByteSet::of(0x7f, 0x01)},
    {Application::cgp, kProtocolTcp, ByteSet::of(0x1a)},
    {Application::tls, kProtocolTcp, ByteSet::range(20, 24)},
    {Application::http, kProtocolTcp, ByteSet::of('C', 'D', 'G', 'H', 'L', 'M', 'N', 'O', 'P', 'R', 'S', 'T', 'U',
                                                  '\r', '\n')},
    {Application::ssh, kProtocolTcp, ByteSet::of('S')},
    {Application::smb, kProtocolTcp, ByteSet::of(0x00)},
    {Application::ms_rpc, kProtocolTcp, ByteSet::of(5)},
    {Application::rdp, kProtocolTcp, ByteSet::of(3)},
    {Application::tds, kProtocolTcp, ByteSet::of(0x01, 0x03, 0x04, 0x0e, 0x10, 0x12)},
    {Application::ldap, kProtocolTcp, ByteSet::of(0x30)},
    {Application::vnc, kProtocolTcp, ByteSet::of('R')},
    {Application::socks, kProtocolTcp, ByteSet::of(4, 5)},
    {Application::postgresql, kProtocolTcp, ByteSet::of(0x00, 'R')},
    {Application::netscaler_rpc, kProtocolTcp, kAnyByte},
    {Application::netscaler_mep, kProtocolTcp, ByteSet::of(2)},
    {Application::netbios_session, kProtocolTcp, ByteSet::of(0x81)},
    {Application::kerberos, kProtocolTcp, ByteSet::of(0x00)},
    {Application::dns, kProtocolTcp, kAnyByte},
    {Application::tacacs, kProtocolTcp, ByteSet::of(0xc0, 0xc1)},
    {Application::smtp, kProtocolTcp, ByteSet::of('2', 'E', 'e', 'H', 'h')},
    {Application::iscsi, kProtocolTcp, ByteSet::of(0x43, 0x23)},
    {Application::nfs, kProtocolTcp, ByteSet::of(0x00, 0x01, 0x80, 0x81)},
    {Application::ipfix, kProtocolTcp, ByteSet::of(0x00)},
    {Application::flexlm, kProtocolTcp, ByteSet::of('W')},
    {Application::syslog, kProtocolTcp, ByteSet::of('<') | ByteSet::range('0', '9')},
    {Application::cgp, kProtocolTcp, kAnyByte, Look::anywhere},
    {Application::dtls, kProtocolUdp, ByteSet::range(20, 26)},
    {Application::dns, kProtocolUdp, kAnyByte},
    {Application::quic, kProtocolUdp, kAnyByte},
    {Application::ica_browser, kProtocolUdp, kAnyByte},
    {Application::kerberos, kProtocolUdp, kAnyByte},
    {Application::ldap, kProtocolUdp, ByteSet::of(0x30)},
    {Application::snmp, kProtocolUdp, ByteSet::of(0x30)},
    {Application::dhcp, kProtocolUdp, ByteSet::of(1, 2)},
    // Versions 1 to 4, with any leap indicator and mode.
    {Application::ntp, kProtocolUdp, ByteSet::range(0x08, 0x27) | ByteSet::range(0x48, 0x67) |
                                         ByteSet::range(0x88, 0xa7) | ByteSet::range(0xc8, 0xe7)},
    {Application::syslog, kProtocolUdp, ByteSet::of('<')},
    {Application::ipfix, kProtocolUdp, ByteSet::of(0x00)},
    {Application::netflow, kProtocolUdp, ByteSet::of(0x00)},
    {Application::sql_browser, kProtocolUdp, ByteSet::of(5)},
    {Application::tftp, kProtocolUdp, ByteSet::of(0x00)},
    {Application::radius, kProtocolUdp, ByteSet::range(1, 5) | ByteSet::of(11, 12) | ByteSet::range(40, 45)},
    {Application::ms_rpc, kProtocolUdp, ByteSet::of(4)},
    {Application::nfs, kProtocolUdp, kAnyByte},
    {Application::ipmi, kProtocolUdp, ByteSet::of(6)},
    {Application::rdp, kProtocolUdp, kAnyByte},
    {Application::netscaler_ha, kProtocolUdp, kAnyByte},
});
// clang-format on

}  // namespace portproof
