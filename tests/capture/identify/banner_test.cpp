#include "capture/identify/banner.hpp"

#include <random>

#include "samples/payloads.hpp"
#include "tests/capture/identify/data.hpp"
#include "tests/support/quic_packet.hpp"

using namespace portproof;
using namespace portproof::test;
namespace say = portproof::samples;

namespace {

std::string_view banner_in(std::string_view bytes, std::uint8_t protocol = kProtocolTcp) {
  return name(banner_of(protocol, {reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size()}));
}

}  // namespace

TEST_CASE("what applications begin with is a banner, and identify() agrees") {
  struct Row {
    std::string bytes;
    std::string_view application;
    std::uint8_t protocol{kProtocolTcp};
  };
  const Row rows[] = {
      {hex("7f7f49434100"), "ica"},
      {hex("1a") + "CGP/01", "cgp"},
      {"SSH-2.0-OpenSSH_9.2\r\n", "ssh"},
      {"RFB 003.008\n", "vnc"},
      {"GET / HTTP/1.1\r\n\r\n", "http"},
      {"\r\nGET / HTTP/1.1\r\n\r\n", "http"},
      {"POST /x HTTP/1.1\r\n\r\n", "http"},
      {"CONNECT a.example:22 HTTP/1.1\r\n\r\n", "http"},
      {"HTTP/1.1 200 OK\r\n\r\n", "http"},
      {"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "http"},
      {text(say::tls_client_hello("a.example")), "tls"},
      {text(say::rdp_confirm()), "rdp"},
      {text(say::smb_negotiate()), "smb"},
      {text(say::smb_negotiated()), "smb"},
      {text(say::rpc_bind(true)), "ms-rpc"},
      {text(say::dtls_client_hello()), "dtls", kProtocolUdp},
      {text(quic_initial(quic_crypto(0, std::string(200, 'x')))), "quic", kProtocolUdp},
  };
  for (const Row& row : rows) {
    CAPTURE(row.application);
    CHECK(banner_in(row.bytes, row.protocol) == row.application);
    CHECK(name(identify_text(row.bytes, 0, row.protocol).application) == row.application);
    const std::uint8_t other = row.protocol == kProtocolTcp ? kProtocolUdp : kProtocolTcp;
    CHECK(banner_in(row.bytes, other) == "unknown");
    CHECK(banner_in("x" + row.bytes, row.protocol) == "unknown");
  }
}

TEST_CASE("data in the middle of a connection is not a banner") {
  for (const std::string& bytes :
       {std::string{}, hex("17 0303 0040") + zeroes(64), hex("16 0303 0040 02") + zeroes(64), zeroes(40),
        hex("05 00 00 03 10 000000"), hex("03 00 0007 02 f080"), std::string("SSH"), std::string("GETTING"),
        std::string("\r\n\r\n"), std::string(200, '\n') + "GET / "}) {
    CHECK(banner_in(bytes) == "unknown");
  }
}

TEST_CASE("noise is not a banner") {
  std::mt19937 random(3);
  std::string bytes(16, '\0');
  int banners = 0;
  for (int round = 0; round < 100'000; ++round) {
    for (char& byte : bytes) byte = static_cast<char>(random());
    banners += banner_in(bytes) != "unknown" || banner_in(bytes, kProtocolUdp) != "unknown" ? 1 : 0;
  }
  CHECK(banners < 10);
}
