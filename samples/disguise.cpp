// What the port does not show: a protocol other than the port's own, and whose an outside address is. And
// what the address does not show: a host in other clothes, and a name that nobody asked for.
#include <utility>

#include "samples/estate.hpp"
#include "samples/payloads.hpp"

namespace portproof::samples {
namespace {

// The desktop vda1 by its other addresses, to a host outside and to a neighbour.
void other_clothes(Scenario& play) {
  play.also("vda1-mapped", "vda1", "::ffff:10.20.4.11").outside("mapped", "::ffff:203.0.113.201");
  play.also("vda1-6to4", "vda1", "2002:a14:40b::1").outside("elsewhere6", "2001:db8::66");
  play.also("vda1-link", "vda1", "fe80::26").host("neighbour", "fe80::99");
  for (const auto& [client, server] :
       {std::pair{"vda1-mapped", "mapped"}, std::pair{"vda1-6to4", "elsewhere6"},
        std::pair{"vda1-link", "neighbour"}}) {
    play.session(client, server, 4444).open().client(opaque(60)).server(opaque(40)).close();
  }
  // A question to the name server, documented between the hosts that these addresses belong to.
  play.also("dc1-link", "dc1", "fe80::10");
  play.resolve("vda1-link", "dc1-link", "ddc1.estate.example", "ddc1");
  // An outside host that calls itself the store, by the form of its address.
  play.outside("no-store", "2001:db8::5efe:10.20.2.20");
  tls(play, "user-ipv6", "no-store", 443, "");
  // An address of nobody: it stands in the report.
  play.host("somebody", "fe80::98");
  play.session("somebody", "neighbour", 4444).open().client(opaque(60)).server(opaque(40)).close();
}

// An answer to a question that nobody asked would make a gateway of any address.
void forged_name(Scenario& play) {
  play.outside("forger", "203.0.113.53").outside("no-gateway", "203.0.113.66");
  play.datagrams("vda2", "forger", 53).server(dns_answer(7, "eu.g.nssvc.net", "203.0.113.66"));
  play.session("vda2", "no-gateway", 443).open().client(opaque(60)).server(opaque(40)).close();
}

}  // namespace

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
  other_clothes(play);
  forged_name(play);
}

}  // namespace portproof::samples
