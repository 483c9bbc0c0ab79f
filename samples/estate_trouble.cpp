// What an auditor should object to: at least one conversation for each reason in the verdict table.
#include "samples/estate.hpp"
#include "samples/payloads.hpp"

namespace portproof::samples {

using test::Eth;

namespace {

// A scan: many ports, most of them silent, a few that refuse. Ports from 20000 up, which no rule documents.
void port_scan(Scenario& play) {
  constexpr std::uint16_t kFirst = 20'000;
  constexpr std::uint16_t kCount = 240;
  constexpr std::uint16_t kRefusing = 16;
  for (std::uint16_t index = 0; index < kCount; ++index) {
    Session probe = play.session("scanner", "vda1", static_cast<std::uint16_t>(kFirst + index));
    if (index % kRefusing == 0) {
      probe.refuse();
    } else {
      probe.knock();
    }
  }
}

void wrong_peers(Scenario& play) {
  // Reversed: StoreFront calls the controller, not the other way round.
  play.session("ddc1", "sf1", 443)
      .open()
      .client(tls_client_hello("sf1.estate.example"))
      .server(tls_server_hello())
      .close();
  // Unexpected sources: a user connects to the controller, and an unknown network connects to the store.
  web(play, "user3", "ddc1", 80, http_get("ddc1.estate.example", "/Citrix/Monitor/OData/"));
  play.session("stranger", "sf1", 443)
      .open()
      .client(tls_client_hello("store.estate.example"))
      .server(tls_server_hello())
      .close();
  // Unexpected destination: the controller's database protocol, to a file server.
  play.session("ddc2", "fs1", 1433).open().client(tds_prelogin(true)).server(tds_prelogin(false)).close();
  // Unexpected peers: session reliability between two servers.
  play.session("fas1", "sr1", 2598).open().client(cgp_hello()).server(cgp_hello()).close();
  // Unlisted: two machines that no host entry names speak ICA.
  play.session("user40", "user41", 1494).open().server(ica_hello()).client(ica_hello()).close();
}

void wrong_ports(Scenario& play) {
  // ICA on a port that no rule documents.
  play.session("user1", "vda2", 8494)
      .open()
      .server(ica_hello())
      .client(ica_hello())
      .client(ica_client_modules())
      .close();
  // Documented over UDP only.
  play.session("target1", "pvs1", 6910).refuse();
  // WinRM: accepted for a while (W-1).
  web(play, "user9", "vda1", 5985, soap("vda1.estate.example:5985", "/wsman"));
  // A share between servers: accepted until October (W-2).
  play.session("ddc1", "sf1", 445).open().client(smb_negotiate()).server(smb_negotiated()).close();
  // An unknown protocol.
  play.session("sf2", "ddc2", 4444).open().client(opaque(50)).server(opaque(70)).close();
  play.ping("ddc1", "fs1");
}

// What does not look like a connection: another IP protocol, ICMP with data, and a tunnel between a desktop
// and the outside. The addresses inside the tunnel are nobody's.
void hidden_traffic(Scenario& play) {
  const auto between = [&play](const char* from, const char* to) {
    const Station& sender = play.station(from);
    const Station& receiver = play.station(to);
    return Eth().from_mac(sender.mac).to_mac(receiver.mac).ipv4(sender.address, receiver.address);
  };
  for (std::uint8_t number = 1; number <= 3; ++number) {
    play.raw(between("vda2", "intruder").protocol(50).payload(Bytes{0, 0, 0x12, 0x34, 0, 0, 0, number}));
    play.raw(between("ddc2", "intruder").icmp(13, 0, number).payload(opaque(100)));
    play.raw(between("vda3", "intruder")
                 .udp(51'000, 4789)
                 .raw({8, 0, 0, 0, 0, 0, 7, 0})
                 .eth()
                 .ipv4("203.0.113.200", "203.0.113.201")
                 .udp(40'000, static_cast<std::uint16_t>(7000 + number))
                 .payload(opaque(60)));
    play.wait(50);
  }
}

}  // namespace

void troubles(Scenario& play) {
  play.wait(60'000);
  play.offend(true);
  // Nothing may open a connection to a Cloud Connector from outside.
  play.session("intruder", "cc1", 443).knock();
  // A port in the documentation that it calls not yet implemented.
  play.session("wem2", "wem1", 8287).open().client(opaque(40)).server(opaque(20)).close();
  // The right port and the wrong application: SSH instead of ICA, and among the ports of remote assistance.
  play.session("user3", "vda2", 1494)
      .open()
      .server("SSH-2.0-OpenSSH_9.2\r\n")
      .client("SSH-2.0-OpenSSH_9.2\r\n")
      .close();
  play.session("admin1", "vda3", 50'389)
      .open()
      .server("SSH-2.0-OpenSSH_9.2\r\n")
      .client("SSH-2.0-OpenSSH_9.2\r\n")
      .close();
  // To the cloud, it seems, but nothing names the service: the connection was already open.
  play.session("vda3", "nameless", 443)
      .client(tls_data(120))
      .server(tls_data(300))
      .client(tls_data(80))
      .close();
  wrong_peers(play);
  wrong_ports(play);
  port_scan(play);
  hidden_traffic(play);
  play.offend(false);
}

}  // namespace portproof::samples
