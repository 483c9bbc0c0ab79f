// The first messages of an estate's protocols: whole messages, correct enough for a dissector, none of which
// was ever sent. Offsets and values follow the public standards named in each function's body.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/packet_builder.hpp"

namespace portproof::samples {

using test::Bytes;

// Citrix. Both sides send `ica_hello`, the server first; CGP wraps ICA if sessions are to survive a broken
// connection.
Bytes ica_hello();
Bytes ica_server_init();
Bytes ica_client_modules();
Bytes ica_data(std::size_t size);  // a packet of a running session, `size` bytes in total
Bytes cgp_hello();
Bytes netscaler_heartbeat();
Bytes netscaler_rpc_login();
Bytes netscaler_rpc_answer();
Bytes flexlm_request();
Bytes flexlm_answer();

// TLS and DTLS. A hello without a name is what a client sends to a bare address.
Bytes tls_client_hello(std::string_view name);
Bytes tls_server_hello();
Bytes tls_data(std::size_t size);
Bytes dtls_client_hello();
Bytes dtls_verify_request();

// Text.
std::string http_get(std::string_view host, std::string_view path);
std::string soap(std::string_view host, std::string_view path);
std::string xml(std::string_view host, std::string_view path, std::string_view body);
std::string http_ok(std::string_view body = "<html></html>");
std::string net_tcp_preamble(std::string_view address);

// Names, time, management.
Bytes dns_query(std::uint16_t id, std::string_view name, bool ipv6);
Bytes dns_answer(std::uint16_t id, std::string_view name, std::string_view address);
Bytes ntp_request();
Bytes ntp_answer();
Bytes snmp_get();
Bytes snmp_answer();
Bytes snmp_trap();
Bytes syslog(std::string_view text);
Bytes ipfix_template();

// Directory, database, files, desktops.
Bytes ldap_bind();
Bytes ldap_bound();
Bytes kerberos_request();
Bytes kerberos_error();
Bytes radius_request();
Bytes radius_accept();
Bytes tds_prelogin(bool from_client);
Bytes rpc_bind(bool from_client);
Bytes smb_negotiate();
Bytes smb_negotiated();
Bytes nfs_null_call();
Bytes nfs_null_reply();
Bytes rdp_request();
Bytes rdp_confirm();
Bytes rtp(std::uint16_t sequence);

// Boot.
Bytes dhcp_discover(std::string_view mac);
Bytes dhcp_offer(std::string_view mac, std::string_view address);
Bytes tftp_read(std::string_view file);
Bytes tftp_data();
Bytes tftp_acknowledgement();

// Not a known protocol: it begins with zeroes and counts up.
Bytes opaque(std::size_t size);

}  // namespace portproof::samples
