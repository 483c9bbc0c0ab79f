// What all recognisers share, and the list of them. docs/develop/add-a-protocol.md adds one.
//
// A recogniser is given the data of one packet, from the first byte. It returns the application, the end that
// sends such data and, if the protocol names the responder, that name; or `kNotRecognised`. It must not
// recognise bytes that another protocol could well begin with: an application that is not identified is never
// a mismatch, but one that is identified wrongly is.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "capture/base/applications.hpp"
#include "capture/identify/identify.hpp"

namespace portproof {

// Recognises an application in data of one IP protocol. The source of the protocol specialises this for every
// line that the application has in kRecognitionOrder, and every specialisation is declared here: a source
// that uses one has to know that it exists ([temp.expl.spec]). Where a declaration is missing, nothing
// compiles; where a definition is missing, nothing links.
template <Application, std::uint8_t protocol, Look = Look::start>
Recognition recognise(const FirstData& data) = delete;

// clang-format off
template <> Recognition recognise<Application::ica, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::cgp, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::tls, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::http, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::ssh, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::smb, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::ms_rpc, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::rdp, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::tds, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::ldap, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::vnc, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::socks, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::postgresql, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::netscaler_rpc, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::netscaler_mep, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::netbios_session, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::kerberos, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::dns, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::tacacs, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::smtp, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::iscsi, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::nfs, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::ipfix, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::flexlm, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::syslog, kProtocolTcp>(const FirstData& data);
template <> Recognition recognise<Application::cgp, kProtocolTcp, Look::anywhere>(const FirstData& data);
template <> Recognition recognise<Application::dtls, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::dns, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::quic, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::ica_browser, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::kerberos, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::ldap, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::snmp, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::dhcp, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::ntp, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::syslog, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::ipfix, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::netflow, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::sql_browser, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::tftp, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::radius, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::ms_rpc, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::nfs, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::ipmi, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::rdp, kProtocolUdp>(const FirstData& data);
template <> Recognition recognise<Application::netscaler_ha, kProtocolUdp>(const FirstData& data);
// clang-format on

inline constexpr Recognition kNotRecognised{};

inline std::string_view text_of(std::span<const std::uint8_t> bytes) {
  // Characters may alias anything ([basic.lval]); no copy, no conversion.
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

// The application and the end that sends such data; no name.
inline Recognition recognised(Application application, Speaker speaker = Speaker::unknown) {
  Recognition found;
  found.application = application;
  found.speaker = speaker;
  return found;
}

inline bool begins_with(const FirstData& data, std::string_view start) {
  return text_of(data.bytes).starts_with(start);
}

// How many bytes were sent: never fewer than were captured, whatever the capture file claims.
inline std::size_t sent(const FirstData& data) {
  return data.wire_length > data.bytes.size() ? data.wire_length : data.bytes.size();
}

}  // namespace portproof
