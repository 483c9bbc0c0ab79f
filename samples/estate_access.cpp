// How users reach their desktops: stores, sessions, the gateway, the cloud.
#include "samples/estate.hpp"
#include "samples/payloads.hpp"

namespace portproof::samples {
void users_and_stores(Scenario& play) {
  tls(play, "user1", "sf1", 443, "store.estate.example");
  tls(play, "user-ipv6", "sf1-ipv6", 443, "store.estate.example");
  web(play, "sf1", "ddc1", 80, xml("ddc1.estate.example", "/scripts/wpnbr.dll", "<NFuseProtocol/>"));
  web(play, "sf2", "ddc2", 8080, xml("ddc2.estate.example:8080", "/scripts/wpnbr.dll", "<NFuseProtocol/>"));
  play.session("sf1", "dc1", 389).open().client(ldap_bind()).server(ldap_bound()).close();
  play.session("sf1", "dc1", 88).open().client(kerberos_request()).server(kerberos_error()).close();
  play.session("sf1", "sf2", 808)
      .open()
      .client(net_tcp_preamble("net.tcp://sf2.estate.example/Citrix"))
      .server(opaque(1))
      .close();
  play.session("sf2", "sf1", 35'711).open().client(opaque(80)).server(opaque(48)).close();
  web(play, "snip", "sf1", 8000, http_get("10.20.2.20:8000", "/StorefrontMonitor"));
  tls(play, "sf1", "gateway", 443, "gateway.estate.example");

  play.session("user1", "vda2", 2598)
      .vlan(40)
      .open()
      .client(cgp_hello())
      .server(cgp_hello())
      .client(ica_data(60))
      .server(ica_data(140))
      .close();
  play.datagrams("user1", "vda2", 2598).vlan(40).client(dtls_client_hello()).server(dtls_verify_request());
  play.datagrams("user1", "vda1", 16'500)
      .from_port(16'500)
      .vlan(40)
      .client(rtp(1))
      .server(rtp(1))
      .client(rtp(2))
      .server(rtp(2));
  tls(play, "user3", "vda3", 443, "vda3.estate.example", 40);
}

void gateway_and_cloud(Scenario& play) {
  play.wait(200'000);
  // The site's gateway.
  tls(play, "remote-user", "gateway", 443, "gateway.estate.example");
  play.datagrams("remote-user", "gateway", 443).client(dtls_client_hello()).server(dtls_verify_request());
  web(play, "snip", "ddc1", 80, xml("ddc1.estate.example", "/scripts/ctxsta.dll", "<CtxSTAProtocol/>"));
  play.session("snip", "vda3", 2598).open().client(cgp_hello()).server(cgp_hello()).close();
  tls(play, "snip", "dc1", 636, "dc1.estate.example");
  play.datagrams("snip", "radius1", 1812).client(radius_request()).server(radius_accept());
  play.datagrams("snip", "radius1", 1645).client(radius_request()).unreachable();

  // The connector and Citrix Cloud: a name from DNS, one that only the client gives, one that anyone can get.
  play.resolve("cc1", "dc1", "crl3.digicert.com", "digicert");
  web(play, "cc1", "digicert", 80, http_get("crl3.digicert.com", "/DigiCertAssuredIDRootCA.crl"));
  tls(play, "cc1", "agent-hub", 443, "agenthub-eu.citrixworkspacesapi.net");
  play.resolve("cc2", "dc1", "ctxwsp-agent-westeurope.servicebus.windows.net", "service-bus");
  tls(play, "cc2", "service-bus", 443, "ctxwsp-agent-westeurope.servicebus.windows.net");

  // Desktops and the services in the cloud.
  play.resolve("vda1", "dc1", "global.g.nssvc.net", "gateway-service");
  tls(play, "vda1", "gateway-service", 443, "global.g.nssvc.net");
  play.datagrams("vda1", "gateway-service", 443).client(dtls_client_hello()).server(dtls_verify_request());
  play.resolve("vda2", "dc1", "a1b2c3d4e5f6.xendesktop.net", "broker");
  tls(play, "vda2", "broker", 443, "a1b2c3d4e5f6.xendesktop.net");
  tls(play, "admin1", "broker", 443, "a1b2c3d4e5f6.xendesktop.net");
  play.resolve("vda2", "dc1", "eu-api.wem.cloud.com", "wem-cloud");
  tls(play, "vda2", "wem-cloud", 443, "eu-api.wem.cloud.com");
  tls(play, "vda2", "cc1", 443, "cc1.estate.example");
}

void brokering(Scenario& play) {
  play.wait(60'000);
  web(play, "vda2", "ddc2", 80, soap("ddc2.estate.example", "/Citrix/CdsController/IRegistrar"));
  web(play, "ddc2", "vda2", 80, soap("vda2.estate.example", "/Citrix/VirtualDesktopAgent"));
  play.session("vda3", "ddc2", 80).knock();  // the controller was restarting
  web(play, "ddc1", "ddc2", 80, http_get("ddc2.estate.example", "/Citrix/ConfigurationContextService"));
  play.session("ddc1", "sql1", 1433).open().client(tds_prelogin(true)).server(tds_prelogin(false)).close();
  tls(play, "ddc1", "hv1", 443, "hv1.estate.example");
  play.resolve("ddc1", "dc1", "vcenter.estate.example", "vcenter");
  tls(play, "ddc1", "vcenter", 443, "vcenter.estate.example");
  tls(play, "admin1", "director1", 443, "director.estate.example");
  play.session("admin1", "vda1", 3389).open().client(rdp_request()).server(rdp_confirm()).close();
  play.session("admin1", "vda1", 50'001).open().client(opaque(64)).server(opaque(40)).close();  // remote
                                                                                                // assistance

  play.session("ddc1", "lic1", 27'000).open().client(flexlm_request()).server(flexlm_answer()).close();
  play.session("ddc1", "lic1", 7279).open().client(flexlm_request()).server(flexlm_answer()).close();
  tls(play, "admin1", "lic1", 8083, "lic1.estate.example");

  web(play, "sf1", "fas1", 80, soap("fas1.estate.example", "/Citrix/UserCredentialService"));
  play.session("sf2", "fas1", 80).refuse();
  web(play, "vda1", "fas1", 80, soap("fas1.estate.example", "/Citrix/VdaService"));
  play.session("fas1", "ca1", 135).open().client(rpc_bind(true)).server(rpc_bind(false)).close();
  play.session("fas1", "ca1", 9135).open().client(opaque(72)).server(opaque(60)).close();
  play.session("vda1", "dc1", 88).open().client(kerberos_request()).server(kerberos_error()).close();
}

}  // namespace portproof::samples
