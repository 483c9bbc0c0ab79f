#include "tests/fuzz/seeds/first_words.hpp"

#include <utility>

#include "capture/base/ip_address.hpp"
#include "capture/decode/packet.hpp"
#include "samples/message.hpp"
#include "samples/payloads.hpp"

namespace portproof::test {
namespace {

namespace say = portproof::samples;

Bytes bytes_of(std::string_view text) {
  return {text.begin(), text.end()};
}

void add_citrix(const AddWords& add) {
  using say::Message;
  add("ica-browser", kProtocolUdp, Message().le16(0x1e).u8(1).u8(0x30).u32(0x02fda8e3).zeroes(22));
  add("netscaler-rpc", kProtocolTcp, say::netscaler_rpc_login());
  add("netscaler-rpc-answer", kProtocolTcp, say::netscaler_rpc_answer());
  Message update;
  update.u8(2).u8(4).le16(1).le16(16).le16(0).le16(0).le16(7).u32(0x0a140101).u16(80).le16(0).zeroes(4);
  add("netscaler-mep", kProtocolTcp, update);
  add("flexlm", kProtocolTcp, say::flexlm_answer());
  for (const auto& [name, target] :
       {std::pair{"nitro", "/nitro/v1/config/x"}, std::pair{"storefront", "/Citrix/StoreWeb/"},
        std::pair{"gateway", "/vpn/index.html"}, std::pair{"sta", "/scripts/ctxsta.dll"}}) {
    add(std::string("http-") + name, kProtocolTcp, bytes_of(say::http_get("a.example", target)));
  }
  add("http-websocket", kProtocolTcp,
      bytes_of("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\n\r\n"));
}

void add_services(const AddWords& add) {
  using say::Message;
  add("rdp-confirm", kProtocolTcp, say::rdp_confirm());
  add("vnc", kProtocolTcp, bytes_of("RFB 003.008\n"));
  add("smb", kProtocolTcp, say::smb_negotiate());
  add("smb-answer", kProtocolTcp, say::smb_negotiated());
  add("netbios-session", kProtocolTcp,
      Message()
          .u32(0x81000044)
          .u8(32)
          .text(std::string(32, 'C'))
          .u8(0)
          .u8(32)
          .text(std::string(32, 'A'))
          .u8(0));
  add("ldap-bind", kProtocolTcp, say::ldap_bind());
  add("ldap-bound", kProtocolTcp, say::ldap_bound());
  add("kerberos", kProtocolTcp, say::kerberos_request());
  add("kerberos-error", kProtocolTcp, say::kerberos_error());
  add("tds", kProtocolTcp, say::tds_prelogin(true));
  add("tds-answer", kProtocolTcp, say::tds_prelogin(false));
  add("ms-rpc", kProtocolTcp, say::rpc_bind(true));
  add("nfs", kProtocolTcp, say::nfs_null_call());
  add("tacacs", kProtocolTcp, Message().u32(0xc0010100).u32(7).u32(4).text("body"));
  add("smtp", kProtocolTcp, bytes_of("220 mail.example ESMTP\r\n"));
  add("syslog", kProtocolTcp, bytes_of("32 <134>1 2026-11-21T08:00:00Z adc1"));
  add("postgresql", kProtocolTcp,
      Message().u32(21).u32(0x00030000).text("user").u8(0).text("reader").u8(0).u8(0));
  add("postgresql-tls", kProtocolTcp, Message().u32(8).u32(80877103));
  add("socks4", kProtocolTcp, Message().u8(4).u8(1).u16(443).u32(7).text("me").u8(0).text("a.example").u8(0));
  add("socks5", kProtocolTcp, Message().u8(5).u8(2).u8(0).u8(2));
  add("socks5-request", kProtocolTcp, Message().u8(5).u8(1).u8(0).u8(1).u32(0x0a000001).u16(443));
  add("proxy-text", kProtocolTcp,
      bytes_of("PROXY TCP4 192.0.2.1 192.0.2.2 50000 443\r\n" + say::http_get("a.example", "/")));
  add("proxy-binary", kProtocolTcp,
      Message()
          .u32(0x0d0a0d0a)
          .u32(0x000d0a51)
          .u32(0x5549540a)
          .u32(0x2111000c)
          .u32(0xc0000201)
          .u32(0xc0000202)
          .u16(50000)
          .u16(443)
          .text("SSH-2.0-x\r\n"));
  add("postgresql-accepted", kProtocolTcp, Message().u8('R').u32(8).u32(0));
  add("iscsi", kProtocolTcp, Message().u8(0x43).u8(0x87).zeroes(46));
}

void add_datagrams(const AddWords& add) {
  using say::Message;
  add("quic-initial", kProtocolUdp,
      Message().u8(0xc3).u32(1).u8(8).noise(8).u8(0).u8(0).u16(0x4020).noise(32));
  add("quic-versions", kProtocolUdp, Message().u8(0x80).u32(0).u8(0).u8(0).u32(1).u32(0x6b3343cf));
  add("quic-of-google", kProtocolUdp, Message().u8(0x0d).noise(8).text("Q043").noise(20));
  add("dns-query", kProtocolUdp, say::dns_query(1, "a.example", false));
  add("ntp", kProtocolUdp, say::ntp_request());
  add("ntp-answer", kProtocolUdp, say::ntp_answer());
  add("ntp-control", kProtocolUdp, Message().u32(0x16020001).u32(0).u32(4).text("leap"));
  add("quic-vendor", kProtocolUdp,
      Message().u8(0xcc).u32(0xfaceb002).u8(8).noise(8).u8(0).u8(0).u16(0x4020).noise(32));
  add("quic-reserved", kProtocolUdp, Message().u8(0xc0).u32(0x1a2a3a4a).u8(8).noise(8).u8(0).noise(1200));
  add("ntp-list", kProtocolUdp, Message().u32(0x9700032a).u16(1).u16(4).u32(7));
  add("snmp", kProtocolUdp, say::snmp_get());
  add("snmp-trap", kProtocolUdp, say::snmp_trap());
  add("snmp-3", kProtocolUdp,
      Message()
          .u16(0x301d)
          .u8(2)
          .u16(0x0103)
          .u16(0x300d)
          .u8(2)
          .u16(0x0101)
          .u16(0x0202)
          .u16(0x05c0)
          .u16(0x0401)
          .u8(7)
          .u8(2)
          .u16(0x0103)
          .u16(0x0402)
          .u16(0x3000)
          .u16(0x0403)
          .text("abc"));
  add("ipfix", kProtocolUdp, say::ipfix_template());
  add("netflow", kProtocolUdp, Message().u16(5).u16(1).zeroes(68));
  add("radius", kProtocolUdp, say::radius_request());
  add("dhcp", kProtocolUdp, say::dhcp_discover("02:00:00:00:00:01"));
  add("tftp", kProtocolUdp, say::tftp_read("ARDBP32.BIN"));
  add("sql-browser", kProtocolUdp, Message().u8(5).le16(16).text("ServerName;SQL1;"));
  add("ipmi", kProtocolUdp, Message().u32(0x0600ff07).u8(6).u8(0x10).zeroes(8).le16(4).u32(7));
  add("ms-rpc-datagram", kProtocolUdp,
      Message().u32(0x04002000).u32(0x10000000).noise(66).le16(4).u32(0).u16(0).u32(7));
  add("rdp-datagram", kProtocolUdp,
      Message().u32(0xffffffff).u16(64).u16(1).u32(7).u16(1232).u16(1232).zeroes(1216));
}

}  // namespace

void add_first_words(const AddWords& add) {
  add_citrix(add);
  add_services(add);
  add_datagrams(add);
}

}  // namespace portproof::test
