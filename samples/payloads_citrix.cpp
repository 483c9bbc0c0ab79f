// Citrix protocols and TLS.
#include "samples/message.hpp"
#include "samples/payloads.hpp"

namespace portproof::samples {

Bytes ica_hello() {
  return Message().u8(0x7f).u8(0x7f).text("ICA").u8(0);
}

Bytes ica_server_init() {
  constexpr std::size_t kSize = 15;
  return Message().u8(0).le16(kSize).noise(kSize);
}

Bytes ica_client_modules() {
  const Bytes body = Message().zeroes(6).text("WFICA32.EXE").u8(0).noise(20);
  return Message().u8(1).le16(body.size()).put(body);
}

Bytes ica_data(std::size_t size) {
  return Message().le16(size - 2).u8(1).noise(size - 3);
}

Bytes cgp_hello() {
  return Message()
      .u8(0x1a)
      .text("CGP/01")
      .le16(0x2c)
      .zeroes(2)
      .u8(0x16)
      .text("Citrix.TcpProxyService")
      .zeroes(8);
}

Bytes netscaler_heartbeat() {
  Message heartbeat;
  heartbeat.le32(0xa5a5'0c0c).u8(10).u8(0).u8(0).u8(2);  // version 10, node state up
  heartbeat.le32(1).le32(200).le32(1).zeroes(12).le32(16);
  return heartbeat.zeroes(136 - heartbeat.size());
}

Bytes netscaler_rpc_login() {
  const Bytes body = Message().noise(48);
  return Message().le32(body.size()).u8(0xa5).u8(0xa5).zeroes(2).u8(0x01).zeroes(7).put(body);
}

Bytes netscaler_rpc_answer() {
  return Message().le32(0).u8(0xa5).u8(0xa5).zeroes(2).u8(0x81).zeroes(7);
}

Bytes flexlm_request() {
  return Message().u8(0x68).noise(21).text("sf1").zeroes(33).text("CITRIX").zeroes(27);
}

Bytes flexlm_answer() {
  return Message().u8(0x57).u8(0x57).zeroes(145);
}

namespace {

constexpr std::size_t kHandshake = 22;
constexpr std::size_t kApplicationData = 23;
constexpr std::size_t kTls12 = 0x0303;

Bytes record(std::size_t type, std::size_t version, const Bytes& body) {
  return Message().u8(type).u16(version).with_length16(body);
}

Bytes extension(std::size_t type, const Bytes& body) {
  return Message().u16(type).with_length16(body);
}

// RFC 6066, 3.
Bytes server_name(std::string_view name) {
  const Bytes entry = Message().u8(0).with_length16(Message().text(name));
  return extension(0, Message().with_length16(entry));
}

Bytes cipher_suites() {
  return Message().u16(0xc030).u16(0xc02f).u16(0xc028).u16(0xc027).u16(0x009d).u16(0x009c);
}

Bytes common_extensions() {
  Message all;
  all.put(extension(10, Message().with_length16(Message().u16(0x001d).u16(0x0017).u16(0x0018))));
  all.put(extension(11, Message().with_length8({0})));
  all.put(extension(13, Message().with_length16(Message().u16(0x0804).u16(0x0401).u16(0x0403).u16(0x0201))));
  all.put(extension(23, {}));
  return all.put(extension(0xff01, {0}));
}

}  // namespace

// RFC 5246, 7.4.1.2.
Bytes tls_client_hello(std::string_view name) {
  Message extensions;
  if (!name.empty()) extensions.put(server_name(name));
  extensions.put(common_extensions());
  Message hello;
  hello.u16(kTls12)
      .noise(32)
      .u8(0)
      .with_length16(cipher_suites())
      .with_length8({0})
      .with_length16(extensions);
  return record(kHandshake, 0x0301, Message().u8(1).with_length24(hello));
}

Bytes tls_server_hello() {
  Message hello;
  hello.u16(kTls12).noise(32).with_length8(Message().noise(16)).u16(0xc02f).u8(0);
  hello.with_length16(extension(0xff01, {0}));
  const Bytes first = record(kHandshake, kTls12, Message().u8(2).with_length24(hello));
  return Message().put(first).put(record(20, kTls12, {1}));
}

Bytes tls_data(std::size_t size) {
  return record(kApplicationData, kTls12, Message().noise(size));
}

namespace {

// RFC 6347, 4.1 and 4.2.2: one handshake message, whole, in one record of epoch 0.
Bytes dtls_record(std::size_t message_type, std::size_t version, const Bytes& body) {
  Message handshake;
  handshake.u8(message_type).u24(body.size()).u16(0).u24(0).with_length24(body);
  return Message().u8(kHandshake).u16(version).u16(0).zeroes(6).with_length16(handshake);
}

}  // namespace

Bytes dtls_client_hello() {
  Message hello;
  hello.u16(0xfefd).noise(32).u8(0).u8(0).with_length16(cipher_suites()).with_length8({0});
  return dtls_record(1, 0xfeff, hello.with_length16(common_extensions()));
}

Bytes dtls_verify_request() {
  return dtls_record(3, 0xfeff, Message().u16(0xfeff).with_length8(Message().noise(20)));
}

}  // namespace portproof::samples
