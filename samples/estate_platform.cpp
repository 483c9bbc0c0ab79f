// Behind the desktops: recording, environment, layers, provisioning, appliances and hypervisors.
#include "samples/estate.hpp"
#include "samples/payloads.hpp"

namespace portproof::samples {
void services(Scenario& play) {
  play.wait(120'000);
  tls(play, "vda1", "sr1", 443, "sr1.estate.example");
  web(play, "console1", "sr1", 80, http_get("sr1.estate.example", "/SessionRecordingBroker"));

  play.session("vda1", "wem1", 8286)
      .open()
      .client(net_tcp_preamble("net.tcp://wem1.estate.example:8286/"))
      .server(opaque(1))
      .close();
  play.session("vda1", "wem1", 8288).open().client(opaque(90)).server(opaque(400)).close();
  play.session("wem1", "vda1", 49'752).open().client(opaque(30)).server(opaque(30)).close();
  play.session("console1", "wem1", 8284)
      .open()
      .client(net_tcp_preamble("net.tcp://wem1.estate.example:8284/"))
      .server(opaque(1))
      .close();
  play.session("wem1", "sql1", 1433).open().client(tds_prelogin(true)).server(tds_prelogin(false)).close();
  play.session("wem1", "lic1", 27'000).open().client(flexlm_request()).server(flexlm_answer()).close();

  tls(play, "admin1", "elm1", 443, "elm1.estate.example");
  play.session("elm1", "fs1", 445).open().client(smb_negotiate()).server(smb_negotiated()).close();
  play.session("elm1", "dc1", 389).open().client(ldap_bind()).server(ldap_bound()).close();

  play.resolve("xms1", "dc1", "fcm.googleapis.com", "google");
  tls(play, "xms1", "google", 443, "fcm.googleapis.com");
  play.session("xms1", "dc1", 389).open().client(ldap_bind()).server(ldap_bound()).close();
}

void appliances(Scenario& play) {
  play.wait(150'000);
  // Application delivery controllers, and the systems that manage them.
  play.datagrams("adc1", "adc2", 3003)
      .from_port(3003)
      .client(netscaler_heartbeat())
      .server(netscaler_heartbeat());
  play.session("adc1", "adc2", 3010)
      .open()
      .client(netscaler_rpc_login())
      .server(netscaler_rpc_answer())
      .close();
  play.resolve("adc1", "dc1", "sf1.estate.example", "sf1");
  play.datagrams("adc1", "adm1", 162).client(snmp_trap());
  play.datagrams("adc1", "adm1", 514)
      .client(syslog("11/20/2026:08:12:00 GMT adc1 0-PPE-0 : default EVENT DEVICEUP"));
  play.datagrams("adc2", "adm1", 4739).client(ipfix_template());
  tls(play, "admin1", "adc1", 443, "adc1.estate.example");
  play.session("admin1", "adc1", 22)
      .open()
      .server("SSH-2.0-OpenSSH_8.3\r\n")
      .client("SSH-2.0-OpenSSH_9.2\r\n")
      .close();
  tls(play, "adm1", "adc1", 443, "adc1.estate.example");
  play.ping("adm1", "adc1");
  play.ping("mon1", "ddc1");
  play.datagrams("adm1", "dc1", 123).from_port(123).client(ntp_request()).server(ntp_answer());
  play.session("adm1", "mail1", 25)
      .open()
      .server("220 mail1.estate.example ESMTP\r\n")
      .client("EHLO adm1.estate.example\r\n")
      .server("250 mail1.estate.example\r\n")
      .close();

  play.datagrams("sdwan1", "sdwan2", 4980).from_port(4980).client(opaque(120)).server(opaque(121));
  play.session("sdwan1", "sdwan-center", 2156).open().client(opaque(100)).server(opaque(20)).close();
  play.resolve("sdwan1", "dc1", "sdwan-policy.citrixnetworkapi.net", "zero-touch");
  tls(play, "sdwan1", "zero-touch", 443, "sdwan-policy.citrixnetworkapi.net");
  play.datagrams("mon1", "sdwan1", 161).client(snmp_get()).server(snmp_answer());

  tls(play, "hv2", "hv1", 443, "hv1.estate.example");
  tls(play, "admin1", "hv1", 443, "hv1.estate.example");
  play.session("hv1", "nas1", 2049).open().client(nfs_null_call()).server(nfs_null_reply()).close();
  play.session("hv1", "mon1", 514)
      .open()
      .client("<134>1 2026-11-20T08:13:00Z hv1 xapi - - - started\n")
      .close();
  play.datagrams("hv1", "dc1", 123).from_port(123).client(ntp_request()).server(ntp_answer());
}

// A machine that starts without an address and ends with a streamed disk.
void provisioning(Scenario& play) {
  play.wait(90'000);
  const std::string& mac = play.station("target1").mac;
  play.datagrams("nobody", "everybody", 67).from_port(68).client(dhcp_discover(mac));
  play.datagrams("dhcp1", "everybody", 68)
      .from_port(67)
      .client(dhcp_offer(mac, play.station("target1").address));
  constexpr std::uint16_t kAsks = 2070;
  constexpr std::uint16_t kAnswers = 49'188;
  play.datagrams("target1", "dhcp1", 69).from_port(kAsks).client(tftp_read("ARDBP32.BIN"));
  // The answer to a TFTP request comes from another port (RFC 1350, 4).
  play.datagrams("dhcp1", "target1", kAsks)
      .from_port(kAnswers)
      .client(tftp_data())
      .server(tftp_acknowledgement());
  play.datagrams("target1", "pvs1", 6910).from_port(6901).client(opaque(140)).server(opaque(200));
  Datagrams stream = play.datagrams("target1", "pvs1", 6911).from_port(6901);
  for (std::size_t block = 0; block < 4; ++block) {
    stream.client(opaque(60 + block)).server(opaque(500 + block)).wait(20'000);
  }
  play.datagrams("pvs1", "pvs2", 6890).from_port(6895).client(opaque(80)).server(opaque(81));
  play.session("pvs1", "sql1", 1433).open().client(tds_prelogin(true)).server(tds_prelogin(false)).close();
  web(play, "admin1", "pvs1", 54'321, soap("pvs1.estate.example:54321", "/"));
}

}  // namespace portproof::samples
