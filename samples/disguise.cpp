// What the port does not show: a protocol other than the port's own, and whose an outside address is.
#include "samples/estate.hpp"
#include "samples/payloads.hpp"

namespace portproof::samples {

void disguises(Scenario& play) {
  play.outside("rendezvous", "203.0.113.88").outside("elsewhere", "203.0.113.201");
  play.outside("silent", "203.0.113.91");

  // ICA on a port that many web servers use.
  play.session("user1", "vda1", 8888)
      .open()
      .server(ica_hello())
      .client(ica_hello())
      .client(ica_client_modules())
      .server(ica_data(120))
      .close();
  // SSH on the port of a store.
  play.session("user3", "sf1", 443)
      .open()
      .server("SSH-2.0-OpenSSH_9.2\r\n")
      .client("SSH-2.0-OpenSSH_9.2\r\n")
      .client(opaque(120))
      .close();
  // The gateway without TLS.
  play.session("user9", "gateway", 443)
      .open()
      .client(http_get("gateway.estate.example", "/vpn/index.html"))
      .server(http_ok())
      .close();
  // The same port, three times, from a desktop to the outside: with a name of the gateway service, with
  // another name, and with no name at all, because the capture missed the greeting.
  play.resolve("vda1", "dc1", "rdvz-eu.g.nssvc.net", "rendezvous");
  tls(play, "vda1", "rendezvous", 443, "rdvz-eu.g.nssvc.net");
  tls(play, "vda2", "elsewhere", 443, "files.example.net");
  const Bytes hello = tls_client_hello("who.example.net");
  play.session("vda3", "silent", 443)
      .open()
      .missed_client(hello)
      .server(tls_server_hello())
      .client(tls_data(90))
      .server(tls_data(210))
      .close();
  // ICA on its own port, until SSH takes its place.
  play.session("user2", "vda2", 1494)
      .open()
      .server(ica_hello())
      .client(ica_hello())
      .client(ica_client_modules())
      .server(ica_data(120))
      .client("SSH-2.0-OpenSSH_9.2\r\n")
      .server("SSH-2.0-OpenSSH_9.2\r\n")
      .client(opaque(120))
      .close();
}

}  // namespace portproof::samples
