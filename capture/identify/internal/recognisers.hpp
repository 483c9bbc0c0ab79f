// The table of recognisers, and what they share. To add a protocol: write a function that answers for one
// side's first bytes, declare it here, and give it a row in identify.cpp.
//
// A recogniser sees the data of one packet, from its first byte. It answers with the application and, where
// the protocol carries one, what it says of the responder's name; or with `not_recognised`. It must not
// answer for bytes that another protocol could well begin with: what is not identified is never a mismatch,
// but what is identified wrongly is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/identify/identify.hpp"

namespace portproof {

struct Recogniser {
  Application application;
  std::uint8_t protocol;  // IP protocol number; data of any other is not shown to it
  Recognition (*recognise)(const FirstData& data);
};

inline constexpr Recognition not_recognised{};

inline std::string_view text_of(std::span<const std::uint8_t> bytes) {
  // Characters may alias anything ([basic.lval]); no copy, no conversion.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// What is spoken, and which end says such a thing; no name.
inline Recognition recognised(Application application, Speaker speaker = Speaker::unknown) {
  Recognition found;
  found.application = application;
  found.speaker = speaker;
  return found;
}

inline bool begins_with(const FirstData& data, std::string_view start) {
  return text_of(data.bytes).starts_with(start);
}

// How many bytes were sent. Never fewer than were captured, whatever the capture says.
inline std::size_t sent(const FirstData& data) {
  return data.wire_length > data.bytes.size() ? data.wire_length : data.bytes.size();
}

Recognition recognise_ica(const FirstData& data);              // citrix.cpp
Recognition recognise_cgp(const FirstData& data);              // citrix.cpp
Recognition recognise_cgp_service(const FirstData& data);      // citrix.cpp
Recognition recognise_ica_browser(const FirstData& data);      // citrix.cpp
Recognition recognise_netscaler_ha(const FirstData& data);     // netscaler.cpp
Recognition recognise_netscaler_rpc(const FirstData& data);    // netscaler.cpp
Recognition recognise_netscaler_mep(const FirstData& data);    // netscaler.cpp
Recognition recognise_tls(const FirstData& data);              // tls.cpp
Recognition recognise_dtls(const FirstData& data);             // dtls.cpp
Recognition recognise_quic(const FirstData& data);             // quic.cpp; Initial packets: quic_initial.hpp
Recognition recognise_http(const FirstData& data);             // http.cpp
Recognition recognise_ssh(const FirstData& data);              // ssh.cpp
Recognition recognise_rdp(const FirstData& data);              // rdp.cpp
Recognition recognise_rdp_udp(const FirstData& data);          // rdp.cpp
Recognition recognise_vnc(const FirstData& data);              // vnc.cpp
Recognition recognise_smb(const FirstData& data);              // smb.cpp
Recognition recognise_netbios_session(const FirstData& data);  // smb.cpp
Recognition recognise_ldap(const FirstData& data);             // ldap.cpp
Recognition recognise_cldap(const FirstData& data);            // ldap.cpp
Recognition recognise_kerberos_udp(const FirstData& data);     // kerberos.cpp
Recognition recognise_kerberos_tcp(const FirstData& data);     // kerberos.cpp
Recognition recognise_dns_udp(const FirstData& data);          // dns.cpp
Recognition recognise_dns_tcp(const FirstData& data);          // dns.cpp
Recognition recognise_tds(const FirstData& data);              // tds.cpp
Recognition recognise_sql_browser(const FirstData& data);      // tds.cpp
Recognition recognise_ms_rpc(const FirstData& data);           // ms_rpc.cpp
Recognition recognise_ms_rpc_udp(const FirstData& data);       // ms_rpc.cpp
Recognition recognise_ipfix_udp(const FirstData& data);        // flow_export.cpp
Recognition recognise_ipfix_tcp(const FirstData& data);        // flow_export.cpp
Recognition recognise_netflow(const FirstData& data);          // flow_export.cpp
Recognition recognise_flexlm(const FirstData& data);           // flexlm.cpp
Recognition recognise_radius(const FirstData& data);           // access.cpp
Recognition recognise_tacacs(const FirstData& data);           // access.cpp
Recognition recognise_ntp(const FirstData& data);              // ntp.cpp
Recognition recognise_snmp(const FirstData& data);             // snmp.cpp
Recognition recognise_syslog_udp(const FirstData& data);       // syslog.cpp
Recognition recognise_syslog_tcp(const FirstData& data);       // syslog.cpp
Recognition recognise_dhcp(const FirstData& data);             // boot.cpp
Recognition recognise_tftp(const FirstData& data);             // boot.cpp
Recognition recognise_smtp(const FirstData& data);             // smtp.cpp
Recognition recognise_iscsi(const FirstData& data);            // iscsi.cpp
Recognition recognise_nfs_udp(const FirstData& data);          // onc_rpc.cpp
Recognition recognise_nfs_tcp(const FirstData& data);          // onc_rpc.cpp
Recognition recognise_ipmi(const FirstData& data);             // ipmi.cpp

}  // namespace portproof
