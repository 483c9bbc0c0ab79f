// make_office FOLDER: a second estate for `discover`, unlike the sample one: other addresses, names that give
// no hint, provisioned desktops, a StoreFront cluster, a NetScaler pair and a second data centre, XenServer,
// and the noise of an office: a domain, printers, a web site, monitoring and backup. office.toml says which
// host is what.
#include <fmt/format.h>

#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "samples/payloads.hpp"
#include "samples/scenario.hpp"
#include "tests/support/pcap_writer.hpp"

namespace portproof::samples {
namespace {

constexpr int kDesktops = 12;  // provisioned
constexpr int kFixed = 3;      // installed
constexpr int kUsers = 10;

std::string desktop(int number) {
  return fmt::format("pooled{}", number);
}
std::string fixed(int number) {
  return fmt::format("fixed{}", number);
}
std::string user(int number) {
  return fmt::format("user{}", number);
}

std::string other_of(const std::string& pair, int number) {
  return pair + (number % 2 == 0 ? "a" : "b");
}

void name_hosts(Scenario& play) {
  play.host("dca", "172.18.0.5").host("dcb", "172.18.0.6").host("ca", "172.18.0.7").host("mfa", "172.18.0.9");
  play.host("files", "172.18.0.20").host("sql", "172.18.0.30").host("printer", "172.18.0.40");
  play.host("intranet", "172.18.0.50").host("watcher", "172.18.0.60").host("backup", "172.18.0.70");
  play.host("ddca", "172.18.1.11")
      .host("ddcb", "172.18.1.12")
      .host("sfa", "172.18.1.21")
      .host("sfb", "172.18.1.22");
  play.host("lic", "172.18.1.31").host("fas", "172.18.1.41").host("recording", "172.18.1.51");
  play.host("wem", "172.18.1.61").host("pvsa", "172.18.1.71").host("pvsb", "172.18.1.72");
  play.host("cca", "172.18.1.81").host("ccb", "172.18.1.82").host("director", "172.18.1.91");
  play.host("nsa", "172.18.2.11")
      .host("nsb", "172.18.2.12")
      .host("snip", "172.18.2.20")
      .host("vip", "172.18.2.30");
  play.host("far-ns", "172.19.2.11").host("adm", "172.18.2.40");
  play.host("xena", "172.18.3.11").host("xenb", "172.18.3.12").host("xenc", "172.18.3.13");
  play.host("nfs", "172.18.3.50").host("logs", "172.18.3.60");
  for (int number = 0; number < kDesktops; ++number) {
    play.host(desktop(number), fmt::format("172.18.10.{}", 21 + number));
  }
  for (int number = 0; number < kFixed; ++number) {
    play.host(fixed(number), fmt::format("172.18.11.{}", 21 + number));
  }
  for (int number = 0; number < kUsers; ++number) {
    play.host(user(number), fmt::format("192.168.50.{}", 100 + 7 * number));
  }
  play.host("admin", "172.18.9.5").host("console", "172.18.9.6").host("prober", "192.168.50.200");
  play.outside("traveller", "198.51.100.10").outside("commuter", "198.51.100.11");
  play.outside("cloud", "203.0.113.5").outside("bus", "203.0.113.6").outside("ocsp", "203.0.113.7");
  play.outside("gateway-service", "203.0.113.8")
      .outside("search", "203.0.113.9")
      .outside("push", "203.0.113.10");
}

void plain(Scenario& play, const std::string& client, const std::string& server, std::uint16_t port,
           const Bytes& question, const Bytes& answer) {
  play.session(client, server, port).open().client(question).server(answer).close();
}

void https(Scenario& play, const std::string& client, const std::string& server, std::string_view name,
           std::uint16_t port = 443) {
  play.session(client, server, port)
      .open()
      .client(tls_client_hello(name))
      .server(tls_server_hello())
      .client(tls_data(80))
      .server(tls_data(300))
      .close();
}

void http(Scenario& play, const std::string& client, const std::string& server, std::uint16_t port,
          std::string_view request) {
  play.session(client, server, port).open().client(request).server(http_ok()).close();
}

// What every machine in a Windows domain does all day.
void domain_member(Scenario& play, const std::string& member, int number) {
  const std::string dc = other_of("dc", number);
  play.resolve(member, dc, fmt::format("srv{:02}.corp.test", 30 + number % 5), "sql");
  plain(play, member, dc, 88, kerberos_request(), kerberos_error());
  plain(play, member, dc, 389, ldap_bind(), ldap_bound());
  plain(play, member, dc, 445, smb_negotiate(), smb_negotiated());
  plain(play, member, dc, 135, rpc_bind(true), rpc_bind(false));
  play.datagrams(member, dc, 123).from_port(123).client(ntp_request()).server(ntp_answer());
}

std::vector<std::string> members() {
  std::vector<std::string> all{"files", "sql", "intranet", "backup",    "ddca",    "ddcb",    "sfa",
                               "sfb",   "lic", "fas",      "recording", "wem",     "pvsa",    "pvsb",
                               "cca",   "ccb", "ca",       "admin",     "console", "director"};
  for (int number = 0; number < kDesktops; ++number) all.push_back(desktop(number));
  for (int number = 0; number < kFixed; ++number) all.push_back(fixed(number));
  for (int number = 0; number < kUsers; ++number) all.push_back(user(number));
  return all;
}

void office_noise(Scenario& play) {
  int number = 0;
  for (const std::string& member : members()) domain_member(play, member, number++);
  for (int at = 0; at < kUsers; ++at) {
    https(play, user(at), "intranet", "intranet.corp.test");
    http(play, user(at), "intranet", 80, http_get("intranet.corp.test", "/news"));
    https(play, user(at), "search", "www.example.com");
    plain(play, user(at), "printer", 9100, opaque(300), opaque(4));
    plain(play, user(at), "files", 445, smb_negotiate(), smb_negotiated());
  }
  play.resolve("user3", "dca", "fcm.googleapis.com", "push");
  https(play, "user3", "push", "fcm.googleapis.com");
  for (const char* server : {"files", "sql", "ddca", "ddcb", "sfa", "wem", "pvsa", "lic", "recording"}) {
    plain(play, "backup", server, 445, smb_negotiate(), smb_negotiated());
    plain(play, "backup", server, 10'000, opaque(90), opaque(30));
    play.ping("watcher", server);
    play.datagrams("watcher", server, 161).client(snmp_get()).server(snmp_answer());
  }
  for (const char* device : {"printer", "nsa", "xena", "intranet"}) {
    play.ping("watcher", device);
    play.datagrams("watcher", device, 161).client(snmp_get()).server(snmp_answer());
  }
  https(play, "watcher", "intranet", "intranet.corp.test");
}

void desktops(Scenario& play) {
  play.wait(10'000);
  const auto boots = [&](const std::string& name, int number) {
    const std::string pvs = other_of("pvs", number);
    play.datagrams("pvsa", "everybody", 68)
        .from_port(67)
        .client(dhcp_offer(play.station(name).mac, play.station(name).address));
    play.datagrams(name, pvs, 69).from_port(2070).client(tftp_read("ARDBP32.BIN"));
    play.datagrams(pvs, name, 2070).from_port(49'188).client(tftp_data()).server(tftp_acknowledgement());
    play.datagrams(name, pvs, 6910).from_port(6901).client(opaque(140)).server(opaque(200));
    Datagrams stream = play.datagrams(name, pvs, static_cast<std::uint16_t>(6911 + number)).from_port(6901);
    for (std::size_t block = 0; block < 3; ++block) stream.client(opaque(60)).server(opaque(1400)).wait(5000);
  };
  const auto works = [&](const std::string& name, int number) {
    const std::string ddc = other_of("ddc", number);
    http(play, name, ddc, 80, soap("srv11.corp.test", "/Citrix/CdsController/IRegistrar"));
    if (number % 3 == 0) http(play, ddc, name, 80, soap("pc.corp.test", "/Citrix/VirtualDesktopAgent"));
    play.session(name, "wem", 8286)
        .open()
        .client(net_tcp_preamble("net.tcp://srv61.corp.test:8286/"))
        .server(opaque(1))
        .close();
    if (number % 2 == 0)
      play.session("wem", name, 49'752).open().client(opaque(30)).server(opaque(30)).close();
    plain(play, name, "files", 445, smb_negotiate(), smb_negotiated());
    if (number % 4 == 0) https(play, name, "recording", "srv51.corp.test");
    if (number % 4 == 1) http(play, name, "fas", 80, soap("srv41.corp.test", "/Citrix/VdaService"));
    if (number % 5 == 0) https(play, name, "intranet", "intranet.corp.test");
  };
  play.host("everybody", "255.255.255.255");
  for (int number = 0; number < kDesktops; ++number) boots(desktop(number), number);
  play.wait(60'000);
  for (int number = 0; number < kDesktops; ++number) works(desktop(number), number);
  for (int number = 0; number < kFixed; ++number) works(fixed(number), number);
}

void sessions(Scenario& play) {
  play.wait(60'000);
  for (int number = 0; number < kUsers; ++number) {
    https(play, user(number), other_of("sf", number), "store.corp.test");
    const std::string target = number < 8 ? desktop(number) : fixed(number - 8);
    if (number % 2 == 0) {
      play.session(user(number), target, 1494)
          .open()
          .server(ica_hello())
          .client(ica_hello())
          .client(ica_client_modules())
          .close();
    } else {
      play.session(user(number), target, 2598)
          .open()
          .client(cgp_hello())
          .server(cgp_hello())
          .client(ica_data(50))
          .close();
    }
  }
  for (const char* outside : {"traveller", "commuter"}) {
    https(play, outside, "vip", "desk.corp.test");
    play.datagrams(outside, "vip", 443).client(dtls_client_hello()).server(dtls_verify_request());
  }
  for (int number = 6; number < kDesktops; ++number) {
    play.session("snip", desktop(number), 2598)
        .open()
        .client(cgp_hello())
        .server(cgp_hello())
        .client(ica_data(70))
        .close();
  }
  http(play, "snip", "ddca", 80, xml("srv11.corp.test", "/scripts/ctxsta.dll", "<CtxSTAProtocol/>"));
  http(play, "snip", "ddcb", 80, xml("srv12.corp.test", "/scripts/ctxsta.dll", "<CtxSTAProtocol/>"));
  https(play, "snip", "sfa", "store.corp.test");
  https(play, "snip", "dca", "srv05.corp.test", 636);
  play.datagrams("snip", "mfa", 1812).client(radius_request()).server(radius_accept());
}

void citrix_servers(Scenario& play) {
  play.wait(60'000);
  for (int number = 0; number < 2; ++number) {
    const std::string sf = other_of("sf", number);
    const std::string ddc = other_of("ddc", number);
    http(play, sf, ddc, 80, xml("srv11.corp.test", "/scripts/wpnbr.dll", "<NFuseProtocol/>"));
    http(play, sf, "fas", 80, soap("srv41.corp.test", "/Citrix/UserCredentialService"));
    https(play, sf, "vip", "desk.corp.test");
    play.session(sf, other_of("sf", number + 1), 808)
        .open()
        .client(net_tcp_preamble("net.tcp://x/Citrix"))
        .server(opaque(1))
        .close();
    play.session(ddc, "sql", 1433).open().client(tds_prelogin(true)).server(tds_prelogin(false)).close();
    http(play, ddc, other_of("ddc", number + 1), 80,
         http_get("srv12.corp.test", "/Citrix/ConfigurationContextService"));
    https(play, ddc, "xena", "172.18.3.11");
    play.session(ddc, "lic", 27'000).open().client(flexlm_request()).server(flexlm_answer()).close();
    play.session(ddc, "lic", 7279).open().client(flexlm_request()).server(flexlm_answer()).close();
    const std::string pvs = other_of("pvs", number);
    play.session(pvs, "sql", 1433).open().client(tds_prelogin(true)).server(tds_prelogin(false)).close();
    play.session(pvs, "lic", 27'000).open().client(flexlm_request()).server(flexlm_answer()).close();
    play.datagrams(pvs, other_of("pvs", number + 1), 6895)
        .from_port(6890)
        .client(opaque(80))
        .server(opaque(81));
    const std::string cc = other_of("cc", number);
    play.resolve(cc, "dcb", "agenthub.citrixworkspacesapi.net", "cloud");
    https(play, cc, "cloud", "agenthub.citrixworkspacesapi.net");
    play.resolve(cc, "dcb", "connector-eu.servicebus.windows.net", "bus");
    https(play, cc, "bus", "connector-eu.servicebus.windows.net");
    http(play, cc, "ocsp", 80, http_get("ocsp.digicert.com", "/MFEwTzBN"));
  }
  play.session("wem", "sql", 1433).open().client(tds_prelogin(true)).server(tds_prelogin(false)).close();
  play.session("wem", "lic", 27'000).open().client(flexlm_request()).server(flexlm_answer()).close();
  play.session("console", "wem", 8284)
      .open()
      .client(net_tcp_preamble("net.tcp://x:8284/"))
      .server(opaque(1))
      .close();
  play.session("fas", "ca", 135).open().client(rpc_bind(true)).server(rpc_bind(false)).close();
  play.session("fas", "ca", 49'700).open().client(opaque(72)).server(opaque(60)).close();
}

void appliances(Scenario& play) {
  play.wait(60'000);
  play.datagrams("nsa", "nsb", 3003)
      .from_port(3003)
      .client(netscaler_heartbeat())
      .server(netscaler_heartbeat());
  play.session("nsa", "nsb", 3010)
      .open()
      .client(netscaler_rpc_login())
      .server(netscaler_rpc_answer())
      .close();
  play.session("far-ns", "nsa", 3011)
      .open()
      .client(netscaler_rpc_login())
      .server(netscaler_rpc_answer())
      .close();
  play.session("nsa", "far-ns", 3011)
      .open()
      .client(netscaler_rpc_login())
      .server(netscaler_rpc_answer())
      .close();
  for (const char* node : {"nsa", "nsb"}) {
    https(play, "adm", node, "");
    play.session("adm", node, 22)
        .open()
        .server("SSH-2.0-OpenSSH_8.3\r\n")
        .client("SSH-2.0-OpenSSH_8.9\r\n")
        .close();
    play.ping("adm", node);
    play.datagrams(node, "adm", 4739).client(ipfix_template());
    play.datagrams(node, "adm", 162).client(snmp_trap());
    play.datagrams(node, "logs", 514)
        .client(syslog("CMD_EXECUTED"));  // a log server that is documented nowhere
    play.resolve(node, "dca", "srv21.corp.test", "sfa");
    https(play, "admin", node, "ns.corp.test");
    play.session("admin", node, 22)
        .open()
        .server("SSH-2.0-OpenSSH_8.3\r\n")
        .client("SSH-2.0-PuTTY\r\n")
        .close();
  }
  for (const char* server : {"xena", "xenb", "xenc"}) {
    play.session(server, "nfs", 2049).open().client(nfs_null_call()).server(nfs_null_reply()).close();
    play.session(server, "logs", 514).open().client("<134>1 2026-11-20T08:13:00Z x xapi - - - up\n").close();
    play.session(server, "files", 445).open().client(smb_negotiate()).server(smb_negotiated()).close();
    play.resolve(server, "dcb", "srv50.corp.test", "nfs");
    play.session("admin", server, 22)
        .open()
        .server("SSH-2.0-OpenSSH_7.4\r\n")
        .client("SSH-2.0-PuTTY\r\n")
        .close();
  }
  https(play, "xenb", "xena", "");
  https(play, "xenc", "xena", "");
  https(play, "admin", "xena", "");
  https(play, "admin", "lic", "srv31.corp.test", 8083);
  https(play, "admin", "lic", "srv31.corp.test", 8082);
  https(play, "admin", "director", "srv91.corp.test");
  https(play, "admin", "intranet", "intranet.corp.test");
  http(play, "admin", "pvsa", 54'321, soap("srv71.corp.test:54321", "/"));
  play.session("admin", "pooled1", 3389).open().client(rdp_request()).server(rdp_confirm()).close();
  http(play, "console", "recording", 80, http_get("srv51.corp.test", "/SessionRecordingBroker"));
}

// What an auditor should object to, and what should not mislead `discover`.
void troubles(Scenario& play) {
  play.wait(60'000);
  play.session("user4", "sql", 1433).open().client(tds_prelogin(true)).server(tds_prelogin(false)).close();
  play.session("user5", "user6", 1494).open().server(ica_hello()).client(ica_hello()).close();
  play.session("intranet", "lic", 27'000).knock();
  play.session("recording", "fas", 2598).open().client(cgp_hello()).server(cgp_hello()).close();
  play.session("ddcb", "files", 1433).open().client(tds_prelogin(true)).server(tds_prelogin(false)).close();
  play.session("user7", "fixed1", 1494)
      .open()
      .server("SSH-2.0-OpenSSH_9.2\r\n")
      .client("SSH-2.0-PuTTY\r\n")
      .close();
  for (std::uint16_t port = 1; port < 60; ++port) {
    play.session("prober", "sfa", static_cast<std::uint16_t>(8200 + port)).knock();
  }
  for (const char* target : {"intranet", "printer", "files"}) {
    plain(play, "prober", target, 7279, opaque(10), opaque(10));
  }
}

bool make(const std::string& folder) {
  Scenario play(test::kStart);
  name_hosts(play);
  office_noise(play);
  desktops(play);
  sessions(play);
  citrix_servers(play);
  appliances(play);
  troubles(play);
  test::PcapWriter capture({.nanoseconds = false});
  for (const PlayedFrame& played : play.frames()) capture.add(played.frame);
  const std::string path = folder + "/office.pcap";
  if (capture.save(path)) return true;
  fmt::print(stderr, "make_office: {} cannot be written\n", path);
  return false;
}

}  // namespace
}  // namespace portproof::samples

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: make_office FOLDER\n");
    return 64;
  }
  try {
    return portproof::samples::make(argv[1]) ? 0 : 73;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "make_office: {}\n", fault.what());
    return 70;
  }
}
