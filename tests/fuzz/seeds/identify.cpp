// First data of a flow, after its protocol.
#include "capture/decode/packet.hpp"
#include "samples/payloads.hpp"
#include "tests/fuzz/seeds/first_words.hpp"
#include "tests/fuzz/seeds/frames.hpp"
#include "tests/fuzz/seeds/seeds.hpp"

namespace portproof::test {

namespace say = portproof::samples;

void make_identify(const Corpus& corpus) {
  const auto add = [&corpus](const std::string& name, std::uint8_t protocol, const Bytes& data) {
    Bytes bytes{protocol, 0};
    append(bytes, data);
    corpus.add(name, bytes);
  };
  add("ica-hello", kProtocolTcp, say::ica_hello());
  add("ica-server-init", kProtocolTcp, say::ica_server_init());
  add("ica-client-modules", kProtocolTcp, say::ica_client_modules());
  add("ica-data", kProtocolTcp, say::ica_data(64));
  add("cgp-hello", kProtocolTcp, say::cgp_hello());
  add("cgp-udp", kProtocolUdp, say::cgp_hello());
  add("tls-client", kProtocolTcp, say::tls_client_hello("a.example"));
  add("tls-client-no-name", kProtocolTcp, say::tls_client_hello(""));
  add("tls-server", kProtocolTcp, say::tls_server_hello());
  add("tls-data", kProtocolTcp, say::tls_data(64));
  add("dtls", kProtocolUdp, say::dtls_client_hello());
  add("http-get", kProtocolTcp, bytes_of(say::http_get("a.example:8080", "/x")));
  add("http-soap", kProtocolTcp, bytes_of(say::soap("A.Example.", "/x")));
  add("http-ok", kProtocolTcp, bytes_of(say::http_ok()));
  add("http-connect", kProtocolTcp,
      bytes_of("CONNECT a.example:443 HTTP/1.1\r\nHost: [fd20::1]:443\r\n\r\n"));
  add("ssh", kProtocolTcp, bytes_of("SSH-2.0-OpenSSH_9.2\r\n"));
  add("dns", kProtocolUdp, say::dns_answer(1, "a.example", "10.0.0.7"));
  add("rdp", kProtocolTcp, say::rdp_request());
  add("netscaler", kProtocolUdp, say::netscaler_heartbeat());
  add("opaque", 132, say::opaque(40));
  add_first_words(add);
}

}  // namespace portproof::test
