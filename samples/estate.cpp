// The hosts, the sessions that last all morning, and traffic that is not Citrix's.
#include "samples/estate.hpp"

#include "samples/payloads.hpp"

namespace portproof::samples {
namespace {

using test::Eth;

constexpr std::int64_t kMinute = 60'000;

}  // namespace

void name_hosts(Scenario& play) {
  play.host("dc1", "10.20.1.10").host("ca1", "10.20.1.14").host("radius1", "10.20.1.16");
  play.host("sql1", "10.20.1.20").host("fs1", "10.20.1.21").host("nas1", "10.20.1.22");
  play.host("mail1", "10.20.1.25").host("mon1", "10.20.1.26").host("dhcp1", "10.20.1.30");
  play.host("vcenter", "10.20.1.40");
  play.host("ddc1", "10.20.2.10").host("ddc2", "10.20.2.11").host("director1", "10.20.2.25");
  play.host("sf1", "10.20.2.20").host("sf2", "10.20.2.21").host("sf1-ipv6", "fd20:0:0:2::20");
  play.host("lic1", "10.20.2.30")
      .host("fas1", "10.20.2.35")
      .host("sr1", "10.20.2.40")
      .host("wem1", "10.20.2.45");
  play.host("wem2", "10.20.2.46");
  play.host("pvs1", "10.20.2.50").host("pvs2", "10.20.2.51").host("elm1", "10.20.2.60");
  play.host("xms1", "10.20.2.65").host("cc1", "10.20.2.70").host("cc2", "10.20.2.71");
  play.host("adc1", "10.20.3.10")
      .host("adc2", "10.20.3.11")
      .host("snip", "10.20.3.20")
      .host("gateway", "10.20.3.30");
  play.host("adm1", "10.20.3.40").host("sdwan1", "10.20.3.50").host("sdwan2", "10.20.3.51");
  play.host("sdwan-center", "10.20.3.55").host("hv1", "10.20.3.60").host("hv2", "10.20.3.61");
  play.host("vda1", "10.20.4.11")
      .host("vda2", "10.20.4.12")
      .host("vda3", "10.20.4.13")
      .host("vda-lab", "10.20.4.99");
  play.host("user1", "10.20.5.1")
      .host("user2", "10.20.5.2")
      .host("user3", "10.20.5.3")
      .host("user9", "10.20.5.9");
  play.host("user40", "10.20.5.40").host("user41", "10.20.5.41").host("scanner", "10.20.5.66");
  play.host("user-ipv6", "fd20:0:0:5::9").host("target1", "10.20.6.51");
  play.host("admin1", "10.20.8.10").host("console1", "10.20.8.20").host("stranger", "192.168.200.14");
  play.host("nobody", "0.0.0.0").host("everybody", "255.255.255.255");
  play.outside("remote-user", "198.51.100.23")
      .outside("intruder", "198.51.100.66")
      .outside("web", "203.0.113.200");
  play.outside("digicert", "203.0.113.11")
      .outside("agent-hub", "203.0.113.20")
      .outside("service-bus", "203.0.113.21");
  play.outside("gateway-service", "203.0.113.41")
      .outside("broker", "203.0.113.45")
      .outside("wem-cloud", "203.0.113.50");
  play.outside("google", "203.0.113.60")
      .outside("zero-touch", "203.0.113.70")
      .outside("nameless", "203.0.113.90");
}

void tls(Scenario& play, const std::string& client, const std::string& server, std::uint16_t port,
         std::string_view name, std::uint16_t vlan) {
  Session session = play.session(client, server, port).vlan(vlan);
  session.open().client(tls_client_hello(name)).server(tls_server_hello());
  session.client(tls_data(90)).server(tls_data(210)).close();
}

void web(Scenario& play, const std::string& client, const std::string& server, std::uint16_t port,
         std::string_view request) {
  play.session(client, server, port).open().client(request).server(http_ok()).close();
}

// One session that is captured from start to end, and one that was open when the capture began. Both send
// data whenever another part of the morning is played.
void long_sessions(Scenario& play) {
  Session running = play.session("user2", "vda2", 1494).from_port(51'515).vlan(40);
  Session whole = play.session("user1", "vda1", 1494).from_port(51'414).vlan(40);
  whole.open().server(ica_hello()).client(ica_hello()).server(ica_server_init()).client(ica_client_modules());
  for (std::size_t turn = 0; turn < 12; ++turn) {
    running.client(ica_data(24 + turn)).server(ica_data(90 + turn)).wait(2 * kMinute);
    whole.client(ica_data(32 + turn)).server(ica_data(120 + turn)).wait(2 * kMinute);
  }
  whole.close();
}

void network_noise(Scenario& play) {
  play.raw(Eth().broadcast().arp("10.20.5.1", "10.20.5.254").pad_to(60));
  play.raw(Eth()
               .to_mac("33:33:ff:00:00:20")
               .ipv6("fd20:0:0:5::9", "ff02::1:ff00:20")
               .icmpv6(135, 0)
               .payload(Bytes{0xfd, 0x20, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0x20}));
  play.raw(Eth()
               .to_mac("01:00:5e:00:00:12")
               .ipv4("10.20.3.252", "224.0.0.18")
               .protocol(112)
               .payload(Bytes{0x31, 1, 100, 1, 0, 100, 0x6d, 0xe8, 10, 20, 3, 254})
               .pad_to(60));

  // People at work. No end here belongs to Citrix.
  play.resolve("user1", "dc1", "www.example.com", "web");
  tls(play, "user1", "web", 443, "www.example.com");
  play.session("user3", "fs1", 445).open().client(smb_negotiate()).server(smb_negotiated()).close();
  play.session("user3", "dc1", 88).open().client(kerberos_request()).server(kerberos_error()).close();
}

void last_words(Scenario& play) {
  play.wait(2 * kMinute);
  play.resolve("vda1", "dc1", "ddc1.estate.example", "ddc1");
  web(play, "vda1", "ddc1", 80, soap("ddc1.estate.example", "/Citrix/CdsController/IRegistrar"));
}

}  // namespace portproof::samples
